/**
 * What officers do with a report of a missing child: each act takes the dispatch as it stands and answers what it becomes,
 * with the line for its timeline. Nobody can refuse for jurisdiction; whoever is responsible stays so until another accepts;
 * only officers end a report (domain.md §5, 1.3 A8, A9, A13, A18).
 */
import * as z from "zod/mini"
import { acknowledged, called } from "./dispatch.ts"
import { OperationId, Reference } from "./id.ts"
import { fieldProblem, Problem } from "./problem.ts"
import { type Dispatch, isOpen, mayBecome, type ReportState, reopenWithin, searchFor, type UnitId } from "./report.ts"
import { StationId } from "./station.ts"
import { type Instant, minute } from "./time.ts"
import { Added, isToCome } from "./told.ts"

/** Ticked off by an officer. The public video comes first; the must-check points (必到点) are the venue's own or these. */
export const checks = ["video", "exits", "alert-asked", "alert-started", "stay", "patrol", "filed"] as const
export const usualPoints = ["point:toilets", "point:play", "point:parking", "point:service"] as const
const ours: readonly string[] = [...checks, ...usualPoints]
const Check = z.string().check(z.refine((step) => ours.includes(step) || /^point:[1-9]\d?$/.test(step), "check"))

/** The steps of a checklist: video first, then the rest, and the must-check points of this venue. */
export const pointsOf = <T>(points: readonly T[]) => points.map((name, i) => ({ step: `point:${i + 1}`, name }))
export const isStep = (step: string, points: readonly unknown[] = []): boolean =>
  ours.includes(step) || pointsOf(points).some((it) => it.step === step)

/** Why a report goes to another unit. The last is always refused: 不得以不在本责任区为由拒绝出警 (S4). */
export const offerReasons = ["seen-there", "their-venue", "needs-them", "shift", "out-of-area"] as const
export const conditions = ["well", "upset", "hurt", "hospital"] as const

const isPlain = /^(?:[^\p{Cc}]|[\t\n\r])*$/u
const Words = z.string().check(z.trim(), z.minLength(2, "note"), z.maxLength(500, "note"), z.regex(isPlain, "note"))
const Reason = z
  .string()
  .check(z.trim(), z.minLength(2, "reason"), z.maxLength(200, "reason"), z.regex(isPlain, "reason"))
const did = <Name extends string, Shape extends z.core.$ZodShape>(name: Name, shape: Shape) =>
  z.object({ act: z.literal(name), op: OperationId, ...shape })
const yes = z.literal(true, "must-be-checked")

export const Act = z.discriminatedUnion("act", [
  did("acknowledge", {}),
  did("search", {}),
  did("check", { step: Check }),
  did("note", { text: Words }),
  did("correct", { told: Added }),
  did("offer", { to: StationId, reason: z.enum(offerReasons), text: z.optional(Words) }),
  did("accept", {}),
  did("decline", { text: Reason }),
  did("found", { text: z.optional(Words) }),
  did("not-found", { text: Reason }),
  did("reunite", {
    identity: yes,
    relation: yes,
    condition: z.enum(conditions),
    text: Words,
    at: z.number().check(z.int("time"), z.gte(0, "time")),
  }),
  did("close", {}),
  did("false-report", { text: Reason }),
  did("cancel", { text: Reason }),
  did("reopen", { text: Reason }),
  did("merge", { into: Reference }),
  did("unmerge", { text: Reason }),
  did("sibling", { of: Reference }),
  did("dismiss", { other: Reference }),
  did("conflict", { on: z.boolean(), text: Reason }),
  did("package", { text: Reason }),
  did("police", { published: z.boolean(), text: z.optional(Words) }),
  did("volunteers", {
    minutes: z
      .number("card-minutes")
      .check(z.int("card-minutes"), z.gte(10, "card-minutes"), z.lte(360, "card-minutes")),
    photo: z.optional(z.string().check(z.regex(/^[\w-]{22}$/, "photo"))),
  }),
  did("recall", {}),
])
export type Act = z.infer<typeof Act>
export type ActName = Act["act"]

/** Who acts, and for which unit. The command centre (指挥中心) may act in every unit's place. */
export type Hand = { unit: UnitId; staff: string; command: boolean }

/** Alerted, responsible or asked to be: nobody else learns that there is such a report. */
export const mayKnow = (it: Dispatch, { unit, command }: Pick<Hand, "unit" | "command">) =>
  command || it.holder === unit || it.offer?.to === unit || it.alerted.some((each) => each.unit === unit)

type Doer<A> = (it: Dispatch, act: A, by: Hand, now: Instant) => Dispatch

const stands = (it: Dispatch) => new Problem("report-state", { state: it.state })
/** What reaches somebody outside the unit is no drill's. */
const real = (it: Dispatch): Dispatch => {
  if (it.drill) throw new Problem("drill-apart")
  return it
}
const open = (it: Dispatch): Dispatch => {
  if (!isOpen(it.state)) throw new Problem("report-ended", { state: it.state })
  return it
}
const became = (it: Dispatch, state: ReportState): Dispatch => {
  if (!mayBecome(it.state, state)) throw stands(it)
  return { ...it, state }
}
const without = <K extends "due" | "offer" | "volunteers" | "merged" | "joined" | "conflict" | "reunitedAt">(
  { ...it }: Dispatch,
  ...names: K[]
): Dispatch => {
  for (const name of names) delete it[name]
  return it
}
/** Nobody is handed over until an officer lifts it. */
const inDispute = (it: Dispatch, now: Instant): Dispatch => ({ ...it, conflict: true, disputed: now })
/** Soon enough to be taken back: all that was told is still there. */
const inTime = (it: Dispatch, now: Instant): Dispatch => {
  if (now > (it.endedAt ?? now) + reopenWithin) throw new Problem("reopen-too-late")
  return it
}
/** Nobody runs after a child that is found: no transfer under way, no card with volunteers. */
const rested = (it: Dispatch, state: ReportState) => without(became(it, state), "due", "offer", "volunteers")

/** Only of the holder: what hands the report on, ends it, or takes it outside. The others help. */
const holders: ReadonlySet<ActName> = new Set([
  "offer",
  "not-found",
  "reunite",
  "close",
  "false-report",
  "cancel",
  "reopen",
  "merge",
  "unmerge",
  "package",
  "police",
  "volunteers",
  "recall",
])

const doers: { [N in ActName]: Doer<Extract<Act, { act: N }>> } = {
  // Whoever says "I have it" is responsible; a second finds who has it.
  acknowledge: (it, _, { unit, staff }, now) =>
    it.ack ? open(it) : { ...acknowledged(open(it), { unit, staff, at: now }), holder: unit },
  search: (it) => {
    // What was found and is not after all goes on by `not-found`.
    if (open(it).state !== "acknowledged") throw stands(it)
    return became(it, "searching")
  },
  check: open,
  note: (it) => it,
  correct: (it, { told }, _, now) => (told.dispute ? inDispute(open(it), now) : open(it)),
  offer: (it, { to, reason, text = "" }, { unit, staff }, now) => {
    if (reason === "out-of-area" || saysOutOfArea(text)) throw new Problem("out-of-area-refused")
    if (!real(open(it)).ack || to === it.holder) throw stands(it)
    return { ...it, offer: { to, from: unit, staff, at: now }, alerted: called(it, to, "transfer", now) }
  },
  accept: (it, _, { unit, staff }, now) => {
    if (open(it).offer?.to !== unit) throw new Problem("nothing-offered")
    return without({ ...it, holder: unit, ack: { unit, staff, at: now } }, "offer")
  },
  decline: (it, { text }, { unit }) => {
    if (saysOutOfArea(text)) throw new Problem("out-of-area-refused")
    if (it.offer?.to !== unit) throw new Problem("nothing-offered")
    return without(it, "offer")
  },
  found: (it, _, { unit, staff }, now) => {
    const found = rested(open(it), "found-unverified")
    return it.ack ? found : { ...found, ack: { unit, staff, at: now }, holder: unit }
  },
  // What nobody has acknowledged goes on climbing where it stood.
  "not-found": (it, _, __, now) =>
    open(it).ack ? { ...became(it, "searching"), due: now + searchFor } : became(it, "dispatched"),
  reunite: (it, { at }, _, now) => {
    if (it.conflict) throw new Problem("handover-refused")
    if (isToCome({ at }, now)) throw fieldProblem("at", "time-to-come")
    return { ...rested(it, "reunited"), reunitedAt: now }
  },
  close: (it) => {
    // What has been purged begins no second life.
    if (it.due === undefined) throw stands(it)
    return became(it, "closed")
  },
  "false-report": (it) => rested(it, "false-report"),
  cancel: (it) => rested(it, "cancelled"),
  reopen: (it, _, { unit, staff }, now) => {
    if (isOpen(it.state) || it.state === "merged") throw stands(it)
    const again = without(inTime(it, now), "reunitedAt")
    return { ...again, state: "searching", ack: it.ack ?? { unit, staff, at: now } }
  },
  merge: (it, { into }, _, now) => {
    if (into === it.id || it.from?.length) throw stands(it)
    return { ...rested(it, "merged"), merged: { into, was: it.state }, joined: now }
  },
  unmerge: (it) => {
    if (it.state !== "merged" || !it.merged) throw stands(it)
    return without({ ...it, state: it.merged.was }, "merged", "joined")
  },
  sibling: open,
  dismiss: (it, { other }) => ({ ...it, dismissed: [...new Set([...(it.dismissed ?? []), other])] }),
  conflict: (it, { on }, _, now) => (on ? inDispute(open(it), now) : { ...without(it, "conflict"), disputed: now }),
  package: (it, _, { staff }, now) => ({ ...real(open(it)), package: it.package ?? { staff, at: now } }),
  police: (it) => {
    if (!it.package) throw stands(it)
    return it
  },
  volunteers: (it, { minutes, photo }, _, now) => ({
    ...real(open(it)),
    volunteers: { until: now + minutes * minute, ...(photo && { photo }) },
  }),
  recall: (it) => {
    if (!it.volunteers) throw stands(it)
    return without(it, "volunteers")
  },
}

/**
 * What an act makes of a report. Refusals: report-state where it does not follow from how the report stands, report-ended,
 * report-held-elsewhere for what only the holder does, out-of-area-refused, nothing-offered, handover-refused, reopen-too-late,
 * drill-apart, invalid-input for a time to come.
 */
export function handled(it: Dispatch, act: Act, by: Hand, now: Instant): Dispatch {
  const isTheirs = by.command || it.holder === by.unit
  const isHolders = holders.has(act.act) || (act.act === "conflict" && !act.on)
  if (isHolders && !isTheirs) throw new Problem("report-held-elsewhere")
  return (doers[act.act] as Doer<Act>)(it, act, by, now)
}

/**
 * The report that another is merged into, or is one incident with, or is no longer: it changes in the same write. The other's
 * units go on with this one, and so does a dispute over the child. A merge is undone as long as this one may be searched for again:
 * what was merged is kept until then. Refusals: report-ended, drill-apart, reopen-too-late.
 */
export function joined(it: Dispatch, act: Act, other: Dispatch, now: Instant): Dispatch {
  if (act.act === "unmerge") {
    const from = (it.from ?? []).filter((id) => id !== other.id)
    const left = { ...inTime(it, now), from }
    return from.length ? left : without(left, "joined")
  }
  if (it.drill !== other.drill) throw new Problem("drill-apart")
  if (act.act !== "merge") return { ...open(it), incident: incidentOf(it, other) }
  const known = new Set(it.alerted.map(({ unit }) => unit))
  const saidFound = Math.max(it.saidFound ?? 0, other.saidFound ?? 0)
  const disputed = Math.max(it.disputed ?? 0, other.disputed ?? 0)
  return {
    ...open(it),
    ...(saidFound > 0 && { saidFound }),
    ...(disputed > 0 && { disputed }),
    ...(other.conflict && { conflict: true }),
    joined: it.joined ?? now,
    from: [...new Set([...(it.from ?? []), other.id])],
    alerted: [
      ...it.alerted,
      ...other.alerted.flatMap((each) => (known.has(each.unit) ? [] : [{ ...each, again: now }])),
    ],
  }
}

/** What the timeline keeps in the open: numbers and names of things. What was written is sealed beside it. */
export function factsOf(act: Act): Record<string, string | number | boolean> {
  const { act: _, op: __, text: ___, told: ____, ...facts } = act as Act & { text?: string; told?: unknown }
  return facts as Record<string, string | number | boolean>
}

/** Two that are siblings, and all who are of one incident with either, bear one name: the first of those that there were. */
const incidentOf = (a: Dispatch, b: Dispatch): string =>
  [a.incident, b.incident].flatMap((it) => it ?? []).toSorted()[0] ?? [a.id, b.id].toSorted()[0]!

const zhArea = "(?:辖区|责任片?区|管辖|管区|片区|警区|管片|管段|地盘|地界|范围)"
const enArea = "(?:\\w+ )?(?:area|district|precinct|jurisdiction|beat|patch|territory|zone)"
/** Where the child is, and whose venue it is, are reasons; whose area it is, is none. */
const refusals = [
  // 不在本责任区 · 不归我们管 · 不是本所的片区 · 不在我们这片
  `不(?:在|属于?|是|归)[^，。]{0,6}(?:${zhArea}|管)|(?<!孩子|小孩|[人他她])不(?:在|属于?|是|归)我们这一?片`,
  // 非本辖区 · 非我所管辖
  `非(?:本|我)[^，。]{0,4}${zhArea}`,
  // 超出我们管辖范围 · 在本辖区以外
  `(?:超出|超过|越出|出了)[^，。]{0,6}${zhArea}|[在是属于](?:本|我)[^，。]{0,4}${zhArea}(?:之|以)?外(?=[，。！]|$)`,
  "[没无](?:有)?管辖权|管不着",
  `out(?:side)?(?: of)? (?:my|our|the station's) ${enArea}|beyond (?:my|our) ${enArea}`,
  `(?:not|n't)(?: (?:in|within|inside|part of))? (?:my|our) ${enArea}|\\b(?:no|outside|lacks?) jurisdiction`,
].map((it) => new RegExp(it, "iu"))

/** However it is put, in either language (不得以不在本责任区为由拒绝出警, S4). */
export function saysOutOfArea(text: string): boolean {
  const plain = text.normalize("NFKC").replaceAll("’", "'").replaceAll(",", "，").replaceAll("!", "！")
  return refusals.some((it) => it.test(plain.replace(/\s+/g, " ")) || it.test(plain.replace(/\s+/g, "")))
}
