/** What was told of the child, and where to go: words, distance and direction, links to map apps, the photo when asked for. */
import { useState } from "preact/hooks"
import { type MapApp, mapLink } from "#domain/geography"
import { readableReference } from "#domain/id"
import { dateOf, timeOf } from "#domain/time"
import { inWords } from "#web/lib/language"
import { nowIs, type Opened, photoAt, trouble } from "./duty.ts"
import { details as names } from "./duty-names.ts"
import { directionTo, findMe } from "./duty-place.ts"
import { t } from "./duty-words.ts"

const apps = [
  ["amap", "amap"],
  ["tencent", "tencentMap"],
  ["baidu", "baiduMap"],
] as const satisfies readonly (readonly [MapApp, Parameters<typeof t>[0]])[]

type Child = Opened["told"]

export function Told({ it }: { it: Opened }) {
  const { told, report } = it
  const { where } = told
  return (
    <section class="told-part">
      <h3>{t("whereTitle")}</h3>
      <p class="big">
        {where.text} {report.place.venue && inWords(report.place.venue)}
      </p>
      <p>
        <b>{directionTo(report.place)}</b> <small>{t(`located-${report.place.located}`)}</small>
      </p>
      <p class="links">
        {apps.map(([app, word]) => (
          <a
            key={app}
            class="button quiet"
            href={mapLink(app, report.place, t("whereTitle"))}
            target="_blank"
            rel="noreferrer"
          >
            {t(word)}
          </a>
        ))}
        <button type="button" class="quiet" onClick={() => void locate()}>
          {t("whereAmI")}
        </button>
      </p>
      <h3>{t("toldTitle")}</h3>
      <Description told={told} />
      <Photos id={report.id} names={[...it.photos, ...it.merged.flatMap((each) => each.photos)]} />
      <p class="links">
        <a class="button" href={`tel:${told.phone}`}>
          {t("callReporter", { phone: told.phone.replace("+86", "") })}
        </a>
        {it.contact && (
          <a class="button quiet" href={`tel:${it.contact.phone}`}>
            {t("callVenue", { name: inWords(it.contact.name), phone: it.contact.phone })}
          </a>
        )}
      </p>
      {it.merged.map((each) => (
        <details key={each.id}>
          <summary>{t("alsoReported", { id: readableReference(each.id) })}</summary>
          <Description told={each.told} />
          <a class="button quiet" href={`tel:${each.told.phone}`}>
            {t("callReporter", { phone: each.told.phone.replace("+86", "") })}
          </a>
        </details>
      ))}
      <p class="soft">{t("recorded")}</p>
    </section>
  )
}

async function locate() {
  if (!(await findMe())) trouble.value = t("whereRefused")
}

function Description({ told }: { told: Child }) {
  const { child, when, relation, details = {} } = told
  const today = dateOf(when.at) === dateOf(nowIs.value)
  const time = today ? timeOf(when.at) : `${dateOf(when.at)} ${timeOf(when.at)}`
  return (
    <>
      <p class="big">
        {t(child.sex)} · {t("age", { age: child.age })} · {t(when.about ? "seenAbout" : "seenAt", { time })}
      </p>
      {details.dispute && <p class="conflict">{t("dispute")}</p>}
      {details.venueAlert && <p>{t("venueAlerted")}</p>}
      <dl class="told-list">
        {names.map((name) =>
          details[name] ? (
            <div key={name}>
              <dt>{t(`field-${name}`)}</dt>
              <dd>
                {details[name]}
                {name === "reporter" && ` (${t(`relation-${relation}`)})`}
              </dd>
            </div>
          ) : null,
        )}
      </dl>
    </>
  )
}

function Photos({ id, names }: { id: string; names: readonly string[] }) {
  const [shown, show] = useState(false)
  const [failed, fail] = useState(false)
  if (names.length === 0) return <p class="soft">{t("photoNone")}</p>
  if (!shown)
    return (
      <button type="button" class="quiet" onClick={() => show(true)}>
        {t("photoShow")}
      </button>
    )
  return (
    <div class="photos">
      {failed && <p role="alert">{t("photoFailed")}</p>}
      {names.map((name) => (
        <img key={name} src={photoAt(id, name)} alt={t("photoAlt")} onError={() => fail(true)} />
      ))}
    </div>
  )
}
