import { dateOf, timeOf } from "#domain/time"
import type { Me } from "#web/lib/device"
import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import type { KeptGiven } from "./away.ts"
import { type Ask, ask, type Given as GivenTicket, go, idle, type Screen, screen, touch, wipe } from "./visit.ts"
import { t } from "./words.ts"

export const Working = ({ ask: wanted, slow }: { ask: Ask; slow: boolean }) => (
  <div class="centre" role="status">
    <span class="spinner" aria-hidden="true" />
    <h1 tabIndex={-1}>{wanted.what === "ticket" ? t("taking") : t("checkingIn")}</h1>
    {slow && <p class="large">{t("stillTrying")}</p>}
  </div>
)

type Any = GivenTicket | KeptGiven
const isKept = (given: Any): given is KeptGiven => "offline" in given

/** As a picture, so that nothing in it can run. */
const qrOf = ({ qr }: GivenTicket) => `data:image/svg+xml,${encodeURIComponent(qr)}`

/** Offline it is what was known when the network went, and says so. */
const aheadWords = (given: Any) =>
  isKept(given)
    ? given.ahead > 0
      ? t("aheadAtLeast", { ahead: given.ahead })
      : t("aheadNoneKnown")
    : given.ahead > 0
      ? t("ahead", { ahead: given.ahead })
      : t("aheadNone")

/** Nothing while no window serves it, or offline: no promise is better than a guess. */
const waitWords = (given: Any): string | undefined => {
  if (isKept(given) || given.low === undefined || given.high === undefined) return undefined
  return given.low > 0 ? t("waitRange", { low: given.low, high: given.high }) : t("waitWithin", { high: given.high })
}

function print() {
  touch()
  if (screen.value.at === "given") screen.value = { ...screen.value, printed: true }
  window.print()
  touch()
}

export function Given({
  given,
  hadOne,
  printed,
  back = false,
}: {
  given: Any
  hadOne: boolean
  printed: boolean
  back?: boolean
}) {
  return (
    <div class="given">
      <h1 tabIndex={-1}>{back ? t("backInLine") : hadOne ? t("sameNumber") : t("yourNumber")}</h1>
      <p class="number">{given.number}</p>
      <p class={isKept(given) ? "ahead known" : "ahead"}>{aheadWords(given)}</p>
      {waitWords(given) && <p class="large">{waitWords(given)}</p>}
      <p class="large soft">{inWords(serviceNames[given.service])}</p>
      {isKept(given) ? (
        <p class="large kept">{t("placeKept")}</p>
      ) : (
        <figure>
          <img src={qrOf(given)} alt={t("qrAlt")} />
          <figcaption>{t("photo")}</figcaption>
        </figure>
      )}
      <div class="two">
        <button type="button" class="quiet tall" onClick={print}>
          {printed ? t("printAgain") : t("print")}
        </button>
        <button type="button" class="tall" onClick={wipe}>
          {t("done")}
        </button>
      </div>
      <p class="soft">{idle.value.do === "count" && t("homeIn", { seconds: idle.value.seconds })}</p>
    </div>
  )
}

/** 80 mm of paper: number, service, people ahead, time, place, QR. Never a name. */
export const Receipt = ({ given, me }: { given: Any; me: Me }) => (
  <div class="receipt" aria-hidden="true">
    <p class="receipt-station">{inWords(me.station.name)}</p>
    <p class="receipt-number">{given.number}</p>
    <p class="receipt-ahead">{aheadWords(given)}</p>
    {waitWords(given) && <p>{waitWords(given)}</p>}
    <p>
      {t("receiptService")} {inWords(serviceNames[given.service])}
    </p>
    <p>
      {t("receiptTime")} {dateOf(given.at)} {timeOf(given.at)}
    </p>
    {isKept(given) ? <p>{t("placeKept")}</p> : <img src={qrOf(given)} alt="" />}
    <p>{t("receiptNote")}</p>
    {me.demonstration && <p>{t("demonstration")}</p>}
  </div>
)

export const NotYet = ({ ask: wanted }: { ask: Ask }) => (
  <div class="centre" role="alert">
    <h1 tabIndex={-1}>{t("notYet")}</h1>
    <p class="large">{t("notYetWhy")}</p>
    <button type="button" class="tall" onClick={() => void ask(wanted, true)}>
      {t("tryAgain")}
    </button>
  </div>
)

export const Refused = ({ title, back }: { title: string; back: Screen["at"] }) => (
  <div class="centre" role="alert">
    <h1 tabIndex={-1}>{t("refused")}</h1>
    <p class="large">{title}</p>
    <button type="button" class="tall" onClick={() => go({ at: back } as Screen)}>
      {t("back")}
    </button>
  </div>
)
