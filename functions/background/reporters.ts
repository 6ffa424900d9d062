/**
 * Who reported a child is told by message (domain.md §5.4): that theirs is one search with another's, that it is not any more, that
 * the child is at home. What is true when it is sent decides: what was taken back before anybody heard of it is not told at all.
 */
import { linkOf } from "#actions/reporting"
import { readableReference } from "#domain/id"
import { isOpen, type ReportStatus } from "#domain/report"
import { day } from "#domain/time"
import type { Notice } from "#messages/messages"
import * as notices from "#store/notices"
import * as reporters from "#store/reporters"
import * as reports from "#store/reports"
import { noticeText } from "#web/words/notices"
import type { World } from "#world"
import { type Gateway, once } from "./once.ts"

export type Telling = Extract<Notice, { of: string }>
export const isTelling = (message: Notice): message is Telling => "of" in message

export async function tellReporter(world: World, gateway: Gateway, message: Telling): Promise<void> {
  const { kind, report, of, since, at, op } = message
  const [own, main] = await Promise.all([report, of].map((id) => reports.findOwnStatus(world, id)))
  if (!own || !main || !isTrue(message, own, main)) return
  const to = await reporters.phoneOf(world, report)
  // Landlines have no messages.
  if (!to || !/^\+(861|(?!86))/.test(to)) return
  // Two reports of one phone are told of one thing once.
  const whose = world.keyring.blind("report-told", `${to}|${of}`)
  const joined = `report-joined:${whose}:${since}`
  if (kind === "report-parted" && !(await wasTold(world, joined, since))) return
  const id = kind === "report-joined" ? joined : `${kind}:${whose}:${kind === "report-parted" ? at : since}`
  // In both languages, as we do not know theirs.
  const inBoth = (["zh", "en"] as const).map((language) => {
    const link = `${world.portal.url}/${language}/report/${linkOf(world, report)}`
    return noticeText(kind, language, { ref: readableReference(report), link, report: own })
  })
  await once(world, gateway, { id, op }, async () => ({ to, text: inBoth.join("\n") }))
}

function isTrue({ kind, report, of, since }: Telling, own: ReportStatus, main: ReportStatus): boolean {
  if (kind === "report-parted") return own.joined === undefined && isOpen(own.state)
  if (report !== of && own.into !== of) return false
  if (kind === "report-joined") return own.joined === since && isOpen(main.state)
  return main.reunitedAt === since && (main.state === "reunited" || main.state === "closed")
}

/** Whether they heard that they were joined; where that may be under way, fails, so that the queue brings this again. */
async function wasTold(world: World, id: string, since: number): Promise<boolean> {
  const standing = await notices.find(world, id)
  if (standing === "sending") throw new Error("Another worker tells what came before")
  // Of what is older nothing is kept for ever.
  return standing !== undefined || since < world.now() - 7 * day
}
