/** The clerk's desk: who is signed in, the line as last heard, and what may be done now. One place writes these signals. */
import { computed, effect, signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import type { Outcome } from "#domain/line"
import type { ServiceId } from "#domain/service"
import { Refusal } from "#web/lib/client"
import { learnClock, portalNow, tick } from "#web/lib/clock"
import { recallOf } from "#web/lib/countdown"
import { inWords, telling } from "#web/lib/language"
import { type Polling, polling } from "#web/lib/polling"
import { isRefusal, mayHaveHappened, newOperationId } from "#web/lib/portal"
import { presses } from "#web/lib/presses"
import { staffWords } from "#web/words/staff"
import { type Act, acts, hindrance } from "./acts.ts"
import { request, type StaffRoutes } from "./asking.ts"
import { chosen, isChief, stopWatching, watchReports } from "./duty.ts"
import { unmuteByTouch } from "./duty-alarm.ts"
import type { Came } from "./place.ts"
import { askedForProof, cameBack, isHeard, wanted, whyNot } from "./proving.tsx"
import { undoOf } from "./undo.ts"

export type Me = Answer<StaffRoutes["GET /staff/me"]>
export type Line = Answer<StaffRoutes["GET /staff/line"]>
export type Visitor = Answer<StaffRoutes["GET /staff/visitors/:number"]>

export const t = telling(staffWords)

export { request, type StaffRoutes }

export type Gate = "opening" | "signed-out" | "refused" | "proved" | "in"
export const gate = signal<Gate>("opening")
export const me = signal<Me | undefined>(undefined)
const polled = signal<Polling<Line> | undefined>(undefined)
export const line = computed(() => polled.value?.latest.value)
export const lostSince = computed(() => polled.value?.lostSince.value)

/** What the clerk is told about the last press: something done (politely), or something refused (at once). */
export const said = signal("")
export const trouble = signal("")
/** The press that is on its way. */
export const busy = signal<string | undefined>(undefined)

export const slot = computed(() => line.value?.windows.find((it) => it.no === line.value?.seat))
export const visit = computed(() => slot.value?.visit)
export const recall = computed(() => visit.value && line.value && recallOf(visit.value, line.value.policy, tick.value))
const finished = signal<{ window: number; number: string; at: number } | undefined>(undefined)
export const undo = computed(
  () => slot.value && line.value && undoOf(slot.value, line.value, finished.value, tick.value),
)

/** Why each act cannot be done now, in words; undefined where it can. */
export const hindered = computed(() => {
  const seen = {
    lost: lostSince.value !== undefined,
    paused: slot.value?.paused === true,
    state: visit.value?.state,
    recall: recall.value,
    undo: undo.value,
  }
  return Object.fromEntries(acts.map((act) => [act, hindrance(act, seen, t)])) as Record<Act, string | undefined>
})

/** What stands open over the page. A ticket that has moved on takes its question with it. */
export type Asked = { what: "keys" } | { what: "sessions" } | { what: "transfer" | "call-one"; number: string }
export const asked = signal<Asked | undefined>(undefined)

/** Whom the last calls passed over, by ticket: the line itself no longer tells. */
export const passedOver = signal<Readonly<Record<string, readonly string[]>>>({})

const pressing = presses(newOperationId, mayHaveHappened)

/**
 * One press of a button. `intent` names what the clerk saw, so that the same press after no answer is the same operation.
 * Answers undefined where it was refused or was a second press.
 */
export async function press<T>(
  intent: string,
  run: (op: string) => Promise<T>,
  done?: (answer: T) => string,
  /** Takes a refusal upon itself. */
  refused?: (refusal: Refusal) => boolean,
): Promise<T | undefined> {
  if (busy.value) return undefined
  if (lostSince.value !== undefined) {
    trouble.value = t("notSent")
    void polled.value?.refresh()
    return undefined
  }
  busy.value = intent
  trouble.value = ""
  try {
    const answer = await pressing.press(intent, run)
    await polled.value?.refresh()
    if (answer !== undefined && done) said.value = done(answer)
    return answer
  } catch (failure) {
    if (!(failure instanceof Refusal && refused?.(failure))) tell(failure)
    void polled.value?.refresh()
    return undefined
  } finally {
    busy.value = undefined
  }
}

/** Puts a failure into words; a session that has ended leads back to the sign-in page, a proof that is wanted to the provider. */
export function tell(failure: unknown): void {
  if (askedForProof(failure)) return
  if (isRefusal(failure, "not-signed-in")) {
    leave()
    return
  }
  trouble.value = failure instanceof Refusal ? refusalText(failure) : t("noAnswer")
}

function refusalText(refusal: Refusal): string {
  const fields = refusal.fields.map((it) => it.message).filter((it) => it !== undefined)
  return [refusal.title, ...fields].join(" · ")
}

/** One press of an act's button or key: done, or the sentence that says why not. */
export async function act(what: Act): Promise<void> {
  const window = slot.value?.no
  if (window === undefined) return
  const no = hindered.value[what]
  if (no) {
    trouble.value = no
    return
  }
  if (what === "call") await callNext(window)
  else if (what === "pause") await pauseOrResume(window)
  else if (what === "undo") await takeBack(window)
  else if (what === "transfer") asked.value = { what, number: visit.value!.number }
  else await withVisitor(what, window)
}

/** How the visit ends, unless the clerk says otherwise before finishing. */
export const outcome = signal<Outcome>("done")

const callNext = (window: number) => {
  const before = line.value?.calls.find((it) => it.window === window)
  return press(
    `call ${window} after ${before?.number} ${before?.at}`,
    (op) => request("POST /staff/windows/:window/call", { window, op }),
    (answer) => {
      if (!answer.visit) return ""
      passedOver.value = { ...passedOver.value, [answer.visit.number]: answer.passedOver }
      return t("saidCalled", { number: answer.visit.number })
    },
  )
}

const saidOf = {
  recall: "saidRecalled",
  missed: "saidMissed",
  start: "saidStarted",
  finish: "saidFinished",
  park: "saidParked",
} as const

async function withVisitor(what: keyof typeof saidOf, window: number): Promise<void> {
  const seen = visit.value
  if (!seen) return
  const { number } = seen
  const at = portalNow()
  const answer = await press(
    `${what} ${number} ${seen.calls} ${seen.calledAt} ${seen.startedAt} ${outcome.value}`,
    (op) =>
      what === "finish"
        ? request("POST /staff/windows/:window/finish", { window, number, op, outcome: outcome.value })
        : request(`POST /staff/windows/:window/${what}`, { window, number, op }),
    () => t(saidOf[what], { number }),
  )
  if (!answer || what !== "finish") return
  finished.value = { window, number, at }
  outcome.value = "done"
}

const pauseOrResume = (window: number) => {
  const what = slot.value?.paused ? "resume" : "pause"
  return press(
    `${what} ${window}`,
    (op) => request(`POST /staff/windows/:window/${what}`, { window, op }),
    () => t(what === "pause" ? "saidPaused" : "saidResumed"),
  )
}

async function takeBack(window: number): Promise<void> {
  const { what, number, at } = undo.value!
  const answer = await press(
    `undo ${what} ${number} ${at}`,
    (op) => request("POST /staff/windows/:window/undo", { window, number, op }),
    () => t("saidUndone", { number }),
  )
  if (answer && what === "finish") finished.value = undefined
}

/** To another window, for another service, or both. Answers whether it was done. */
export async function transfer(number: string, to: { toWindow?: number; toService?: ServiceId }): Promise<boolean> {
  const window = slot.value?.no
  if (window === undefined) return false
  const answer = await press(
    `transfer ${number} ${to.toWindow} ${to.toService}`,
    (op) => request("POST /staff/windows/:window/transfer", { window, number, op, ...to }),
    () => t("saidTransferred", { number }),
  )
  return answer !== undefined
}

/** An officer's word over the order. Answers whether it was done. */
export async function callOne(number: string, reason: string): Promise<boolean> {
  const window = slot.value?.no
  if (window === undefined) return false
  const answer = await press(
    `call-one ${window} ${number} ${reason}`,
    (op) => request("POST /staff/windows/:window/call-one", { window, number, reason, op }),
    () => t("saidCalled", { number }),
  )
  return answer !== undefined
}

/** What an officer may do over the order: call out of turn, stop the tickets. */
export const isOfficer = computed(() => me.value?.role === "officer" || me.value?.role === "chief")

export const stopTickets = (stopped: boolean) =>
  press(
    `tickets ${stopped ? "stop" : "go on"}`,
    (op) => request("POST /staff/line/tickets", { stopped, op }),
    () => t(stopped ? "closingStopped" : "saidTicketsAgain"),
  )

/** A parked person is back, and the window is free for them. */
export async function unpark(number: string, parkedAt: number): Promise<void> {
  const window = slot.value?.no
  if (window === undefined) return
  if (visit.value) {
    trouble.value = t("cannotCall")
    return
  }
  await press(
    `unpark ${window} ${number} ${parkedAt}`,
    (op) => request("POST /staff/windows/:window/unpark", { window, number, op }),
    () => t("saidCalled", { number }),
  )
}

export const sit = (window: number) =>
  press(`sit ${window}`, (op) => request("POST /staff/windows/:window/sit", { window, op }))

export const rise = (window: number) =>
  press(`rise ${window}`, (op) => request("POST /staff/windows/:window/rise", { window, op }))

export const giveBack = (number: string) =>
  press(
    `return ${number}`,
    (op) => request("POST /staff/tickets/:number/return", { number, op }),
    ({ ahead }) => t("givenBack", { number, ahead }),
  )

/** Where the clerk was before the provider. */
export const came = signal<Came>({})

/** Past the sentence of a window that has done its work. */
export async function open(goOn = false): Promise<void> {
  if (!goOn) {
    came.value = cameBack()
    if (came.value.what === "proved" && (await isHeard())) {
      gate.value = "proved"
      close()
      return
    }
  }
  try {
    const who = await request("GET /staff/me")
    learnClock(who.now)
    me.value = who
    gate.value = "in"
    // Officers of a precinct or of the command centre have no windows; auditors have none anywhere.
    if (who.role !== "auditor")
      if (who.unit !== "station") location.replace("/app/duty/")
      else watch()
    isChief.value = who.role === "chief"
    if (isOfficer.value) {
      unmuteByTouch()
      watchReports(leave)
      chosen.value = came.value.report
    }
    trouble.value = whyNot(came.value)
  } catch (failure) {
    if (isRefusal(failure, "not-signed-in")) {
      trouble.value = whyNot(came.value)
      gate.value = "signed-out"
    } else if (isRefusal(failure, "not-allowed")) {
      trouble.value = failure.title
      gate.value = "refused"
    } else {
      trouble.value = t("didNotOpen")
      setTimeout(open, 2_000, true)
    }
  }
}

function watch(): void {
  trouble.value = ""
  polled.value?.stop()
  polled.value = polling({
    ask: () => request("GET /staff/line"),
    everyMs: 2_000,
    refused: tell,
  })
}

function leave(): void {
  stopWatching()
  polled.value?.stop()
  polled.value = undefined
  asked.value = undefined
  me.value = undefined
  trouble.value = ""
  wanted.value = undefined
  gate.value = "signed-out"
}

/** Where to end the session at the provider too, if it says where. */
export const elsewhere = signal<string | undefined>(undefined)

export async function signOut(): Promise<void> {
  try {
    const answer = await request("POST /staff/sign-out")
    leave()
    elsewhere.value = answer.elsewhere
  } catch (failure) {
    tell(failure)
  }
}

effect(() => {
  if (line.value) learnClock(line.value.now)
})

effect(() => {
  const question = asked.value
  if (!question || question.what === "keys" || question.what === "sessions") return
  const stands =
    question.what === "transfer"
      ? visit.value?.number === question.number
      : line.value?.waiting.some((it) => it.number === question.number)
  if (stands) return
  asked.value = undefined
  if (!busy.peek()) trouble.value = t("movedOn", { number: question.number })
})

effect(() => {
  const station = me.value && inWords(me.value.stationName)
  document.title = [t("title"), station].filter(Boolean).join(" · ")
})

/** The one at the window, masked; opened once for each person, since each opening is recorded. */
export const visitor = signal<Visitor | undefined>(undefined)
let shown: string | undefined
effect(() => {
  const number = visit.value?.number
  if (number === shown) return
  shown = number
  visitor.value = undefined
  if (!number) return
  request("GET /staff/visitors/:number", { number })
    .then((found) => {
      if (shown === number) visitor.value = found
    })
    .catch((failure) => {
      // The card does without; where there was no answer, the next poll asks again.
      if (shown === number && mayHaveHappened(failure)) shown = undefined
    })
})
