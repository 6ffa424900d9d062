/** Days and times as a page offers them, for a new booking and for a move. */
import { offers, turnAt } from "#actions/booking"
import type { Actor } from "#domain/actor"
import { dayKind } from "#domain/calendar"
import { fieldProblem } from "#domain/problem"
import type { ServiceId } from "#domain/service"
import { daysOf, type Station } from "#domain/station"
import { dateOf, LocalDate, LocalTime, second } from "#domain/time"
import { causeOf } from "#domain/weighing"
import type { Choice } from "#web/resident/times.tsx"
import type { Language } from "#web/words/t"
import { turnText } from "#web/words/wave"
import type { World } from "#world"

type Wish = { station: Station; services: readonly ServiceId[]; asked?: string | undefined; language: Language }

/**
 * The asked day, or the first with a free time; where the asked one is empty, which is the next that is not, or why there is none. `person` is who
 * waits for a turn; none is waited for where they may come in at once. Refusals: invalid-input (no such date), service-not-here.
 */
export async function choiceOf(
  world: World,
  by: Actor,
  { station, services, asked, language }: Wish,
  person?: string,
): Promise<Choice> {
  if (asked !== undefined && !LocalDate.safeParse(asked).success) throw fieldProblem("date", "date")
  const now = world.now()
  const days = daysOf(station, now)
  const timesOn = async (date: LocalDate) =>
    (await offers(world, by, { station: station.id, services, date })).map(({ time }) => time)
  const firstFree = async () => {
    for (const date of days) if (date !== asked && (await timesOn(date)).length) return date
    return undefined
  }
  const date = asked ?? (await firstFree()) ?? days[0] ?? dateOf(now)
  const times = await timesOn(date)
  const next = times.length || asked === undefined ? undefined : await firstFree()
  const none = times.length || next ? undefined : causeOf(station, services, now)
  const turn = person === undefined ? undefined : turnAt(world, station, date, person)
  const waits = turn && turn.opens > now
  return {
    days,
    date,
    times,
    provisional: dayKind(date).provisional,
    next,
    none,
    turn: waits ? { text: turnText(turn, language), seconds: Math.ceil((turn.opens - now) / second) } : undefined,
    release: station.policy.release,
  }
}

/** A tapped time, "2026-11-24T10:30". Refusal: invalid-input. */
export function atOf(typed: string): { date: LocalDate; time: LocalTime } {
  const [date = "", time = ""] = typed.split("T")
  if (!LocalDate.safeParse(date).success) throw fieldProblem("date", "date")
  if (!LocalTime.safeParse(time).success) throw fieldProblem("time", "time")
  return { date, time }
}
