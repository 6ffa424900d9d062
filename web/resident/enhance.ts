/**
 * What a script adds to pages that are complete without it: focus on what went wrong, one's own position, a ticket that
 * keeps itself true. It is one file for all pages, and each part looks for its own marks.
 */
import type * as z from "zod/mini"
import type { Snapshot } from "#api/shapes"

type Hall = z.infer<typeof Snapshot>
/** A place in the line, with its range in minutes where the line can tell one. */
type Ranged = Hall["order"][number] & { low?: number | undefined; high?: number | undefined }

const one = (query: string, within: ParentNode = document) => within.querySelector<HTMLElement>(query)
const all = (query: string) => document.querySelectorAll<HTMLElement>(query)
const fill = (text: string | undefined, name: string, value: string | number) =>
  (text ?? "").replace(`{${name}}`, String(value))
const timeOf = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(11, 16)

const page = document.documentElement
// biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not everywhere yet
document.cookie = `__Host-face=${page.dataset.face};path=/;max-age=31536000;samesite=lax;secure`
one(".errors")?.focus()

const clock = one("[data-clock]")
const ahead = clock ? Number(clock.dataset.clock) - Date.now() : 0
const now = () => timeOf(Date.now() + ahead)
if (clock)
  setInterval(() => {
    clock.textContent = (clock.textContent ?? "").replace(/\d\d:\d\d$/, now())
  }, 5000)

/** A second press of the same button waits for the first; coming back to the page frees it. */
let sent = false
addEventListener("submit", (event) => {
  if (sent) event.preventDefault()
  sent = true
})
addEventListener("pageshow", () => {
  sent = false
})

/** One's turn at a release: counted down, then the times open where they stand. */
const turn = one("[data-turn]")
const left = one("[data-left]")
if (turn && left) {
  const opens = Date.now() + Number(turn.dataset.turn) * 1000
  const tick = () => {
    const seconds = Math.ceil((opens - Date.now()) / 1000)
    left.hidden = seconds <= 0
    left.textContent = fill(
      left.dataset.left,
      "time",
      `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
    )
    if (seconds > 0) return
    clearInterval(timer)
    for (const it of document.querySelectorAll<HTMLButtonElement>(".times button")) it.disabled = false
    for (const it of all("[data-turn] > p:first-child, [data-turn] > a")) it.hidden = true
    const said = one("[data-now]")
    if (said) said.textContent = said.dataset.now ?? ""
  }
  const timer = setInterval(tick, 500)
  tick()
}

/** A list goes on by itself once its owner has begun it; its button stays for when the network does not. */
const list = one("[data-proceed]")
if (list) {
  const bar = list.querySelector("progress")
  const said = one("[data-progress]")
  const turn = one("[data-waits]")
  const step = async () => {
    const answer = await fetch(`/api/groups/${list.dataset.proceed}/proceed`, { method: "POST" })
    if (!answer.ok) return
    const { done, total, wait, tomorrow } = await answer.json()
    if (bar) bar.value = done
    if (said) said.textContent = fill(said.dataset.progress, "done", done)
    const later = tomorrow ? turn?.dataset.tomorrow : ""
    if (turn) turn.textContent = wait ? fill(turn.dataset.waits, "seconds", wait) : (later ?? "")
    if (wait) return void setTimeout(() => step().catch(() => {}), wait * 1000)
    if (later) return
    if (done < total) return step()
    location.reload()
  }
  step().catch(() => {})
}

const locate = one("[data-locate]")
if (locate && navigator.geolocation) {
  locate.hidden = false
  one("button", locate)?.addEventListener("click", () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const service = document.querySelector<HTMLSelectElement>("select[name=service]")?.value
        location.search = `?lat=${coords.latitude.toFixed(4)}&lng=${coords.longitude.toFixed(4)}${service ? `&service=${service}` : ""}`
      },
      () => {
        const said = one("[data-failed]", locate)
        if (said) said.textContent = said.dataset.failed ?? ""
      },
      { timeout: 10_000, maximumAge: 60_000 },
    ),
  )
}

/** Asks for the hall now and again; `show` answers in how many seconds, or 0 for never. Nobody asks for a page that nobody sees. */
function follow(station: string, show: (hall: Hall) => number) {
  const live = one("[data-live]")
  const steady = live?.textContent ?? ""
  let timer = 0
  let wait = 10
  let heard = now()
  const ask = async () => {
    clearTimeout(timer)
    if (document.hidden) return
    try {
      const answer = await fetch(`/api/stations/${station}/live`)
      if (!answer.ok) throw answer.status
      wait = show(await answer.json())
      heard = now()
      if (live) live.textContent = steady
    } catch {
      if (live) live.textContent = fill(live.dataset.stale, "time", heard)
    }
    clearTimeout(timer)
    if (wait) timer = window.setTimeout(ask, wait * 1000)
  }
  for (const it of all("[data-refresh]")) it.hidden = true
  if (live) live.hidden = false
  document.addEventListener("visibilitychange", ask)
  void ask()
}

const slip = one("[data-ticket]")
if (slip) {
  const { ticket: mine = "", station = "", date } = slip.dataset
  const title = document.title
  let missing = 0
  let rung = ""
  follow(station, (hall) => {
    if (hall.date !== date) return 0
    const at = hall.windows.find((it) => it.number === mine)
    const place: Ranged | undefined = hall.order.find((it) => it.number === mine)
    const state = at?.state ?? (place ? "waiting" : hall.missed.includes(mine) ? "missed" : "")
    // The snapshot may be a second older than the page: only what stays gone is gone, and the page knows how it ended.
    // Whoever is parked is not in it either, and may be for long.
    const parked = slip.dataset.at === "parked"
    if (!state && ++missing > (parked ? 20 : 1)) location.reload()
    if (!state) return parked ? 30 : 3
    missing = 0
    slip.dataset.at = state
    for (const it of all("[data-when]")) it.hidden = it.dataset.when !== state
    for (const it of all("[data-window]")) if (at) it.textContent = fill(it.dataset.window, "n", at.no)
    if (place) {
      const count = one("[data-ahead]")
      if (count) count.textContent = fill(count.dataset.ahead, "n", place.ahead)
      const far = place.ahead > Number(slip.dataset.near)
      for (const it of all("[data-go]")) {
        if (it.hidden && !far) navigator.vibrate?.(400)
        it.hidden = far
      }
      for (const it of all("[data-range]")) {
        const { low, high } = place
        it.hidden = high === undefined
        it.textContent = fill(fill(low ? it.dataset.range : it.dataset.within, "low", low ?? 0), "high", high ?? 0)
      }
      for (const it of all("[data-next]")) it.hidden = place.ahead > 0
      for (const it of all("[data-stay]")) it.hidden = !far
    }
    for (const it of all("[data-leave]")) it.hidden = at !== undefined
    const call = state === "called" ? hall.calls.find((it) => it.number === mine) : undefined
    const ring = call ? `${call.window}.${call.times}` : ""
    if (ring && ring !== rung) navigator.vibrate?.([400, 200, 400])
    rung = ring
    document.title = call ? `${one("[data-when=called] .go")?.textContent} · ${title}` : title
    if (!place) return 5
    return place.ahead === 0 ? 2 : place.ahead < 8 ? 10 : 30
  })
}

const hallNow = one("[data-hall]")
if (hallNow) {
  const words = hallNow.dataset
  follow(words.hall ?? "", (hall) => {
    for (const { no, open, number, state } of hall.windows) {
      const cell = one(`[data-window="${no}"]`, hallNow)
      const word = !open ? words.closed : number ? fill(words[state ?? "serving"], "number", number) : words.idle
      if (cell) cell.textContent = word ?? ""
    }
    for (const { group, count } of hall.waiting) {
      const cell = one(`[data-group="${group}"]`, hallNow)
      if (cell) cell.textContent = fill(words.people, "n", count)
    }
    return 10
  })
}
