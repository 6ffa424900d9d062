/** What a duty officer's screen knows: the reports that their unit was alerted to, as last heard, and what was done last. */
import { computed, effect, signal } from "@preact/signals"
import type { Answer, Sent } from "#api/routes"
import { isOpen, isUnanswered } from "#domain/report"
import { Refusal } from "#web/lib/client"
import { learnClock, tick } from "#web/lib/clock"
import { inWords, telling } from "#web/lib/language"
import { type Polling, polling } from "#web/lib/polling"
import { isRefusal, mayHaveHappened, newOperationId } from "#web/lib/portal"
import { presses } from "#web/lib/presses"
import { alertWords } from "#web/words/alert"
import { request, type StaffRoutes } from "./asking.ts"
import { alarming, sound } from "./duty-alarm.ts"
import { askedForProof, wanted as proofWanted, w } from "./proving.tsx"

export type Watched = Answer<StaffRoutes["GET /staff/reports"]>
export type Row = Watched["reports"][number]
export type Opened = Answer<StaffRoutes["GET /staff/reports/:report"]>
type Acting = Sent<StaffRoutes["POST /staff/reports/:report"]>
/** What an act says beside its operation and its report. */
export type Deed = Acting extends infer A ? (A extends unknown ? Omit<A, "op" | "report"> : never) : never

export const t = telling(alertWords)

export { request }

const polled = signal<Polling<Watched> | undefined>(undefined)
export const watched = computed(() => polled.value?.latest.value)
export const lostSince = computed(() => polled.value?.lostSince.value)
export const unit = computed(() => watched.value?.unit)

/** Told by the page that this is part of. */
export const isChief = signal(false)
/** Told aloud, and a refusal or a missing answer. */
export const said = signal("")
export const trouble = signal("")
export const busy = signal<string | undefined>(undefined)
/** The report that lies open, and what was told in it. */
export const chosen = signal<string | undefined>(undefined)

/** Not one that is listed only because it may belong with another. */
const isCalled = ({ isMine, alertedAt }: Row) => isMine || alertedAt !== undefined

/** Nobody has these yet: whose next step is soonest comes first. A real one before any drill. */
export const unanswered = computed(() =>
  (watched.value?.reports ?? [])
    .filter((it) => (isUnanswered(it) && isCalled(it)) || it.offer?.toMe)
    .toSorted((a, b) => Number(a.drill) - Number(b.drill) || (a.due ?? a.reportedAt) - (b.due ?? b.reportedAt)),
)
/** Looked at before it was acknowledged: the alert steps aside for it, and sounds on. */
export const aside = signal<string | undefined>(undefined)
export const alert = computed(() => unanswered.value.find((it) => it.id !== aside.value))

/** Asks at most a second apart. Ends by itself when the session does. */
export function watchReports(signedOut: () => void): void {
  polled.value?.stop()
  polled.value = polling({
    ask: () => request("GET /staff/reports"),
    everyMs: 900,
    refused: (failure) => {
      if (!isRefusal(failure, "not-signed-in")) return
      stopWatching()
      signedOut()
    },
  })
}

export function stopWatching(): void {
  polled.value?.stop()
  polled.value = undefined
  proofWanted.value = undefined
}

export const lookAgain = () => polled.value?.refresh()

/** The report that lies open where the list does not hold it: it ended longer ago, or its number was typed. */
export const beside = signal<Row | undefined>(undefined)
const rowOf = (id: string | undefined) =>
  watched.value?.reports.find((it) => it.id === id) ?? (beside.value?.id === id ? beside.value : undefined)
/** Opens a report that the list may not hold. The sentence that says why not, where it cannot be. */
export async function openBeside(report: string): Promise<string | undefined> {
  try {
    const row = await request("GET /staff/reports/:report/standing", { report })
    beside.value = row
    chosen.value = row.id
    return undefined
  } catch (failure) {
    return failure instanceof Refusal ? worded(failure) : t("noAnswer")
  }
}

// A message's link may be older than the list goes back.
let sought: string | undefined
effect(() => {
  const id = chosen.value
  if (!watched.value) return
  // What lies open stays open when its day in the list is over.
  const row = watched.value.reports.find((it) => it.id === id)
  if (row) beside.value = row
  if (id === sought) return
  sought = id
  if (!id || beside.peek()?.id === id) return
  void openBeside(id).then((why) => {
    if (why && chosen.peek() === id) trouble.value = why
  })
})

effect(() => {
  if (watched.value) learnClock(watched.value.now)
})

// Whatever tab of whatever page is open: it sounds until somebody has it.
effect(() => {
  const first = unanswered.value[0]
  alarming(first && { drill: first.drill, title: t(first.drill ? "alarmDrill" : "alarmTitle") })
})

effect(() => {
  if (aside.value && !unanswered.value.some((it) => it.id === aside.value)) aside.value = undefined
})

/** Of reports that this officer's unit holds: somebody said something, and it was not heard at this screen. */
let heard = new Map<string, string>()
effect(() => {
  const now = new Map(
    watched.value?.reports.flatMap((it) => (it.isMine && isOpen(it.state) ? [[it.id, newsOf(it)]] : [])),
  )
  const isNews = [...now].some(([id, news]) => heard.has(id) && heard.get(id) !== news)
  heard = now
  if (!isNews || busy.peek()) return
  sound("news")
  said.value = t("saidNews")
})
const newsOf = ({ entries, state }: Row) => `${entries} ${state === "found-unverified"}`

const pressing = presses(newOperationId, mayHaveHappened)

/** One press: done, or the sentence that says why not. Pressing again after no answer is the same act. */
export async function act(id: string, deed: Deed): Promise<Row | undefined> {
  if (busy.value) return undefined
  const seen = rowOf(id)
  busy.value = deed.act
  trouble.value = ""
  try {
    const answer = await pressing.press(`${id} ${seen?.v} ${JSON.stringify(deed)}`, (op) =>
      request("POST /staff/reports/:report", { report: id, op, ...deed } as Acting),
    )
    if (answer?.id === chosen.value) beside.value = answer
    await lookAgain()
    if (answer) said.value = deed.act === "acknowledge" ? whose(answer) : t("saidDone")
    return answer
  } catch (failure) {
    trouble.value = failure instanceof Refusal ? worded(failure) : t("noAnswer")
    void lookAgain()
    return undefined
  } finally {
    busy.value = undefined
  }
}

const worded = ({ title, fields }: Refusal) =>
  [title, ...fields.flatMap(({ message }) => (message ? [message] : []))].join(" · ")

/** First wins; whoever was second sees who has it. */
function whose({ ack }: Row): string {
  if (!ack) return ""
  if (ack.byMe) return t("saidMine")
  return t("saidTaken", { unit: inWords(ack.unit.name), name: ack.name })
}

export async function acknowledge(id: string): Promise<void> {
  const answer = await act(id, { act: "acknowledge" })
  if (!answer) return
  trouble.value = answer.ack && !answer.ack.byMe ? whose(answer) : ""
  chosen.value = id
}

/** What was told of the report that lies open: fetched once for each change of it, since each opening is recorded. */
export const opened = signal<Opened | undefined>(undefined)
function wanted(): string | undefined {
  const row = rowOf(chosen.value)
  // Behind the alert nothing is opened: first it is acknowledged, or looked at on purpose.
  const isBehind = row && isUnanswered(row) && aside.value !== row.id
  return row?.mayOpen && !isBehind ? `${row.id} ${row.v} ${row.entries}` : undefined
}
let asked: string | undefined
/** Why the report that lies open is looked at without a proof: forgotten when it is not on the screen any more. */
const glass = signal<(Breaking & { pass?: string }) | undefined>(undefined)
type Breaking = Sent<StaffRoutes["POST /staff/reports/:report/open"]>
effect(() => {
  const want = wanted()
  if (want === asked) return
  asked = want
  if (proofWanted.peek()?.where === "report") proofWanted.value = undefined
  const id = want?.split(" ")[0]
  if (opened.peek()?.report.id !== id) opened.value = undefined
  if (glass.peek()?.report !== id) glass.value = undefined
  if (!id) return
  const broken = glass.peek()
  const look = broken
    ? request("POST /staff/reports/:report/open", { report: id, op: broken.op, reason: broken.reason }).then((it) => {
        if (glass.peek()?.op === broken.op) glass.value = { ...broken, pass: it.pass }
        return it
      })
    : request("GET /staff/reports/:report", { report: id })
  look
    .then((it) => {
      if (asked === want) opened.value = it
    })
    .catch((failure) => {
      if (asked !== want) return
      if (askedForProof(failure, "report", openAgain, anywayOf(id))) return
      // Where there was no answer, the next look asks again.
      if (mayHaveHappened(failure)) asked = undefined
      else trouble.value = failure instanceof Refusal ? failure.title : t("noAnswer")
    })
})

/** Proved meanwhile: what lies open is asked for again. */
function openAgain() {
  glass.value = undefined
  said.value = w("saidProved")
  askAgain()
}
function askAgain() {
  asked = undefined
  void lookAgain()
}

/** Of an open report that one's own unit holds or was alerted to. */
function anywayOf(id: string) {
  const row = rowOf(id)
  if (!row || !isOpen(row.state) || !(row.isMine || row.alertedAt !== undefined)) return undefined
  return (reason: string) => {
    glass.value = { report: id, reason, op: newOperationId() }
    askAgain()
  }
}

export function photoAt(id: string, name: string): string {
  const pass = glass.value?.report === id && glass.value.pass
  return `/staff/reports/${id}/photos/${name}${pass ? `?${new URLSearchParams({ pass })}` : ""}`
}

export const chosenRow = computed(() => rowOf(chosen.value))
export const nowIs = tick
