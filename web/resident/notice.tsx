import { type NoticeVersion, noticeVersion, noticeVersions } from "#domain/notice"
import { noticeTexts } from "#web/words/notice"
import { ownTeller } from "#web/words/own"
import type { View } from "./view.ts"

/** In list form: each part under its heading, one sentence an entry. */
export function NoticePage({ view, version }: { view: View; version: NoticeVersion }) {
  const { language, face } = view
  const tell = ownTeller(language)
  const others = noticeVersions.filter((it) => it !== version && it !== noticeVersion)
  return (
    <>
      <h1>{tell("notice-title")}</h1>
      <p>
        <time dateTime={version}>{tell("notice-version", { version })}</time>
      </p>
      {version !== noticeVersion && (
        <p class="note">
          {tell("notice-old")} <a href={`/${face}/notice`}>{tell("notice-newest")}</a>
        </p>
      )}
      {noticeTexts[version].map(({ id, title, list }) => (
        <section key={id} class="part" aria-labelledby={id}>
          <h2 id={id}>{title[language]}</h2>
          <ul class="plain">
            {list.map((it) => (
              <li key={it.zh}>{it[language]}</li>
            ))}
          </ul>
        </section>
      ))}
      {others.length > 0 && (
        <section aria-labelledby="others">
          <h2 id="others">{tell("notice-others")}</h2>
          <ul class="chips">
            {others.map((it) => (
              <li key={it}>
                <a href={`/${face}/notice/${it}`}>{tell("notice-version", { version: it })}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** Where personal data is asked for. */
export const NoticeLink = ({ view: { t, face } }: { view: View }) => (
  <a class="aside" href={`/${face}/notice`}>
    {t("notice")}
  </a>
)
