import { dateOf, timeOf } from "#domain/time"
import type { Me } from "#web/lib/device"
import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import { type Ask, ask, type Given as GivenTicket, go, idle, type Screen, screen, touch, wipe } from "./visit.ts"
import { t } from "./words.ts"

export const Working = ({ ask: wanted, slow }: { ask: Ask; slow: boolean }) => (
  <div class="centre" role="status">
    <span class="spinner" aria-hidden="true" />
    <h1 tabIndex={-1}>{wanted.what === "ticket" ? t("taking") : t("checkingIn")}</h1>
    {slow && <p class="large">{t("stillTrying")}</p>}
  </div>
)

/** As a picture, so that nothing in it can run. */
const qrOf = ({ qr }: GivenTicket) => `data:image/svg+xml,${encodeURIComponent(qr)}`

function print() {
  touch()
  if (screen.value.at === "given") screen.value = { ...screen.value, printed: true }
  window.print()
  touch()
}

export function Given({ given, hadOne, printed }: { given: GivenTicket; hadOne: boolean; printed: boolean }) {
  return (
    <div class="given">
      <h1 tabIndex={-1}>{hadOne ? t("sameNumber") : t("yourNumber")}</h1>
      <p class="number">{given.number}</p>
      <p class="ahead">{given.ahead > 0 ? t("ahead", { ahead: given.ahead }) : t("aheadNone")}</p>
      <p class="large soft">{inWords(serviceNames[given.service])}</p>
      <figure>
        <img src={qrOf(given)} alt={t("qrAlt")} />
        <figcaption>{t("photo")}</figcaption>
      </figure>
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
export const Receipt = ({ given, me }: { given: GivenTicket; me: Me }) => (
  <div class="receipt" aria-hidden="true">
    <p class="receipt-station">{inWords(me.station.name)}</p>
    <p class="receipt-number">{given.number}</p>
    <p class="receipt-ahead">{given.ahead > 0 ? t("ahead", { ahead: given.ahead }) : t("aheadNone")}</p>
    <p>
      {t("receiptService")} {inWords(serviceNames[given.service])}
    </p>
    <p>
      {t("receiptTime")} {dateOf(given.at)} {timeOf(given.at)}
    </p>
    <img src={qrOf(given)} alt="" />
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
