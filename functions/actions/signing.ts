/**
 * Staff sessions. The provider says who, and when it last saw them prove it; role and station are read from our own roster on
 * each request. All numbers are ours, configurable here.
 */
import type { Actor, Proof } from "#domain/actor"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { hour, type Instant, minute } from "#domain/time"
import * as people from "#store/people"
import { insist, type Patience, write } from "#store/table"
import * as units from "#store/units"
import type { World } from "#world"
import { short } from "./forms.ts"

export const idle = 30 * minute
export const shift = 10 * hour
/** For how long a proof of who one is counts. An officer who signed in within the last four hours is never asked at an alert. */
export const proofLasts: Record<Proof, number> = { fresh: 5 * minute, recent: 4 * hour }
/** At once; the next ends the oldest. A desk, a phone, the duty room's screen, and two that were left open. */
export const mostSessions = 5
/** How often a session's token may have been renewed by whoever signs out with its first: once in five minutes of a shift is 120. */
const mostRenewals = 200
/** So many refused sign-ins of one member within this time shut the door for as long again. */
export const lock = { most: 5, within: 15 * minute, lasts: 15 * minute }
/** Between the provider's clock and ours. */
const slack = minute

type Staff = Actor & { kind: "staff" }
/** What the provider vouches for; without `provedAt` it did not say when. */
export type Vouched = { subject: string; provedAt?: Instant; acr?: string }
type Started = { token: string }

/**
 * A session for whom the provider vouched for. Refusals: not-allowed, for whoever is not on the roster or shut out by the chief;
 * sign-in-locked (with `until`) after too many refusals.
 */
export const signIn = (world: World, subject: string, provedAt?: Instant): Promise<Started> =>
  insist(async (patience) => {
    const member = await people.findStaff(world, subject)
    if (!member) throw new Problem("not-allowed")
    mayTry(world, member)
    if (!member.active || member.barred) throw await refusal(world, subject, new Problem("not-allowed"))
    return begin(world, member, provedAt, patience)
  })

/**
 * The same person proves again, at the provider, who they are: a new token in place of the session's own, which ends no later. Refusals:
 * not-signed-in (the session is over), step-up-refused (somebody else; not done since it was asked; not as strong as asked),
 * sign-in-locked. What is refused counts against whose session it is, and leaves the session as it was.
 */
export const stepUp = (world: World, token: string, askedAt: Instant, vouched: Vouched): Promise<Started> =>
  insist(async (patience) => {
    const found = await sessionOf(world, token)
    if (!found) throw new Problem("not-signed-in")
    const { member, index, session } = found
    mayTry(world, member)
    const { subject, provedAt, acr } = vouched
    const again = subject === session.staff && provedAt !== undefined && provedAt >= askedAt - slack
    if (!again || (world.portal.acr && acr !== world.portal.acr))
      throw await refusal(world, member.id, new Problem("step-up-refused"))
    const rest = member.sessions?.filter((it) => it !== index) ?? []
    return begin(world, { ...member, sessions: rest }, provedAt, patience, { index, session })
  })

async function begin(
  world: World,
  member: people.StaffMember,
  provedAt: Instant | undefined,
  patience: Patience,
  before?: { index: string; session: people.StaffSession },
): Promise<Started | undefined> {
  const now = world.now()
  const token = Buffer.from(world.random(24)).toString("base64url")
  const index = indexOf(world, token)
  const session = {
    v: 0,
    staff: member.id,
    until: now + idle,
    ends: before?.session.ends ?? now + shift,
    over: false,
    ...(provedAt !== undefined && { provedAt: Math.min(provedAt, now) }),
  }
  const sessions = [...(member.sessions ?? []), index].slice(-mostSessions)
  const changes = [
    people.staffChange(self(member), "sign-in", now, { ...member, sessions, refused: [] }),
    people.staffSessionChange("sign-in", now, index, session),
    ...(before
      ? [people.staffSessionChange("step-up", now, before.index, { ...before.session, over: true, next: index })]
      : []),
  ]
  return (await write(world, changes, patience)).written ? { token } : undefined
}

const self = ({ id, name, role, station }: people.StaffMember): Staff => ({ kind: "staff", id, name, role, station })

/** Whoever is signed in goes on, whatever happens at the door: nobody may silence a duty officer by failing in their name. */
function mayTry(world: World, { lockedUntil = 0 }: people.StaffMember) {
  if (lockedUntil > world.now()) throw new Problem("sign-in-locked", { until: lockedUntil })
}

/** Counts it against the member; the one that was too many says so. */
const refusal = (world: World, id: string, problem: Problem): Promise<Problem> =>
  insist(async (patience) => {
    const member = await people.findStaff(world, id)
    if (!member) return problem
    mayTry(world, member)
    const now = world.now()
    const refused = [...(member.refused ?? []).filter((at) => at > now - lock.within), now]
    const shut = refused.length >= lock.most
    const after = shut ? { ...member, refused: [], lockedUntil: now + lock.lasts } : { ...member, refused }
    const change = people.staffChange({ kind: "system", name: "sign-in" }, "sign-in-refused", now, after)
    if (!(await write(world, [change], patience)).written) return undefined
    return shut ? new Problem("sign-in-locked", { until: now + lock.lasts }) : problem
  })

export const indexOf = (world: World, token: string) => world.keyring.blind("staff-session", token)

const sessionOf = (world: World, token: string) => sessionAt(world, indexOf(world, token))

async function sessionAt(world: World, index: string) {
  const session = await people.findStaffSession(world, index)
  const member = session && (await people.findStaff(world, session.staff))
  if (!session || !member?.active || member.barred || !member.sessions?.includes(index)) return undefined
  return { index, session, member }
}

/** Who this token is now, or undefined. Use keeps it alive, written at most once in five minutes. */
export async function staffOf(world: World, token: string): Promise<Staff | undefined> {
  const found = await sessionOf(world, token)
  if (!found) return undefined
  const { index, session, member } = found
  const now = world.now()
  if (session.until - now < idle - 5 * minute)
    await people
      .put(world, [people.staffSessionChange("stay", now, index, { ...session, until: now + idle })])
      .catch((error) => {
        // Another of the console's requests has just done the same.
        if (!(error instanceof Problem)) throw error
      })
  const proof = proofAt(session, now)
  return { ...self(member), ...(proof && { proof }) }
}

function proofAt({ provedAt }: people.StaffSession, now: Instant): Proof | undefined {
  if (provedAt === undefined) return undefined
  const age = now - provedAt
  if (age <= proofLasts.fresh) return "fresh"
  return age <= proofLasts.recent ? "recent" : undefined
}

/** The living session that began with this token: renewed by proving again, perhaps while its owner signs out in another tab. */
async function lastOf(world: World, token: string) {
  let index: string | undefined = indexOf(world, token)
  for (let i = 0; i <= mostRenewals; i++) {
    const found = await sessionAt(world, index)
    if (found) return found
    index = await people.nextSession(world, index)
    if (!index) return undefined
  }
  throw new Problem("busy")
}

/** The session is over here at once, whatever the browser keeps, under every token it has had since. */
export const signOut = (world: World, token: string): Promise<true> =>
  insist(async (patience) => {
    const found = await lastOf(world, token)
    if (!found) return true
    const { index, session, member } = found
    const now = world.now()
    const sessions = member.sessions?.filter((it) => it !== index) ?? []
    const changes = [
      people.staffChange(self(member), "sign-out", now, { ...member, sessions }),
      people.staffSessionChange("sign-out", now, index, { ...session, over: true }),
    ]
    return (await write(world, changes, patience)).written || undefined
  })

/** One's own sessions that live now, the oldest first; `isThis` is the one that asks. */
export async function sessionsOf(world: World, by: Staff, token: string) {
  must(by, "staff.see-self")
  const member = await people.findStaff(world, by.id)
  const all = await Promise.all((member?.sessions ?? []).map((it) => people.findStaffSession(world, it)))
  return all.flatMap((it, i) =>
    it
      ? [{ since: it.ends - shift, seenAt: it.until - idle, isThis: member?.sessions?.[i] === indexOf(world, token) }]
      : [],
  )
}

/** Ends all of one's own sessions but the one that asks. */
export const endOthers = (world: World, by: Staff, token: string) => {
  must(by, "staff.end-sessions")
  return insist(async (patience) => {
    const found = await sessionOf(world, token)
    if (!found) throw new Problem("not-signed-in")
    const { member, index } = found
    const change = people.staffChange(by, "end-others", world.now(), { ...member, sessions: [index] })
    return (await write(world, [change], patience)).written ? sessionsOf(world, by, token) : undefined
  })
}

type Member = {
  id: string
  name: string
  role: people.StaffMember["role"]
  isMe: boolean
  active: boolean
  /** Sessions that live now, and when the last of them was used, to five minutes. */
  sessions: number
  seenAt?: Instant
  barred: boolean
  lockedUntil?: Instant
}

/** The chief's own people. Auditors are nobody's: whom they check does not shut them out. */
export async function membersOf(world: World, by: Staff): Promise<Member[]> {
  must(by, "members.see", by.station)
  const all = (await people.staffOf(world, by.station)).filter((it) => it.role !== "auditor")
  return Promise.all(all.map((it) => memberShape(world, by, it)))
}

async function memberShape(world: World, by: Staff, it: people.StaffMember): Promise<Member> {
  const sessions = it.active
    ? await Promise.all((it.sessions ?? []).map((one) => people.findStaffSession(world, one)))
    : []
  const living = sessions.filter((one) => one !== undefined)
  const { id, name, role, active, barred = false, lockedUntil = 0 } = it
  return {
    id,
    name,
    role,
    isMe: id === by.id,
    active,
    sessions: living.length,
    ...(living.length && { seenAt: Math.max(...living.map((one) => one.until)) - idle }),
    barred,
    ...(lockedUntil > world.now() && { lockedUntil }),
  }
}

type Hold = "lock" | "unlock" | "end-sessions"
const held = {
  lock: { barred: true, sessions: [] },
  unlock: { barred: false, lockedUntil: 0, refused: [] },
  "end-sessions": { sessions: [] },
} as const satisfies Record<Hold, Partial<people.StaffMember>>

/**
 * The chief shuts somebody of the own station out, lets them in again, or ends their sessions everywhere; it holds for the very
 * next request. The same `op` again is done already. Refusals: member-unknown (nobody of this station), not-yourself (to lock).
 */
export const hold = (world: World, by: Staff, what: Hold, input: { member: string; op: string }): Promise<Member> => {
  must(by, "members.change", by.station)
  return insist(async (patience) => {
    const member = await people.findStaff(world, input.member)
    if (member?.station !== by.station || member.role === "auditor") throw new Problem("member-unknown")
    if (what === "lock" && member.id === by.id) throw new Problem("not-yourself")
    const op = `${what}:${short(world, [member.id, input.op].join())}`
    if (member.op === op) return memberShape(world, by, member)
    const after = { ...member, ...held[what] }
    const done = (await write(world, [people.staffChange(by, op, world.now(), after)], patience)).written
    // Whoever is shut out is not called either.
    if (done) units.forget(world)
    return done ? memberShape(world, by, { ...after, v: member.v + 1 }) : undefined
  })
}
