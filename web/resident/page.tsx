/** The frame of every resident page: who we are, the two switches, the way back, and 110 at the foot. */
import type { ComponentChildren } from "preact"
import { Icon } from "#web/ui/icons.tsx"
import { clockName } from "./dates.ts"
import { type Face, faceFor, isBig } from "./face.ts"
import type { View } from "./view.ts"

const favicon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Crect width='24' height='24' rx='5' fill='%230d4d56'/%3E%3Cpath d='M5 12l7-6.5 7 6.5M7 11v8h10v-8M10.5 19v-5h3v5' fill='none' stroke='%23f3b54a' stroke-width='2' stroke-linejoin='round'/%3E%3C/svg%3E"

type Frame = {
  view: View
  style: string
  title: string
  /** Something on the page must be mended first. */
  faulty?: boolean
  /** This browser has a session: whoever is done can end it here. */
  known?: boolean
  script?: string | undefined
  children: ComponentChildren
}

export function Page({ view, style, title, faulty, known, script, children }: Frame) {
  const { t, face, language, demonstration } = view
  return (
    <html lang={language === "zh" ? "zh-CN" : "en"} class={isBig(face) ? "big" : undefined} data-face={face}>
      <head>
        <meta charset="utf-8" />
        <title>{`${faulty ? t("error") : ""}${title} · ${t("portal")}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="theme-color" content="#0d4d56" />
        <meta name="format-detection" content="telephone=no" />
        <link rel="icon" href={favicon} />
        <style dangerouslySetInnerHTML={{ __html: style }} />
        <script type="module" src="/app/resident.js" />
        {script && <script type="module" src={`/app/${script}.js`} />}
      </head>
      <body>
        <a class="skip" href="#main">
          {t("skip")}
        </a>
        <header>
          {demonstration && (
            <p class="strip">
              {t("demonstration-strip")}{" "}
              <time data-clock={demonstration.now}>{clockName(demonstration.now, language)}</time>
            </p>
          )}
          <div class="bar wrap">
            <a class="brand" href={`/${face}`}>
              <Icon sign="door" />
              <span>{t("portal")}</span> <small lang={language === "zh" ? "en" : "zh-CN"}>{t("portal-other")}</small>
            </a>
            <Switches view={view} />
          </div>
        </header>
        <main id="main" class="wrap" tabIndex={-1}>
          {children}
        </main>
        <footer>
          <div class="wrap">
            <span>
              {t("footer")} <a href="tel:110">110</a>
            </span>
            <a href={`/${face}/report`}>{t("lost-link")}</a>
            <a href={`/${face}/notice`}>{t("notice")}</a>
            {known && <Done view={view} />}
          </div>
        </footer>
      </body>
    </html>
  )
}

function Switches({ view: { t, face, language, path } }: { view: View }) {
  const to = (other: Face) => `/${other}${path}`
  const other = language === "zh" ? "en" : "zh"
  return (
    <nav class="switches" aria-label={t("switches")}>
      <a href={to(faceFor(language, !isBig(face)))}>{isBig(face) ? t("standard") : t("bigger")}</a>
      <a href={to(faceFor(other, isBig(face)))} lang={other === "zh" ? "zh-CN" : "en"} hreflang={other}>
        {t("other-language")}
      </a>
    </nav>
  )
}

/** For whoever shares a phone: it forgets who they are and what they typed. */
const Done = ({ view: { t, face } }: { view: View }) => (
  <form method="post" action={`/${face}/done`}>
    <button type="submit" class="quiet">
      {t("done")}
    </button>
  </form>
)

export const Back = ({ view, to }: { view: View; to: string }) => (
  <a class="back" href={`/${view.face}${to}`}>
    {view.t("back")}
  </a>
)

export const Step = ({ view, n }: { view: View; n: number }) => <p class="step">{view.t("step", { n })}</p>
