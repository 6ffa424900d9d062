/**
 * Officers who are not at a screen: each browser that they chose is pushed to (RFC 8030, 8291, 8292), and their phone gets a
 * message with the link. Both say that there is an alert and where, never of whom. Read in Live alone: the messenger has no
 * key to what was told.
 */
import webPush from "web-push"
import { onDutyNow } from "#actions/rostering"
import { isPushService, type Subscription } from "#domain/reach"
import { isOpen, type UnitId } from "#domain/report"
import { minute, second } from "#domain/time"
import type { Notice } from "#messages/messages"
import * as notices from "#store/notices"
import * as pushes from "#store/pushes"
import * as reports from "#store/reports"
import { counter, write } from "#store/table"
import { noticeText } from "#web/words/notices"
import type { World } from "#world"
import { type Gateway, leased, once } from "./once.ts"

/** "gone": this browser takes no more; whatever else failed is thrown, and tried again with the message. */
export type Push = (to: Subscription, payload: string) => Promise<"sent" | "gone">

/** Urgent, and worthless once the next steps of the ladder have been climbed. */
const options = { TTL: (10 * minute) / second, urgency: "high", contentEncoding: "aes128gcm" } as const

export const pusher =
  (keys: { publicKey: string; privateKey: string }, portal: { url: string; demonstration: boolean }): Push =>
  async (to, payload) => {
    // Kept as an officer's browser gave it: nothing but a push service is called on its word.
    if (!isPushService(to.endpoint, portal.demonstration)) return "gone"
    const subject = portal.url.startsWith("https:") ? portal.url : "https://doorstep.invalid"
    const { endpoint, headers, body } = webPush.generateRequestDetails(to, payload, {
      ...options,
      vapidDetails: { subject, ...keys },
    })
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: headers as Record<string, string>,
      body: new Uint8Array(body),
      redirect: "error",
      signal: AbortSignal.timeout(5 * second),
    })
    if (answer.status === 404 || answer.status === 410) return "gone"
    if (!answer.ok) throw new Error(`The push service answered ${answer.status}`)
    return "sent"
  }

type Call = Extract<Notice, { kind: "duty" | "duty-ended" }>
type Look = Extract<Notice, { kind: "duty-pattern" | "duty-match" }>
export type ToOfficers = Call | Look
const isLook = (message: Notice): message is Look => message.kind === "duty-pattern" || message.kind === "duty-match"
export const isDuty = (message: Notice): message is ToOfficers =>
  message.kind === "duty" || message.kind === "duty-ended" || isLook(message)
const by = { kind: "system", name: "messenger" } as const

/**
 * The officers on duty of one unit, once each for each step: the primary at once, the deputy from the second step on. Of the end
 * hears who was called, whoever is on duty by then. What was acknowledged since is told to nobody; a drill never is.
 */
export async function tellOfficers(world: World, gateway: Gateway, message: ToOfficers, push?: Push): Promise<void> {
  const { kind } = message
  const called = isLook(message) ? await onDuty(world, message.unit) : await calledTo(world, message)
  // What belongs together stands above the list, not in it.
  const link = isLook(message) ? "/app/duty/" : `/app/duty/#${message.report}`
  const told = await Promise.allSettled(
    called.map(async (officer) => {
      const { phone, browsers } = await pushes.find(world, officer)
      const id = `${message.id}:${officer}`
      const each = [
        ...(phone
          ? [
              once(world, gateway, { id, op: message.op }, async () => ({
                to: phone.to,
                text: noticeText(kind, phone.language, { link: world.portal.url + link }),
              })),
            ]
          : []),
        ...browsers.map(({ name, subscription }) =>
          leased(world, { id: `${id}:${name}`, op: message.op }, async () => {
            const outcome = await push?.(subscription, JSON.stringify({ kind, link }))
            if (outcome !== "gone") return
            await write(world, [await pushes.browserGone(world, by, "push-gone", officer, name)], counter())
          }),
        ),
      ]
      const failed = (await Promise.allSettled(each)).find((it) => it.status === "rejected")
      if (failed) throw failed.reason
    }),
  )
  const failed = told.find((it) => it.status === "rejected")
  if (failed) throw failed.reason
}

const onDuty = async (world: World, unit: UnitId) => (await onDutyNow(world, unit)).staff

/** Nobody, where it is not true any more. */
async function calledTo(world: World, { report, unit, step, kind, op, since }: Call): Promise<readonly string[]> {
  const status = await reports.findStatus(world, report)
  if (!status || status.drill) return []
  const open = isOpen(status.state)
  if (kind === "duty-ended") return open ? [] : notices.called(world, report, unit)
  // Acknowledged before this unit was called, it was called for a reason of its own: a transfer, an escalation.
  if (!open || (status.seenAt !== undefined && status.seenAt >= since)) return []
  const staff = await onDuty(world, unit)
  const called = step === 0 ? staff.slice(0, 1) : staff
  await notices.calling(world, op, report, unit, called)
  return called
}
