/**
 * What a function's role allows, judged as IAM judges, as far as the stacks speak its language: a call is allowed when one
 * statement covers its action, its resource and its conditions. Where something cannot be told, the answer is no.
 */
import type { Statement } from "./topology.ts"

export type Call = {
  /** "dynamodb:PutItem". */
  action: string
  /** As the topology names it: "Live", "Bookings/index/by-ref", "Photos/R1/one". */
  resource: string
  /** What conditions may ask, by the name of the condition's key. */
  context?: Record<string, readonly string[]>
}

/** IAM lets `ForAllValues` pass where its key is absent; here it does not: every call that may carry the key does. */
const operators: Record<string, (asked: readonly string[], values: readonly string[]) => boolean> = {
  "ForAllValues:StringLike": (asked, values) => asked.every((it) => values.some((value) => isLike(it, value))),
  "ForAllValues:StringNotLike": (asked, values) => asked.every((it) => !values.some((value) => isLike(it, value))),
  "ForAllValues:StringEquals": (asked, values) => asked.every((it) => values.includes(it)),
}

/** The statement that allows this call, if any does. */
export const granting = (statements: readonly Statement[], call: Call): Statement | undefined =>
  statements.find(
    ({ actions, resources, conditions = {} }) =>
      actions.includes(call.action) &&
      resources.some((resource) => isLike(call.resource, resource)) &&
      Object.entries(conditions).every(([operator, keys]) =>
        Object.entries(keys).every(([key, values]) => {
          const asked = call.context?.[key]
          return asked !== undefined && operatorOf(operator)(asked, values)
        }),
      ),
  )

/** Throws where a statement speaks of what is not judged here. */
export function mustUnderstand(statements: readonly Statement[]): void {
  for (const { conditions = {} } of statements) Object.keys(conditions).forEach(operatorOf)
}

function operatorOf(name: string) {
  const operator = operators[name]
  if (!operator) throw new Error(`The local authority knows no condition ${name}`)
  return operator
}

const patterns = new Map<string, RegExp>()
/** `*` stands for anything, `?` for one character. */
function isLike(text: string, pattern: string): boolean {
  const known = patterns.get(pattern) ?? new RegExp(`^${pattern.split("*").map(exactly).join(".*")}$`, "s")
  patterns.set(pattern, known)
  return known.test(text)
}
const exactly = (text: string) =>
  text
    .split("?")
    .map((it) => it.replace(/[\\^$.|+()[\]{}]/g, "\\$&"))
    .join(".")
