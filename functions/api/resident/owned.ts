/** What is held of a resident, on the wire: masked to look at, whole to take along. `until` is the first day it is not kept any more. */
import * as z from "zod/mini"
import type { Owned } from "#actions/owning"
import { EarlierWindow, Instant } from "#api/shapes"
import { AppointmentState } from "#domain/appointment"
import { TicketNumber } from "#domain/line"
import { notHere } from "#domain/notice"
import { maskedIdNumber, maskedMobile, maskedName, type Person } from "#domain/person"
import { Group, ServiceId } from "#domain/service"
import { StationId } from "#domain/station"
import { LocalDate, LocalTime } from "#domain/time"

const stands = {
  ref: z.string(),
  state: AppointmentState,
  station: StationId,
  date: LocalDate,
  time: LocalTime,
  services: z.array(ServiceId),
  bookedAt: Instant,
}

const PersonShape = z.object({ name: z.string(), idNumber: z.string() })

const held = {
  appointments: z.array(
    z.object({
      ...stands,
      group: Group,
      link: z.string().check(z.meta({ description: "Opens the appointment: /zh/a/{link}" })),
      open: z.boolean().check(z.meta({ description: "Still to come or to be settled: it cannot be deleted yet" })),
      person: z.extend(PersonShape, { phone: z.string(), guardian: z.optional(PersonShape) }),
      notice: z.optional(z.string().check(z.meta({ description: "The version of the notice it was made under" }))),
      wish: z.optional(EarlierWindow),
      earlier: z.array(z.object(stands)),
      until: LocalDate,
    }),
  ),
  standing: z.object({
    paused: z.optional(LocalDate).check(z.meta({ description: "First day on which they may book online again" })),
    missed: z.array(
      z.object({
        ref: z.string(),
        station: StationId,
        date: LocalDate,
        counts: z.boolean(),
        appeal: z.optional(z.string()),
        excused: z.optional(z.boolean()),
        reason: z.optional(z.string()),
        until: LocalDate,
      }),
    ),
  }),
  consents: z.array(
    z.object({
      consent: z.string().check(z.meta({ description: "Names it to withdraw it" })),
      purpose: z.string(),
      version: z.string(),
      ref: z.string(),
      at: Instant,
      withdrawn: z.optional(Instant),
      until: LocalDate,
    }),
  ),
  tickets: z.array(
    z.object({
      station: StationId,
      date: LocalDate,
      number: TicketNumber,
      waiting: z.boolean(),
      link: z.string(),
      until: LocalDate,
    }),
  ),
  notHere: z
    .array(z.enum(notHere))
    .check(z.meta({ description: "What cannot be shown here: the record of looks, and a lost-child report" })),
}
const list = { people: z.number(), at: Instant, until: Instant }

export const OwnShape = z
  .object({ ...held, lists: z.array(z.object(list)) })
  .check(z.meta({ id: "Own", description: "Masked" }))

export const OwnFile = z
  .object({
    version: z.literal("1"),
    made: Instant,
    ...held,
    lists: z.array(
      z.object({
        ...list,
        rows: z.array(z.extend(PersonShape, { row: z.number(), phone: z.optional(z.string()) })),
      }),
    ),
  })
  .check(z.meta({ id: "OwnFile", description: "Whole, as it was given" }))

export const RemovedShape = z
  .object({
    at: Instant,
    standing: z
      .array(z.object({ date: LocalDate, until: LocalDate }))
      .check(z.meta({ description: "Absences that still count, by blind index alone" })),
    consents: z.number().check(z.meta({ description: "Records of consents that stay, by blind index alone" })),
  })
  .check(z.meta({ id: "Removed" }))

export const WithdrawnShape = z
  .object({
    at: Instant,
    booking: z
      .enum(["cancelled", "at-window", "over"])
      .check(z.meta({ description: "What became of the booking that was made under it" })),
  })
  .check(z.meta({ id: "Withdrawn" }))

const maskedPerson = ({ name, idNumber }: Person): Person => ({
  name: maskedName(name),
  idNumber: maskedIdNumber(idNumber),
})

export const maskedOwn = (it: Owned) => ({
  ...it,
  appointments: it.appointments.map(({ person: { phone, guardian, ...person }, ...rest }) => ({
    ...rest,
    person: {
      ...maskedPerson(person),
      phone: maskedMobile(phone),
      ...(guardian && { guardian: maskedPerson(guardian) }),
    },
  })),
  lists: it.lists.map(({ people, at, until }) => ({ people, at, until })),
  notHere,
})

export const ownFile = (it: Owned, made: number) => ({ version: "1" as const, made, ...it, notHere })

export const ownFileName = 'attachment; filename="doorstep.json"'
