import type { Answer } from "#api/routes"
import { language } from "#web/lib/language"
import { dayName } from "#web/resident/dates"
import { w } from "./arranging-words.ts"
import type { StaffRoutes } from "./desk.ts"

type Props = Answer<StaffRoutes["POST /staff/closures/preview"]> & {
  told: readonly ["touches" | "willTouch", "touchesNone" | "willTouchNone"]
}

/** How many bookings a change takes their time from, day by day. */
export function Touched({ bookings, days, told: [some, none] }: Props) {
  if (!bookings) return <p>{w(none)}</p>
  return (
    <p>
      <b class="long">{w(some, { count: bookings })}</b>{" "}
      {days
        .map((it) => w("touchesDay", { date: dayName(it.date, language.value), count: it.bookings }))
        .join(language.value === "zh" ? "；" : "; ")}
    </p>
  )
}
