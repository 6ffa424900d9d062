/**
 * What a script adds to the pages of a lost child: on a bad network it keeps trying and says so, with 110 as large as the
 * screen; one's own position; fields saved as they are typed; a photo made small before it is sent; a status that keeps itself
 * true. Without it every form works by itself.
 */
import type * as z from "zod/mini"
import type { reportRoutes } from "#api/report/routes"
import { longestSide } from "#domain/picture"

type Status = z.infer<(typeof reportRoutes)["GET /api/reports/:link"]["answer"]>
const one = <E extends HTMLElement = HTMLElement>(query: string, within: ParentNode = document) =>
  within.querySelector<E>(query)
const fill = (text: string | undefined, name: string, value: string | number) =>
  (text ?? "").replace(`{${name}}`, String(value))
const clock = one("[data-clock]")
const ahead = clock ? Number(clock.dataset.clock) - Date.now() : 0
const timeOf = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(11, 16)

/** Growing to a quarter of a minute; sooner where the network comes back. */
const pause = (tries: number) =>
  new Promise<void>((done) => {
    const wake = () => {
      clearTimeout(timer)
      removeEventListener("online", wake)
      done()
    }
    const timer = setTimeout(wake, Math.min(15_000, 1000 * 2 ** (tries - 1)))
    addEventListener("online", wake)
  })

/** Sends until it is answered. A browser waits for minutes where the network is half there; we ask again. */
async function insist(
  url: string,
  body: () => BodyInit,
  { seconds, redirect, failed }: { seconds: number; redirect: RequestRedirect; failed: (tries: number) => void },
): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), seconds * 1000)
    try {
      const answer = await fetch(url, { method: "POST", body: body(), redirect, signal: stop.signal })
      if (answer.status < 500) return answer
    } catch {
      // Offline, too slow, or cut off: all of them are answered by asking again.
    } finally {
      clearTimeout(timer)
    }
    failed(tries)
    await pause(tries)
  }
}

const typedIn = (form: HTMLFormElement) => new URLSearchParams(new FormData(form) as unknown as Record<string, string>)

/** 110 over the whole screen, until it got through or the reader goes back to the form. */
function stuckScreen() {
  const screen = one<HTMLDialogElement>("[data-stuck]")!
  const said = one("[data-said]", screen)!
  one("button", screen)!.addEventListener("click", () => screen.close?.())
  return {
    show(tries: number) {
      said.textContent = fill(screen.dataset.still, "n", tries)
      if (tries > 1 && !screen.open) return
      if (screen.showModal) screen.open || screen.showModal()
      else screen.setAttribute("open", "")
    },
    async through() {
      if (!screen.open) return
      said.textContent = ""
      one("[data-through]", screen)!.hidden = false
      await new Promise((done) => setTimeout(done, 1500))
    },
  }
}

const report = one<HTMLFormElement>("form[data-report]")
if (report) {
  // The same report when the page comes back.
  history.replaceState(null, "", report.action)
  const button = one<HTMLButtonElement>("button[type=submit]", report)!
  const word = button.textContent
  const stuck = stuckScreen()
  let first = 0
  let body = ""
  report.addEventListener("submit", async (event) => {
    event.preventDefault()
    const under = body !== ""
    first ||= Date.now()
    body = typedIn(report).toString()
    if (under) return
    button.textContent = report.dataset.sending ?? ""
    const send = () => new URLSearchParams(`${body}&ago=${Date.now() - first}`)
    const answer = await insist(report.action, send, { seconds: 12, redirect: "follow", failed: stuck.show })
    body = ""
    button.textContent = word
    // Whatever is to be mended, the server's own page says it.
    if (!answer.redirected) return report.submit()
    await stuck.through()
    location.assign(answer.url)
  })
  addEventListener("pageshow", () => {
    button.textContent = word
  })

  const said = one("[data-position-said]", report)!
  const position = one("[data-position]", report)!
  const put = (name: string, value: string) => {
    one<HTMLInputElement>(`[name=${name}]`, report)!.value = value
  }
  position.hidden = !navigator.geolocation
  one("button", position)!.addEventListener("click", () => {
    said.textContent = position.dataset.asking ?? ""
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        put("lat", coords.latitude.toFixed(5))
        put("lng", coords.longitude.toFixed(5))
        put("accuracy", String(Math.round(coords.accuracy)))
        said.textContent = fill(position.dataset.taken, "n", Math.round(coords.accuracy))
      },
      () => {
        said.textContent = position.dataset.failed ?? ""
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    )
  })

  const time = one<HTMLInputElement>("[name=whenTime]", report)!
  const day = one<HTMLSelectElement>("[name=whenDay]", report)!
  const judge = () => {
    one<HTMLInputElement>("#when-at", report)!.checked = true
    const typed = /^(\d\d?)[:：](\d\d)$/.exec(time.value.trim())
    const late = typed && day.value === "0" && `${typed[1]!.padStart(2, "0")}:${typed[2]}` > timeOf(Date.now() + ahead)
    one("[data-when-said]", report)!.textContent = late ? (time.dataset.ahead ?? "") : ""
  }
  time.addEventListener("input", judge)
  day.addEventListener("change", judge)
}

const parsed = async (answer: Response) => new DOMParser().parseFromString(await answer.text(), "text/html")

const saving = one<HTMLFormElement>("form[data-saving]")
if (saving) {
  const words = saving.dataset
  // On the reader's own phone, until it is sent; under a name that opens nothing.
  const shelf = `unsent:${saving.action.split("/").at(-2)!.slice(-12)}`
  const unsent = new Map<string, string>(Object.entries(JSON.parse(localStorage.getItem(shelf) ?? "{}")))
  const clear = one("[data-unsent]", saving)!
  type Control = HTMLInputElement | HTMLSelectElement
  const control = (name: string) => saving.elements.namedItem(name) as Control | null
  const typedAs = (it: Control) => (it.type === "checkbox" && !(it as HTMLInputElement).checked ? "" : it.value)
  let under = false

  const note = (name: string, text: string, fault = false) => {
    const it = control(name)
    if (!it) return
    let said = one(`#${name}-said`)
    if (!said) {
      said = document.createElement("p")
      said.id = `${name}-said`
      said.setAttribute("role", "status")
      const beside = it.type === "checkbox" ? it.parentElement! : it
      beside.after(said)
    }
    said.className = fault ? "fault" : "hint"
    said.textContent = text
    it.setAttribute("aria-invalid", String(fault))
  }
  const keep = () => {
    clear.hidden = unsent.size === 0
    if (unsent.size) localStorage.setItem(shelf, JSON.stringify(Object.fromEntries(unsent)))
    else localStorage.removeItem(shelf)
  }
  const flush = async () => {
    if (under) return
    under = true
    while (unsent.size) {
      // What was typed while the network was away goes with the next try, and is sent with it.
      let sent = new Map<string, string>()
      const body = () => {
        sent = new Map(unsent)
        return new URLSearchParams([...sent])
      }
      for (const name of unsent.keys()) note(name, words.sending ?? "")
      const answer = await insist(saving.action, body, {
        seconds: 15,
        redirect: "manual",
        failed: () => {
          for (const name of unsent.keys()) note(name, words.waiting ?? "")
        },
      })
      const page = answer.type === "opaqueredirect" ? undefined : await parsed(answer)
      for (const [name, value] of sent) {
        const fault = page && one(`#${name}-error`, page)?.lastChild?.textContent
        note(name, fault || (words.saved ?? ""), Boolean(fault))
        if (unsent.get(name) === value) unsent.delete(name)
      }
      keep()
    }
    under = false
  }
  let soon = 0
  const later = () => {
    keep()
    clearTimeout(soon)
    soon = window.setTimeout(flush, 600)
  }
  saving.addEventListener("change", ({ target }) => {
    const it = target as Control
    const value = typedAs(it)
    if (value) unsent.set(it.name, value)
    else unsent.delete(it.name)
    later()
  })
  saving.addEventListener("submit", (event) => {
    event.preventDefault()
    later()
  })
  one("button", clear)!.addEventListener("click", () => {
    for (const name of unsent.keys()) note(name, "")
    unsent.clear()
    saving.reset()
    keep()
  })
  for (const [name, value] of unsent) {
    const it = control(name)
    if (it?.type === "checkbox") (it as HTMLInputElement).checked = true
    else if (it) it.value = value
  }
  keep()
  void flush()
}

/** No larger than what is kept in the end; as it is where the phone cannot read it. */
async function smaller(file: File): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file)
    const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height))
    const canvas = document.createElement("canvas")
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height)
    return (await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.85))) ?? file
  } catch {
    return file
  }
}

function sendsPhoto(form: HTMLFormElement) {
  const button = one<HTMLButtonElement>("button", form)!
  const word = button.textContent
  const said = one("[data-said]", form)!
  let small: Blob | undefined
  form.addEventListener("submit", async (event) => {
    const file = one<HTMLInputElement>("[type=file]", form)!.files?.[0]
    event.preventDefault()
    if (!file) return
    button.textContent = form.dataset.sending ?? ""
    button.disabled = true
    // What was sent before this one is not what is being sent.
    said.hidden = true
    const under = small !== undefined
    small = await smaller(file)
    // Pressed again, perhaps with another picture: whoever waits for the network tries at once.
    if (under) return void dispatchEvent(new Event("online"))
    const body = () => {
      const sent = new FormData()
      sent.append("photo", small!, "photo")
      return sent
    }
    const answer = await insist(form.action, body, {
      seconds: 60,
      redirect: "follow",
      failed: () => {
        button.textContent = word
        button.disabled = false
        said.textContent = form.dataset.failed ?? ""
        said.hidden = false
      },
    })
    const fresh = one<HTMLFormElement>("form[data-photo]", await parsed(answer))
    if (!fresh) return form.submit()
    form.replaceWith(fresh)
    sendsPhoto(fresh)
    fresh.tabIndex = -1
    fresh.focus()
  })
}
const photo = one<HTMLFormElement>("form[data-photo]")
if (photo) sendsPhoto(photo)

const status = one("[data-status]")
if (status) {
  const words = status.dataset
  const states: Record<string, string> = JSON.parse(words.states ?? "{}")
  const live = one("[data-live]", status)!
  const steady = live.textContent
  let heard = Date.now() + ahead
  let timer = 0
  let tries = 0
  const put = (query: string, text: string) => {
    const it = one(query, status)!
    // A text that did not change is not to be read out again.
    if (it.textContent !== text) it.textContent = text
  }
  const ask = async () => {
    clearTimeout(timer)
    if (document.hidden) return
    let wait = 3
    try {
      const answer = await fetch(words.status!)
      if (!answer.ok) throw answer.status
      const now: Status = await answer.json()
      put("[data-state]", states[now.state] ?? "")
      if (now.seenAt !== undefined) put("[data-seen-said]", fill(words.seen, "time", timeOf(now.seenAt)))
      one("[data-call]", status)!.hidden = !now.call110
      live.textContent = steady
      heard = Date.now() + ahead
      tries = 0
      wait = !now.open ? 60 : now.seenAt === undefined ? 3 : 10
    } catch {
      live.textContent = fill(words.lost, "time", timeOf(heard))
      wait = Math.min(30, 3 * ++tries)
    }
    clearTimeout(timer)
    timer = window.setTimeout(ask, wait * 1000)
  }
  live.hidden = false
  one("[data-refresh]", status)!.hidden = true
  document.addEventListener("visibilitychange", ask)
  addEventListener("online", ask)
  void ask()
}
