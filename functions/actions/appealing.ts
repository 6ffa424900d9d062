/** An absence that counts against online booking: the resident says why, an officer decides. The windows stay open to all. */
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { must } from "#domain/permission"
import { maskedIdNumber, maskedName } from "#domain/person"
import { Problem } from "#domain/problem"
import { longer } from "#domain/purge"
import { type Missed, pausedUntil } from "#domain/standing"
import type { StationId } from "#domain/station"
import { dateOf, type LocalDate } from "#domain/time"
import * as appointments from "#store/appointments"
import * as audits from "#store/audits"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { counter, phone as patience, prolonged, writeOrRefuse } from "#store/table"
import type { World } from "#world"
import { short } from "./forms.ts"

export type Standing = {
  /** First day on which they may book online again. */
  until?: LocalDate
  missed: readonly {
    ref: string
    station: StationId
    date: LocalDate
    appealed: boolean
    excused?: boolean
    reason?: string
  }[]
}

/** One's own standing, by the link of any of one's appointments: what counts, and until when online booking pauses. */
export async function ownStanding(world: World, by: Actor, it: Appointment): Promise<Standing> {
  must(by, "appointment.see")
  return answered(world, it.station, await standings.find(world, it.person))
}

/**
 * Appeals against an absence that counts, once, with a reason. Appealed already: answered as it stands.
 * Refusals: nothing-to-appeal, details-deleted (nobody could be told of the answer), changed-meanwhile, busy.
 */
export async function appeal(
  world: World,
  by: Actor,
  it: Appointment,
  input: { ref: string; text: string },
): Promise<Standing> {
  must(by, "appointment.appeal")
  const before = await standings.find(world, it.person)
  const missed = before.missed.find(({ ref }) => ref === input.ref)
  if (!missed || missed.answer) throw new Problem("nothing-to-appeal")
  if (missed.appeal) return answered(world, it.station, before)
  const now = world.now()
  const [details, [reference]] = await Promise.all([
    appointments.openPerson(world, it),
    appointments.referencesOf(world, [it.ref]),
  ])
  const { secret, until } = reference ? appointments.ownerIn(reference) : {}
  if (!details || !reference || !secret || !until) throw new Problem("details-deleted")
  const said = { text: input.text, phone: details.phone }
  const sealed = await standings.sealAppeal(world, it.person, said, dateOf(now).slice(0, 7), secret)
  const after = {
    ...before,
    missed: changed(before, { ...missed, appeal: { at: now, language: it.language, sealed, under: it.ref } }),
  }
  const op = `appeal:${short(world, `${it.person}${input.ref}`)}`
  const changes = [
    standings.standingChange(by, op, now, it.person, after),
    // Over its version: a purge that judged before these words were there does not destroy what they are sealed with.
    prolonged(by, now, "keys", reference, Math.max(until, now + longer)),
  ]
  await writeOrRefuse(world, changes, patience())
  return answered(world, it.station, after)
}

export type Asked = { ref: string; name?: string; idNumber?: string; text?: string; standing: Standing }

/**
 * What an officer reads before deciding: the absence, the reason given, masked name and number, as far as they are still there.
 * Recorded before it is answered.
 * Refusal: appointment-not-found (also for an absence at another station).
 */
export async function see(world: World, by: Actor & { kind: "staff" }, ref: string, request: string): Promise<Asked> {
  must(by, "standing.answer", by.station)
  const { person, group, before, missed } = await theirs(world, by, ref)
  await audits.opening(world, by, "standing.answer", by.station, `bookings/person#${person}/standing`, request)
  const it = await appointments.find(world, person, group)
  const details = it && (await appointments.openPerson(world, it))
  const said = missed.appeal && (await standings.openAppeal(world, person, missed.appeal))
  return {
    ref,
    ...(details && { name: maskedName(details.name), idNumber: maskedIdNumber(details.idNumber) }),
    ...(said && { text: said.text }),
    standing: await answered(world, by.station, before),
  }
}

/**
 * Excuses an absence, or lets it stand, with a reason that stays with it; with or without an appeal. Answered alike already:
 * as it stands. Refusals: appointment-not-found, changed-meanwhile (answered otherwise by somebody else, too), busy.
 */
export async function answer(
  world: World,
  by: Actor & { kind: "staff" },
  input: { ref: string; excused: boolean; reason: string },
): Promise<Standing> {
  must(by, "standing.answer", by.station)
  const { person, before, missed } = await theirs(world, by, input.ref)
  if (missed.answer) {
    if (missed.answer.excused !== input.excused) throw new Problem("changed-meanwhile")
    return answered(world, by.station, before)
  }
  const now = world.now()
  const { excused, reason } = input
  const after = { ...before, missed: changed(before, { ...missed, answer: { at: now, excused, reason } }) }
  const op = `${excused ? "excuse" : "uphold"}:${short(world, `${person}${input.ref}`)}`
  await writeOrRefuse(world, [standings.standingChange(by, op, now, person, after)], counter())
  return answered(world, by.station, after)
}

async function theirs(world: World, by: Actor & { kind: "staff" }, ref: string) {
  const owner = await appointments.ownerOf(world, ref)
  const before = owner && (await standings.find(world, owner.person))
  const missed = before?.missed.find((one) => one.ref === ref && one.station === by.station)
  if (!owner || !before || !missed) throw new Problem("appointment-not-found")
  return { person: owner.person, group: owner.group, before, missed }
}

const changed = ({ missed }: standings.Stored, to: Missed) => missed.map((one) => (one.ref === to.ref ? to : one))

async function answered(world: World, station: StationId, standing: standings.Stored): Promise<Standing> {
  const { policy } = await stations.find(world, station)
  const until = pausedUntil(standing, policy, dateOf(world.now()))
  return {
    ...(until && { until }),
    missed: standing.missed.map(({ ref, station, date, appeal, answer }) => ({
      ref,
      station,
      date,
      appealed: appeal !== undefined,
      ...(answer && { excused: answer.excused }),
      ...(appeal && answer?.reason && { reason: answer.reason }),
    })),
  }
}
