/** The clerk's desk: who is signed in, the line as last heard, and what may be done now. One place writes these signals. */
import { computed, effect, signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import type { staffRoutes } from "#api/staff/routes"
import { policy } from "#domain/station"
import { clientOf, Refusal } from "#web/lib/client"
import { learnClock, tick } from "#web/lib/clock"
import { recallOf } from "#web/lib/countdown"
import { inWords, language, telling } from "#web/lib/language"
import { type Polling, polling } from "#web/lib/polling"
import { isRefusal, mayHaveHappened, newOperationId } from "#web/lib/portal"
import { presses } from "#web/lib/presses"
import { staffWords } from "#web/words/staff"

export type StaffRoutes = typeof staffRoutes
export type Me = Answer<StaffRoutes["GET /staff/me"]>
export type Line = Answer<StaffRoutes["GET /staff/line"]>
export type Visit = NonNullable<Line["windows"][number]["visit"]>
export type Visitor = Answer<StaffRoutes["GET /staff/visitors/:number"]>

export const t = telling(staffWords)

/** `x-doorstep: 1` is what no other site can make a browser send. */
export const request = clientOf<StaffRoutes>({
  language: () => language.value,
  headers: () => ({ "x-doorstep": "1" }),
  timeoutMs: 6_000,
})

export type Gate = "opening" | "signed-out" | "refused" | "in"
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
export const recall = computed(() => visit.value && recallOf(visit.value, policy, tick.value))

export type Act = "call" | "recall" | "missed" | "start" | "finish"
export const mayDo = computed<Record<Act, boolean>>(() => {
  const state = visit.value?.state
  const again = recall.value
  return {
    call: slot.value !== undefined && !state,
    recall: state === "called" && again !== undefined && again.left > 0 && again.seconds === 0,
    missed: state === "called",
    start: state === "called",
    finish: state === "serving",
  }
})

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
): Promise<T | undefined> {
  if (busy.value) return undefined
  busy.value = intent
  trouble.value = ""
  try {
    const answer = await pressing.press(intent, run)
    await polled.value?.refresh()
    if (answer !== undefined && done) said.value = done(answer)
    return answer
  } catch (failure) {
    tell(failure)
    void polled.value?.refresh()
    return undefined
  } finally {
    busy.value = undefined
  }
}

/** Puts a failure into words; a session that has ended leads back to the sign-in page. */
export function tell(failure: unknown): void {
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

export async function act(what: Act): Promise<void> {
  const window = slot.value?.no
  if (window === undefined || !mayDo.value[what]) return
  if (what === "call") {
    const before = line.value?.calls.find((it) => it.window === window)
    await press(
      `call ${window} after ${before?.number} ${before?.at}`,
      (op) => request("POST /staff/windows/:window/call", { window, op }),
      (answer) => {
        if (!answer.visit) return ""
        passedOver.value = { ...passedOver.value, [answer.visit.number]: answer.passedOver }
        return t("saidCalled", { number: answer.visit.number })
      },
    )
    return
  }
  const seen = visit.value
  if (!seen) return
  const { number } = seen
  const words = { recall: "saidRecalled", missed: "saidMissed", start: "saidStarted", finish: "saidFinished" } as const
  await press(
    `${what} ${number} ${seen.calls}`,
    (op) => request(`POST /staff/windows/:window/${what}`, { window, number, op }),
    () => t(words[what], { number }),
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

export async function open(): Promise<void> {
  try {
    const who = await request("GET /staff/me")
    learnClock(who.now)
    me.value = who
    gate.value = "in"
    if (who.role !== "auditor") watch()
  } catch (failure) {
    if (isRefusal(failure, "not-signed-in")) {
      trouble.value = cameBack()
      gate.value = "signed-out"
    } else if (isRefusal(failure, "not-allowed")) {
      trouble.value = failure.title
      gate.value = "refused"
    } else {
      trouble.value = t("didNotOpen")
      setTimeout(open, 2_000)
    }
  }
}

/** Why the sign-in sent the clerk back here, if it did. */
function cameBack(): string {
  const reason = location.hash
  if (reason) history.replaceState(null, "", location.pathname)
  if (reason === "#again") return t("signInAgain")
  return reason === "#refused" ? t("signInRefused") : ""
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
  polled.value?.stop()
  polled.value = undefined
  me.value = undefined
  trouble.value = ""
  gate.value = "signed-out"
}

export async function signOut(): Promise<void> {
  try {
    await request("POST /staff/sign-out")
    leave()
  } catch (failure) {
    tell(failure)
  }
}

effect(() => {
  if (line.value) learnClock(line.value.now)
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
