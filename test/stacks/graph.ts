import type { Values } from "./aws.ts"

export type Resource = {
  urn: string
  type: string
  parent: string
  inputs: Values
  outputs: Values
  retainOnDelete?: boolean
}

export type Statement = {
  Effect: string
  Action: string[]
  Resource: string[]
  Condition?: Record<string, Record<string, string[]>>
}

/** The resources of the stacks, and how they hang together. */
export class Graph {
  readonly resources: Resource[]

  constructor(resources: Resource[]) {
    this.resources = resources
  }

  all(type: string) {
    return this.resources.filter((resource) => resource.type === type)
  }

  /** The one resource of this type that is, or is inside, the named component. */
  one(type: string, component: string) {
    const found = this.all(type).filter((resource) => this.path(resource).includes(component))
    if (found.length !== 1) throw new Error(`${found.length} of ${type} in ${component}`)
    return found[0]!
  }

  /** A resource's name, and those of what is around it, inmost first; the last is the stack. */
  path(resource: Resource): string[] {
    const parent = this.resources.find(({ urn }) => urn === resource.parent)
    return [nameOf(resource), ...(parent ? this.path(parent) : [])]
  }

  /** The name of the component that has this ARN, or whose stream has it. */
  component(arn: string) {
    const found = this.resources.find(({ outputs }) => [outputs.arn, outputs.streamArn].includes(arn))
    if (!found) throw new Error(`No resource has ${arn}`)
    return this.path(found).at(-2)!
  }

  /** The ARN of a component or of something inside it, with the component's name instead of its ARN: `Bookings/index/by-ref`. */
  within(arn: string) {
    const around = this.resources
      .filter(({ outputs }) => typeof outputs.arn === "string" && arn.startsWith(outputs.arn))
      .sort((a, b) => String(b.outputs.arn).length - String(a.outputs.arn).length)[0]
    if (!around) throw new Error(`${arn} is outside of these stacks`)
    return `${this.path(around).at(-2)}${arn.slice(String(around.outputs.arn).length)}`
  }

  statements(role: Resource): Statement[] {
    const policies = (role.inputs.inlinePolicies ?? []) as { policy: string }[]
    return policies.flatMap(({ policy }) => JSON.parse(policy).Statement)
  }
}

export const nameOf = (resource: Resource) => resource.urn.split("::").at(-1)!
