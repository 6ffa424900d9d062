/** Which station: from where distances count, and what each costs whoever goes there. */
import type { Point } from "#domain/geography"
import { inReadingOrder, type ServiceId } from "#domain/service"
import { type StationKind, walkOf } from "#domain/station"
import { dateOf, type Instant, type LocalDate, type LocalTime, timeOf } from "#domain/time"
import { type Cause, weights } from "#domain/weighing"
import { ErrorSummary, Field } from "#web/ui/form.tsx"
import { serviceNames } from "#web/words/services"
import { whenName } from "./dates.ts"
import type { Place, View } from "./view.ts"

export type Area = Point & { id: string; name: { zh: string; en: string }; kind?: "street" | "landmark" | "precinct" }
export type Near = {
  /** Chosen from the list, or typed. */
  chosen?: string | undefined
  typed?: string | undefined
  /** What was typed, as we understood it, and what else it may mean. */
  meant?: { place: Area; also: readonly Area[] } | undefined
  fault?: string | undefined
  /** Distances count from somewhere. */
  sorted: boolean
}

type NearProps = {
  view: View
  near: Near
  areas: readonly Area[]
  /** Asked here too, where the address of the page does not name it. */
  service?: { chosen: ServiceId | undefined }
}

/** A plain form that asks again for the same page; the button for one's own position appears where a script can ask. */
export function NearForm({ view, near, areas, service }: NearProps) {
  const { t, language, face, path } = view
  const own = path.replace(/\?.*/, "")
  const more = service?.chosen ? `&service=${service.chosen}` : ""
  const options = (kind: "street" | "landmark") =>
    areas
      .filter((it) => it.kind === kind)
      .map((it) => (
        <option key={it.id} value={it.id} selected={it.id === near.chosen}>
          {it.name[language]}
        </option>
      ))
  return (
    <>
      <ErrorSummary title={t("please-check")} faults={near.fault ? [{ field: "place", text: near.fault }] : []} />
      <details class="near" open={!near.sorted}>
        <summary>{t(near.sorted ? "near-other" : "near-from")}</summary>
        <form method="get">
          {service && (
            <div class="field">
              <label for="service">{t("near-service")}</label>
              <select id="service" name="service">
                <option value="">{t("near-any-service")}</option>
                {inReadingOrder.map((id) => (
                  <option key={id} value={id} selected={id === service.chosen}>
                    {serviceNames[id][language]}
                  </option>
                ))}
              </select>
            </div>
          )}
          <div class="field">
            <label for="near">{t("near")}</label>
            <select id="near" name="near">
              <option value="">{t("near-any")}</option>
              <optgroup label={t("near-streets")}>{options("street")}</optgroup>
              <optgroup label={t("near-landmarks")}>{options("landmark")}</optgroup>
            </select>
          </div>
          <Field
            id="place"
            label={t("near-type")}
            hint={t("near-type-hint")}
            value={near.typed}
            error={near.fault}
            errorWord={t("error")}
            autocomplete="off"
            maxLength={60}
          />
          <button type="submit" class="quiet">
            {t("near-go")}
          </button>
          <p data-locate hidden>
            <button type="button" class="quiet">
              {t("locate")}
            </button>
            <span class="more" role="status" data-failed={t("locate-failed")}>
              {t("locate-why")}
            </span>
          </p>
        </form>
      </details>
      {near.meant && (
        <>
          <p class="note">{t("near-meant", { place: near.meant.place.name[language] })}</p>
          {near.meant.also.length > 0 && (
            <>
              <p>{t("near-also")}</p>
              <ul class="chips">
                {near.meant.also.map((it) => (
                  <li key={it.id}>
                    <a href={`/${face}${own}?near=${it.id}${more}`}>{it.name[language]}</a>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </>
  )
}

export const OpenMark = ({ view: { t }, open }: { view: View; open: boolean }) => (
  <span class={open ? "mark open" : "mark"}>{t(open ? "open-now" : "closed-now")}</span>
)

export function distanceName({ t }: View, metres: number): string {
  if (metres < 50) return t("in-area")
  const far =
    metres < 1000
      ? t("metres", { n: Math.round(metres / 10) * 10 })
      : t("kilometres", { n: (metres / 1000).toFixed(1) })
  return walkOf(metres) > weights.onFoot ? far : `${far} · ${t("walk", { n: walkOf(metres) })}`
}

export type Kinded = Place & { kind?: StationKind }

/** 驻村点 and 警务室 are said to be such; a station is what everybody expects. */
export const KindMark = ({ view: { t }, kind }: { view: View; kind: StationKind | undefined }) =>
  kind === "outreach" || kind === "room" ? <span class="mark">{t(kind)}</span> : null

export type Choosable = {
  station: Kinded
  open: boolean
  opens?: Instant
  metres?: number
  inCircle?: boolean
  wait?: { low: number; high: number }
  next?: { date: LocalDate; time: LocalTime }
  none?: Cause
}

export type Hint = { nearest: { station: Place }; other: { station: Place } } & ({ saves: number } | { sooner: true })

type ChoiceProps = {
  view: View
  service: ServiceId
  found: readonly Choosable[]
  quicker?: Hint | undefined
  sorted: boolean
  today: LocalDate
  /** They do it, but not in these two weeks: where no other is found. */
  shut?: readonly Place[] | undefined
}

/** Stations for one service, each with what going there costs. */
export function Choices({ view, service, found, quicker, sorted, today, shut = [] }: ChoiceProps) {
  const { t, language, face } = view
  return (
    <>
      {quicker && <p class="note">{quickerName(view, quicker)}</p>}
      {found.length === 0 && <p>{t(shut.length > 0 ? "nowhere-open" : "nowhere-offered")}</p>}
      {shut.length > 0 && (
        <ul class="chips">
          {shut.map((it) => (
            <li key={it.id}>
              <a href={`/${face}/s/${it.id}`}>{it.name[language]}</a>
            </li>
          ))}
        </ul>
      )}
      {sorted && found.length > 1 && (
        <details>
          <summary>{t("cost-sorted")}</summary>
          <p>{t("cost-more")}</p>
        </details>
      )}
      <ul class="cards">
        {found.map((it) => (
          <Choice key={it.station.id} view={view} service={service} it={it} today={today} />
        ))}
      </ul>
    </>
  )
}

function quickerName({ t, language }: View, quicker: Hint): string {
  const names = { nearest: quicker.nearest.station.name[language], other: quicker.other.station.name[language] }
  return "saves" in quicker ? t("quicker-saves", { ...names, n: quicker.saves }) : t("quicker-sooner", names)
}

type CardProps = { view: View; service: ServiceId; it: Choosable; today: LocalDate }

function Choice({ view, service, it, today }: CardProps) {
  const { t, language, face } = view
  const { station, open, opens, metres, inCircle, wait, next, none } = it
  return (
    <li class="card">
      <h2>
        <a class="aside" href={`/${face}/s/${station.id}`}>
          {station.name[language]}
        </a>
      </h2>
      <p>
        {station.address[language]}
        {metres !== undefined && (
          <>
            <br />
            <b>{distanceName(view, metres)}</b>
          </>
        )}
      </p>
      <p>
        <OpenMark view={view} open={open} /> <KindMark view={view} kind={station.kind} />{" "}
        {inCircle && <span class="mark open">{t("in-circle")}</span>}
        {opens !== undefined && (
          <>
            <br />
            {t("opens-at", { when: whenName(dateOf(opens), timeOf(opens), today, language) })}
          </>
        )}
        {wait && (
          <>
            <br />
            {wait.low ? t("go-now", { low: wait.low, high: wait.high }) : t("go-now-within", { high: wait.high })}
          </>
        )}
        {(next || none) && <br />}
        {next && t("next-free", { when: whenName(next.date, next.time, today, language) })}
        {none && t(`none-${none}`)}
      </p>
      <a class="button" href={`/${face}/book/${service}/${station.id}`}>
        {t("choose-this")}
        <span class="apart">{station.name[language]}</span>
      </a>
    </li>
  )
}
