/**
 * What IAM is on AWS: every call of a function to the database, the queues, the objects and the keys comes through here,
 * under credentials of that function's own, and is passed on only if its role allows it. What is denied is said loudly
 * and remembered. Who asks is believed by the name of the key in the signature; the signature itself is not checked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { databaseCalls, feedingCalls, keyCalls, objectCalls, queueCalls } from "./calls.ts"
import type { KeyService } from "./kms.ts"
import { credentials, loopback } from "./place.ts"
import { close, listen } from "./ports.ts"
import { bodyOf, type Passage, passageTo } from "./proxy.ts"
import { type Call, granting, mustUnderstand } from "./roles.ts"
import type { Mapping, Topology } from "./topology.ts"

export type Denied = { function: string; action: string; resource: string }

export type Authority = {
  endpoint: string
  /** What an environment of this function signs with. */
  credentialsOf(name: string): Record<string, string>
  /** What was denied since the start. A test that expects it takes it out. */
  denied: Denied[]
  /** Rights that nobody has used, as "function action resource". */
  unused(): string[]
  stop(): Promise<void>
}

export type AuthorityOptions = {
  topology: Topology
  /** Where the calls go that are allowed. */
  database: string
  queues: string
  objects: string
  keys: KeyService
  onDenied(denied: Denied): void
}

/** Throws where a role does not even let Lambda feed its function, or says what is not understood here. */
export async function startAuthority(options: AuthorityOptions): Promise<Authority> {
  const { topology } = options
  const passages: Record<string, Passage> = {
    dynamodb: passageTo(options.database),
    sqs: passageTo(options.queues),
    s3: passageTo(options.objects),
  }
  const denied: Denied[] = []
  const used = new Set<string>()

  for (const { statements } of Object.values(topology.functions)) mustUnderstand(statements)
  for (const mapping of topology.mappings) mustFeed(mapping)

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  const port = await listen(server)

  function isAllowed(name: string, call: Call): boolean {
    const statement = granting(topology.functions[name]?.statements ?? [], call)
    if (statement) used.add(grantOf(name, call.action, resourceOf(statement.resources, call)))
    return statement !== undefined
  }

  function mustFeed(mapping: Mapping) {
    for (const call of feedingCalls(mapping))
      if (!isAllowed(mapping.function, call))
        throw new Error(`The role of ${mapping.function} lacks ${call.action} on ${call.resource}, which feeds it`)
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const body = await bodyOf(request)
    const { name, service } = callerOf(request)
    const operation = String(request.headers["x-amz-target"] ?? "").split(".")[1] ?? ""
    const said = service === "s3" ? {} : (JSON.parse(body.toString() || "{}") as Record<string, unknown>)
    const refused = callsOf(service, operation, said, request).find((call) => !isAllowed(name, call))
    const deny = ({ action, resource }: Call) => {
      const entry = { function: name, action, resource }
      denied.push(entry)
      options.onDenied(entry)
      refuse(response, service, entry)
    }
    if (refused) return deny(refused)
    if (service === "kms") return answer(response, await options.keys(operation, said))
    const passage = passages[service]
    if (!passage) throw new Error(`No ${service} here`)
    const passed = await passage.pass(request, body, {
      ...request.headers,
      // Where a database keeps apart what different keys wrote, our functions still share it.
      authorization: request.headers.authorization!.replace(`=${name}/`, `=${credentials.accessKeyId}/`),
    })
    // S3 tells that nothing is there only to who may list.
    if (service === "s3" && passed.status === 404) {
      const [bucket = ""] = (callsOf(service, operation, said, request)[0]?.resource ?? "").split("/")
      const list = { action: "s3:ListBucket", resource: bucket }
      if (!isAllowed(name, list)) return deny(list)
    }
    response.writeHead(passed.status, passed.headers).end(passed.body)
  }

  function callsOf(service: string, operation: string, said: Record<string, unknown>, request: IncomingMessage) {
    if (service === "dynamodb") return databaseCalls(operation, said, topology.tables)
    if (service === "sqs") return queueCalls(operation, said)
    if (service === "kms") return keyCalls(operation, said)
    if (service !== "s3") return [{ action: `${service}:${operation}`, resource: "*" }]
    return objectCalls(request.method ?? "", request.url ?? "", request.headers, topology.buckets)
  }

  return {
    endpoint: `http://${loopback}:${port}`,
    credentialsOf: (name) => ({ AWS_ACCESS_KEY_ID: name, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey }),
    denied,
    unused: () =>
      Object.entries(topology.functions).flatMap(([name, { statements }]) =>
        statements
          .flatMap(({ actions, resources }) =>
            actions.flatMap((action) => resources.map((resource) => grantOf(name, action, resource))),
          )
          // Lambda writes the log by itself.
          .filter((grant) => !used.has(grant) && !grant.includes(" logs:")),
      ),
    async stop() {
      await close(server)
      for (const passage of Object.values(passages)) passage.stop()
    },
  }
}

const grantOf = (name: string, action: string, resource: string) => `${name} ${action} ${resource}`

/** The resource as the role writes it, so that a right is known again. */
const resourceOf = (resources: readonly string[], call: Call) =>
  resources.find((it) => it === call.resource) ?? resources.find((it) => it.includes("*")) ?? call.resource

function callerOf(request: IncomingMessage): { name: string; service: string } {
  const [, name = "", service = ""] =
    /Credential=([^/]+)\/[^/]+\/[^/]+\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? "") ?? []
  if (!service) throw new Error("Nobody signed this")
  return { name, service }
}

function answer(response: ServerResponse, body: Record<string, unknown>) {
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body))
}

/** As each service says it. */
function refuse(response: ServerResponse, service: string, { function: name, action, resource }: Denied) {
  const message = `User: ${name} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`
  if (service === "s3") {
    const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`
    response.writeHead(403, { "content-type": "application/xml" }).end(body)
    return
  }
  const version = service === "kms" ? "1.1" : "1.0"
  response.writeHead(400, { "content-type": `application/x-amz-json-${version}`, "x-amzn-requestid": "DENIED" })
  response.end(JSON.stringify({ __type: "com.amazon.coral.service#AccessDeniedException", Message: message, message }))
}
