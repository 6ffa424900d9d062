/** What is measured on: stations of a wished size, people whose phone is verified, a line in the middle of a busy morning. */
import { randomBytes } from "node:crypto"
import { newFormKey } from "#actions/forms"
import { sessionLife } from "#actions/verifying"
import { sessionCookie } from "#api/resident/draft"
import type { Actor } from "#domain/actor"
import { emptyLine, type Line } from "#domain/line"
import { offersOf } from "#domain/places"
import { Problem } from "#domain/problem"
import type { ServiceId } from "#domain/service"
import type { Station, WindowNo } from "#domain/station"
import { type Operation, step } from "#domain/step"
import { addDays, instantOf, type LocalDate, type LocalTime, minute } from "#domain/time"
import * as codes from "#store/codes"
import { pack } from "#store/lines"
import { stationChange } from "#store/stations"
import { counter, seen, write, writeOrRefuse } from "#store/table"
import { ticketChange } from "#store/tickets"
import { at, longtou, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import type { World } from "#world"

export const setup: Actor = { kind: "system", name: "bench" }
export const aKiosk = (station: string): Actor => ({ kind: "kiosk", id: "dev_01JD3Q8Z7K4M5N6P7Q8R9S0TVW", station })
export const aClerkAt = (station: string, window: WindowNo): Actor & { kind: "staff" } => ({
  kind: "staff",
  id: `clerk-p01-${window}`,
  name: "林小燕",
  role: "clerk",
  station,
})

export const anOp = () => randomBytes(12).toString("base64url")
const shortOp = () => randomBytes(6).toString("base64url")

/** Before anybody reads the stations of this world: it keeps what it read. */
export async function built(world: World, station: Station): Promise<Station> {
  await writeOrRefuse(world, [stationChange("bench", world.now(), station)], counter())
  return station
}

export type Phone = { actor: Actor & { kind: "resident" }; mobile: string; cookie: string }

/** Someone whose code was answered a moment ago. */
export async function aVerifiedPhone(world: World, n: number): Promise<Phone> {
  const mobile = aMobile(n)
  const phone = world.keyring.blind("phone", mobile)
  const token = randomBytes(16).toString("base64url")
  const index = world.keyring.blind("session", token)
  const sealed = await world.vault.seal(codes.whereSession(index), mobile, monday.slice(0, 7))
  const session = { phone, sealed, until: world.now() + sessionLife }
  await write(world, [codes.sessionChange(setup, "bench", world.now(), index, session)], counter())
  return { actor: { kind: "resident", phone }, mobile, cookie: `${sessionCookie}=${token}` }
}

export type Wish = { date: LocalDate; time: LocalTime }

/** Each bookable cell of these days, as a wish: for a station where nothing is taken yet. */
export function wishes(station: Station, services: readonly ServiceId[], days: number): Wish[] {
  return Array.from({ length: days }, (_, i) => addDays(monday, i + 1)).flatMap((date) =>
    offersOf(station, date, services, new Set(), 0).flatMap(({ time, free }) =>
      Array.from({ length: free }, () => ({ date, time })),
    ),
  )
}

export const aForm = (world: World, station: Station, services: readonly ServiceId[], n: number, wish: Wish) => ({
  key: newFormKey(world),
  station: station.id,
  services,
  ...wish,
  name: "阿卜杜拉·买买提",
  idNumber: anIdNumber(n),
  language: "zh" as const,
})

/** The grid of a real station, three windows that all take bookings of one group. */
export const threeWindows: Station = {
  ...longtou,
  id: "FZ-JA-B03",
  hours: Array.from({ length: 7 }, () => [["08:00", "18:30"]] as const),
  windows: [1, 2, 3].map((no) => ({ no, services: ["rp-endorse", "rp-address", "rp-renew"] })),
}

/**
 * 龙头 on a Monday at half past ten: so many wait, by ticket and by appointment, some with priority, some for a service of
 * another window; all three windows serve, somebody was missed, somebody came back; the rings of calls and operations are full.
 */
export function aBusyLine(waiting: number): Line {
  const station = longtou
  let line = emptyLine(station.id, monday)
  let now = at("07:50")
  const go = (operation: DistributiveOmit<Operation, "op" | "now">) => {
    const done = step(line, { ...operation, op: shortOp(), now } as Operation, station)
    line = done.line
    now += 7_000
    return done.number!
  }
  const staffOf = (window: WindowNo) => aClerkAt(station.id, window).id
  const serving = (window: WindowNo) => {
    const number = go({ do: "call", window, staff: staffOf(window) })
    go({ do: "start", window, staff: staffOf(window), number })
    return number
  }
  const served = (window: WindowNo) => go({ do: "finish", window, staff: staffOf(window), number: serving(window) })
  const join = (i: number) => {
    const service = (["rp-endorse", "id-renew", "rp-renew", "pickup", "rp-address"] as const)[i % 5]!
    if (i % 3 !== 2) return go({ do: "take", service, priority: i % 10 === 0 })
    return go({ do: "check-in", service, priority: false, booked: now + (i % 4) * 5 * minute })
  }
  for (const window of [1, 2, 3]) go({ do: "sit", window, staff: staffOf(window) })
  let joined = 0
  for (; joined < 30; joined++) join(joined)
  for (let i = 0; i < 12; i++) served((i % 3) + 1)
  const missed = [1, 2].map((window) => {
    const number = go({ do: "call", window, staff: staffOf(window) })
    return go({ do: "missed", window, staff: staffOf(window), number })
  })
  for (const window of [1, 2, 3]) serving(window)
  go({ do: "return", number: missed[0]! })
  while (line.waiting.length < waiting) join(joined++)
  return { ...line, v: 300 }
}

type DistributiveOmit<T, K extends keyof never> = T extends unknown ? Omit<T, K> : never

/** The line as its item, as the last operation left it. */
export const packed = (line: Line) =>
  pack(line, aClerkAt(line.station, 3), `finish:${shortOp()}`, instantOf(line.date, "10:30") + 12_345)

/** On the table, with the ticket of everyone who stands in it; instants are those of the line. */
export async function written(world: World, line: Line): Promise<void> {
  const kiosk = aKiosk(line.station)
  const standing = [...line.waiting, ...line.windows.flatMap((it) => it.visit ?? [])]
  for (const { number, service } of standing) {
    const ticket = {
      station: line.station,
      date: line.date,
      number,
      v: 0,
      state: "waiting" as const,
      services: [service],
      taken: shortOp(),
      takenAt: world.now(),
    }
    await writeOrRefuse(world, [ticketChange(kiosk, `take:${ticket.taken}`, world.now(), ticket)], counter())
  }
  const or = new Problem("changed-meanwhile")
  await writeOrRefuse(world, [{ table: "live", item: packed(line), when: seen(0), or }], counter())
}
