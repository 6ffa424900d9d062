/** What auditors ask for, by its contract in audit-routes.ts. */
import * as auditing from "#actions/auditing"
import type { Ctx, Handlers } from "#api/http"
import { dateOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import type { auditRoutes } from "./audit-routes.ts"

export const auditHandlers = (world: World): Handlers<typeof auditRoutes> => {
  const asked = <T extends { date?: LocalDate | undefined }>(input: T, c: Ctx) => ({
    ...input,
    date: input.date ?? dateOf(world.now()),
    request: c.get("request"),
  })
  return {
    "GET /staff/audit/scopes": async (by) => auditing.scopesFor(world, by),
    "GET /staff/audit": async (by, input, c) => auditing.read(world, by, asked(input, c)),
    "GET /staff/audit/export": async (by, input, c) => {
      const { lines, scope, date, cursor } = await auditing.exported(world, by, asked(input, c))
      return new Response(lines.map((it) => `${it}\n`).join(""), {
        headers: {
          "content-type": "text/plain; charset=utf-8",
          "content-disposition": `attachment; filename="audit-${scope}-${date}.jsonl"`,
          "cache-control": "private, no-store",
          ...(cursor && { "x-doorstep-cursor": cursor }),
        },
      })
    },
    "GET /staff/audit/chain": async (by, input, c) => {
      const { breaks, ...rest } = await auditing.chain(world, by, { ...input, request: c.get("request") })
      return { ...rest, breaks: breaks.slice(0, 200) }
    },
    "GET /staff/audit/openings": async (by, input, c) => auditing.openingsOf(world, by, asked(input, c)),
    "POST /staff/audit/reviews": async (by, input) => auditing.review(world, by, input),
  }
}
