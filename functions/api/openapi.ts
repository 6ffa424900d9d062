/** The API description (OpenAPI 3.1), made from the routes' own schemas. */
import * as z from "zod/mini"
import { deviceRoutes } from "#api/device/routes"
import { reportRoutes } from "#api/report/routes"
import { residentRoutes } from "#api/resident/routes"
import type { Route, Routes } from "#api/routes"
import { staffRoutes } from "#api/staff/routes"
import { type Permission, proofs } from "#domain/permission"
import { type ProblemCode, problems } from "#domain/problem"

type Json = Record<string, unknown>

export const audiences = {
  resident: residentRoutes,
  report: reportRoutes,
  device: deviceRoutes,
  staff: staffRoutes,
} satisfies Record<string, Routes>

const always: ProblemCode[] = [
  "invalid-input",
  "malformed-body",
  "body-too-large",
  "wrong-content-type",
  "method-not-allowed",
  "fault",
  "busy",
]

let made: Json | undefined

export function description(): Json {
  made ??= describe()
  return made
}

function describe(): Json {
  const schemas: Json = { Problem: problemShape }
  const paths: Record<string, Json> = {}
  for (const [audience, routes] of Object.entries(audiences))
    for (const [name, route] of Object.entries(routes as Routes)) {
      const [method = "", path = ""] = name.split(" ")
      const place = path.replace(/:(\w+)/g, "{$1}")
      paths[place] = { ...paths[place], [method.toLowerCase()]: operation(audience, name, route, schemas) }
    }
  return {
    openapi: "3.1.0",
    info: {
      title: "Doorstep 家门口",
      version: "0.1.0",
      description:
        "Appointments, queue tickets and window calls of neighbourhood police service stations. Refusals are problem+json.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        visitor: { type: "apiKey", in: "cookie", name: "__Host-visitor" },
        staff: { type: "apiKey", in: "cookie", name: "__Host-staff" },
        device: { type: "apiKey", in: "header", name: "x-doorstep-signature" },
      },
    },
  }
}

function operation(audience: string, name: string, route: Route, schemas: Json): Json {
  const refusals = [...new Set([...route.refusals, ...ofAudience(audience, name, route), ...always])]
  const statuses = [...new Set(refusals.map((code) => problems[code]))].sort()
  return {
    operationId: name.replace(/[^a-z]+(\w)?/gi, (_, letter?: string) => letter?.toUpperCase() ?? ""),
    summary: route.summary,
    tags: [audience],
    "x-may": route.may,
    ...securityOf(audience, route),
    parameters: [...parameters(route.params, "path", schemas), ...parameters(route.query, "query", schemas)],
    ...(route.body && {
      requestBody: { required: true, content: { "application/json": { schema: shape(route.body, "input", schemas) } } },
    }),
    responses: {
      [route.status ?? 200]: {
        description: "Done",
        content: { "application/json": { schema: shape(route.answer, "output", schemas) } },
      },
      ...Object.fromEntries(
        statuses.map((status) => [
          status,
          {
            description: refusals.filter((code) => problems[code] === status).join(", "),
            content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
          },
        ]),
      ),
    },
  }
}

const ofAudience = (audience: string, name: string, { may }: Route): ProblemCode[] => {
  if (audience === "staff")
    return [
      "not-signed-in",
      "not-allowed",
      // Of whoever serves at a precinct or the command centre.
      "station-unknown",
      ...(proofs[may] ? (["step-up-needed"] as const) : []),
      ...(name.startsWith("POST") ? (["cross-site"] as const) : []),
    ]
  if (audience === "device" && may !== "device.pair" && may !== "catalogue.see")
    return ["device-unknown", "not-allowed"]
  return []
}

/** What a phone's session is needed for. */
const ofVisitors: readonly Permission[] = [
  "appointment.book",
  "ticket.take-remote",
  "own.see",
  "own.export",
  "own.delete",
  "consent.withdraw",
]

const securityOf = (audience: string, { may }: Route): Json => {
  if (audience === "staff") return { security: [{ staff: [] }] }
  if (audience === "device")
    return may === "device.pair" || may === "catalogue.see" ? {} : { security: [{ device: [] }] }
  return ofVisitors.includes(may) ? { security: [{ visitor: [] }] } : {}
}

const problemShape = {
  type: "object",
  required: ["type", "title", "status", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string", description: "Worded for people, in the language of Accept-Language" },
    status: { type: "integer" },
    code: { type: "string", enum: Object.keys(problems) },
    fields: {
      type: "array",
      items: {
        type: "object",
        properties: { field: { type: "string" }, fault: { type: "string" }, message: { type: "string" } },
      },
    },
  },
}

/** A schema inlined, its named parts moved to the components. */
function shape(schema: z.ZodMiniType, io: "input" | "output", schemas: Json): Json {
  const {
    $defs,
    $schema: _,
    ...rest
  } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json & { $defs?: Json }
  for (const [name, part] of Object.entries($defs ?? {})) schemas[name] ??= moved(part)
  return moved(rest) as Json
}

function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved)
  if (value === null || typeof value !== "object") return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      key === "id" && typeof inner === "string"
        ? []
        : [[key, key === "$ref" ? String(inner).replace("#/$defs/", "#/components/schemas/") : moved(inner)]],
    ),
  )
}

function parameters(schema: z.ZodMiniType | undefined, place: "path" | "query", schemas: Json): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = shape(schema, "input", schemas) as {
    properties?: Json
    required?: string[]
  }
  return Object.entries(properties).map(([name, it]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: it,
  }))
}
