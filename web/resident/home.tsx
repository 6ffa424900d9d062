import { Icon, type Sign } from "#web/ui/icons.tsx"
import type { View } from "./view.ts"

export function Home({ view }: { view: View }) {
  const { t, face } = view
  return (
    <>
      <div class="hero">
        <h1>{t("home-title")}</h1>
        <p>{t("home-lead")}</p>
      </div>
      <ul class="entries">
        <Entry view={view} to="/book" sign="calendar" title={t("home-book")} more={t("home-book-more")} first />
        <Entry view={view} to="/find" sign="voucher" title={t("home-find")} more={t("home-find-more")} />
        <Entry view={view} to="/t" sign="ticket" title={t("home-ticket")} more={t("home-ticket-more")} />
        <Entry view={view} to="/stations" sign="pin" title={t("home-stations")} more={t("home-stations-more")} />
      </ul>
      <section class="urgent" aria-labelledby="lost">
        <h2 id="lost">{t("lost-title")}</h2>
        <a class="button grave" href="tel:110">
          <Icon sign="phone" />
          {t("lost-now")}
        </a>
        <p>{t("lost-more")}</p>
        <a class="button quiet" href={`/${face}/report`}>
          {t("lost-link")}
        </a>
      </section>
      <p>
        <a class="aside" href={`/${face}/own`}>
          {t("own")}
        </a>
      </p>
    </>
  )
}

type EntryProps = { view: View; to: string; sign: Sign; title: string; more: string; first?: boolean }

const Entry = ({ view, to, sign, title, more, first }: EntryProps) => (
  <li>
    <a class={first ? "entry first" : "entry"} href={`/${view.face}${to}`}>
      <Icon sign={sign} />
      <span>
        <b>{title}</b>
        <span class="more">{more}</span>
      </span>
    </a>
  </li>
)
