/**
 * Proving again who one is. The provider opens in a window of its own: this page goes on listening for alerts, sounds, and keeps what
 * was typed. Where the browser knows no second window, it comes back to the same report in the same tab.
 */
import { signal } from "@preact/signals"
import { timeOf } from "#domain/time"
import { inWords, telling } from "#web/lib/language"
import { isRefusal } from "#web/lib/portal"
import { provingWords, signInWords } from "#web/words/sign-in"
import { type Came, readPlace } from "./place.ts"

export const w = telling(provingWords)

/** Read once, and out of the address again. */
export function cameBack(): Came {
  const came = readPlace(location.hash)
  if (location.hash) history.replaceState(null, "", location.pathname)
  return came
}

/** Why a sign-in ended here without one. */
export function whyNot({ what, until }: Came): string {
  if (!what || what === "proved") return ""
  if (what === "not-allowed") return w("notOnRoster")
  const said = signInWords[what as keyof typeof signInWords] ?? signInWords["sign-in-incomplete"]
  return [inWords(said), until && w("opensAt", { time: timeOf(until) })].filter(Boolean).join(" ")
}

/** What is open on this page: its report, its tab. */
export const place = signal("")

export const signInAddress = (step = false) => {
  const back = `${location.pathname}${place.value && `#${place.value}`}`
  const query = new URLSearchParams({ ...(step && { step: "up" }), back })
  return `/staff/sign-in?${query}`
}

const provingWindow = "doorstep-proof"

type Wanted = { where: "page" | "report"; again?: () => void; anyway?: ((reason: string) => void) | undefined }
/** What was refused for want of a proof, what to do again once it is there, and what may be done without one, for a reason. */
export const wanted = signal<Wanted | undefined>(undefined)

/** Takes a refusal for want of a proof upon itself; answers whether it was one. */
export function askedForProof(
  failure: unknown,
  where: Wanted["where"] = "page",
  again?: () => void,
  anyway?: (reason: string) => void,
): boolean {
  if (!isRefusal(failure, "step-up-needed")) return false
  wanted.value = { where, ...(again && { again }), anyway }
  return true
}

/** One sentence and one button, where what was asked for would stand. */
export function Proof({ where }: { where: Wanted["where"] }) {
  if (wanted.value?.where !== where) return null
  const { anyway } = wanted.value
  return (
    <div class="proof" role="alert">
      <p>
        <b>{inWords(signInWords["step-up-needed"])}</b> {w("proveWhere")}
      </p>
      <ProveLink />
      {anyway && <Anyway go={anyway} />}
    </div>
  )
}

/** While the provider is away a child is missing all the same. */
function Anyway({ go }: { go: (reason: string) => void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    go(String(new FormData(event.currentTarget as HTMLFormElement).get("reason")).trim())
  }
  return (
    <details>
      <summary>{w("cannotProve")}</summary>
      <form class="field" onSubmit={submit}>
        <label for="anyway">{w("cannotWhy")}</label>
        <input
          id="anyway"
          name="reason"
          required
          maxLength={200}
          pattern="\s*\S.{2,198}\S\s*"
          title={w("cannotWhy")}
          aria-describedby="anyway-hint"
          autocomplete="off"
        />
        <small id="anyway-hint" class="note">
          {w("cannotHint")}
        </small>
        <button type="submit" class="quiet">
          {w("openNow")}
        </button>
      </form>
    </details>
  )
}

/** Before any alert: a report that comes is then opened without a question. */
export const ProveAhead = () => (
  <div class="proof">
    <p>{w("proveAhead")}</p>
    <ProveLink />
  </div>
)

const ProveLink = () => (
  <a class="button" href={signInAddress(true)} target={provingWindow}>
    {w("prove")}
  </a>
)

const channel = new BroadcastChannel(provingWindow)

/** The page whose button was pressed hears that the proof is there. */
channel.addEventListener("message", ({ data }) => {
  if (data !== "proved" || !document.querySelector(`a[target="${provingWindow}"]`)) return
  channel.postMessage("heard")
  const before = wanted.value
  wanted.value = undefined
  before?.again?.()
})

/** In the window that comes back from the provider: whether the page that wanted it goes on, which this one then need not. */
export const isHeard = (): Promise<boolean> =>
  new Promise((resolve) => {
    const done = (heard: boolean) => {
      channel.removeEventListener("message", hear)
      clearTimeout(timer)
      resolve(heard)
    }
    const hear = ({ data }: MessageEvent) => data === "heard" && done(true)
    const timer = setTimeout(done, 700, false)
    channel.addEventListener("message", hear)
    channel.postMessage("proved")
  })

/** It closes itself where the browser lets it. */
export const Proved = ({ goOn }: { goOn: () => void }) => (
  <>
    <h1>{w("proved")}</h1>
    <p role="status">{w("provedWhy")}</p>
    <button type="button" class="quiet wide" onClick={goOn}>
      {w("provedHere")}
    </button>
  </>
)
