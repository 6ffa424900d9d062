/** The chief's: what the station counted. Tables first, one chart beside them; nobody is in it, and what is small stays covered. */
import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { services } from "#domain/service"
import {
  cameBy,
  closureAnswers,
  endings,
  type Figure,
  type Grain,
  grains,
  lastFinal,
  lostBookings,
  reportEndings,
} from "#domain/statistics"
import { addDays, dateOf, type LocalDate } from "#domain/time"
import { fileClientOf } from "#web/lib/client"
import { portalNow } from "#web/lib/clock"
import { inWords, language, telling } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import {
  answerNames,
  cameNames,
  endingNames,
  figureText,
  grainNames,
  lostNames,
  reportEndingNames,
  statisticsWords,
} from "#web/words/statistics"
import { fetched } from "./changing.tsx"
import { busy, t as desk, press, request, type StaffRoutes } from "./desk.ts"
import "./statistics.css"

type Statistics = Answer<StaffRoutes["GET /staff/statistics"]>
type Period = Statistics["periods"][number]
type Month = Statistics["months"][number]
type Asked = { from: LocalDate; to: LocalDate; grain: Grain }

const t = telling(statisticsWords)
const file = fileClientOf<StaffRoutes>({
  language: () => language.value,
  headers: () => ({ "x-doorstep": "1" }),
  timeoutMs: 25_000,
})

/** Four weeks up to the last published day. */
const lately = (): Asked => {
  const to = lastFinal(dateOf(portalNow()))
  return { from: addDays(to, -27), to, grain: "day" }
}
const asked = signal<Asked | undefined>(undefined)
const shown = signal<Statistics | undefined>(undefined)

async function load(what: Asked) {
  asked.value = what
  shown.value = (await fetched(() => request("GET /staff/statistics", what))) ?? shown.value
}

const takeAway = () =>
  press("export statistics", async () => {
    const what = asked.value!
    const address = URL.createObjectURL(await file("GET /staff/statistics/export", what))
    Object.assign(document.createElement("a"), {
      href: address,
      download: `statistics-${what.from}-${what.to}.csv`,
    }).click()
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
  })

export function StatisticsOfStation() {
  useEffect(() => {
    void load(asked.value ?? lately())
    // What is printed while it is open is this, not the order of the line.
    document.documentElement.classList.add("with-statistics")
    return () => document.documentElement.classList.remove("with-statistics")
  }, [])
  const seen = shown.value
  return (
    <div class="arranging statistics">
      <h2>{t("title")}</h2>
      <details>
        <summary>{t("reading")}</summary>
        <p class="soft">{t("why")}</p>
        <p class="soft">{t("minutesWhy")}</p>
      </details>
      {asked.value && <Asking {...asked.value} />}
      {!seen ? (
        <p class="nothing">{desk("loading")}</p>
      ) : (
        <>
          {seen.periods.length ? <Periods {...seen} /> : <p class="nothing">{t("nothing")}</p>}
          {seen.months.toReversed().map((it) => (
            <OfMonth key={it.month} {...it} />
          ))}
          {seen.reports.length > 0 && <Reports reports={seen.reports} />}
        </>
      )}
    </div>
  )
}

function Asking({ from, to, grain }: Asked) {
  const ask = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const said = (name: string) => String(form.get(name) ?? "")
    void load({ from: said("from"), to: said("to"), grain: grains.find((it) => it === said("grain")) ?? "day" })
  }
  return (
    <form class="asking" onSubmit={ask}>
      <label>
        {t("from")}
        <input type="date" name="from" required defaultValue={from} />
      </label>
      <label>
        {t("to")}
        <input type="date" name="to" required defaultValue={to} />
      </label>
      <label>
        {t("grain")}
        <select name="grain" defaultValue={grain}>
          {grains.map((name) => (
            <option key={name} value={name}>
              {inWords(grainNames[name])}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{t("show")}</button>
      <button type="button" class="quiet" onClick={() => window.print()}>
        {t("print")}
      </button>
      <button
        type="button"
        class="quiet"
        aria-disabled={busy.value !== undefined}
        onClick={() => busy.value === undefined && void takeAway()}
      >
        {t("exported")}
      </button>
    </form>
  )
}

const Count = ({ is }: { is: Figure }) => (
  <td class={is.low === is.high ? "figure" : "figure covered"}>{figureText(is, language.value)}</td>
)

const Minutes = ({ is }: { is: Period["waits"] }) => (
  <td class="figure">{is ? [is.half, is.most].map((it) => it ?? t("beyond")).join(" / ") : "—"}</td>
)

const periodName = ({ from, to }: Period) =>
  from === to ? from : from.endsWith("-01") && to.slice(8) > "27" ? from.slice(0, 7) : `${from} – ${to.slice(5)}`

function Periods({ periods, grain }: Statistics) {
  const groups = [
    [t("came"), cameBy.map((name) => inWords(cameNames[name]))],
    [t("ended"), endings.map((name) => inWords(endingNames[name]))],
    [t("lost"), lostBookings.map((name) => inWords(lostNames[name]))],
  ] as const
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must be able to */}
      <section class="wide-table" aria-label={t("visits")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th rowSpan={2} scope="col">
                {t("period")}
              </th>
              {grain !== "day" && (
                <th rowSpan={2} scope="col">
                  {t("open")}
                </th>
              )}
              <th rowSpan={2} scope="col">
                {t("visits")}
              </th>
              {groups.map(([name, parts]) => (
                <th key={name} colSpan={parts.length} scope="colgroup">
                  {name}
                </th>
              ))}
              <th rowSpan={2} scope="col">
                {t("waits")}
              </th>
              <th rowSpan={2} scope="col">
                {t("lengths")}
              </th>
            </tr>
            <tr>
              {groups.flatMap(([group, parts]) =>
                parts.map((name) => (
                  <th key={`${group} ${name}`} scope="col">
                    {name}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {periods.map((it) => (
              <tr key={it.from}>
                <th scope="row">{periodName(it)}</th>
                {grain !== "day" && <td class="figure">{it.days}</td>}
                <Count is={it.visits} />
                {cameBy.map((name) => (
                  <Count key={name} is={it.came[name]} />
                ))}
                {endings.map((name) => (
                  <Count key={name} is={it.ended[name]} />
                ))}
                {lostBookings.map((name) => (
                  <Count key={name} is={it.lost[name]} />
                ))}
                <Minutes is={it.waits} />
                <Minutes is={it.lengths} />
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Chart periods={periods} />
    </>
  )
}

const height = 120
function Chart({ periods }: { periods: readonly Period[] }) {
  const most = Math.max(1, ...periods.map(({ visits }) => visits.high))
  const scaled = (n: number) => (n / most) * height
  const wide = periods.length * 12
  return (
    <figure class="chart">
      <figcaption>
        <b>{t("chart")}</b> <span class="soft">{t("chartWhy")}</span>
      </figcaption>
      {/* Two months are two bars, not two walls. */}
      <svg viewBox={`0 0 ${wide} ${height}`} width={wide * 8} preserveAspectRatio="none" aria-hidden="true">
        {periods.map(({ from, visits: { low, high } }, i) => (
          <g key={from}>
            <rect class="perhaps" x={i * 12 + 2} width={8} y={height - scaled(high)} height={scaled(high)} />
            <rect class="sure" x={i * 12 + 2} width={8} y={height - scaled(low)} height={scaled(low)} />
          </g>
        ))}
      </svg>
      <div class="soft">
        {periods[0]!.from} – {periods.at(-1)!.to} · 0–{most}
      </div>
    </figure>
  )
}

const isNobody = ({ low, high }: Figure) => low === 0 && high === 0

function OfMonth({ month, hours, priority, offline, closures, ...it }: Month) {
  const used = (Object.keys(services) as (keyof typeof it.services)[]).filter((id) => !isNobody(it.services[id]))
  return (
    <section class="of-month">
      <h3>{t("monthTitle", { month })}</h3>
      <p class="soft">{t("monthWhy")}</p>
      <div class="beside">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("service")}</th>
              <th scope="col">{t("visits")}</th>
            </tr>
          </thead>
          <tbody>
            {used.map((id) => (
              <tr key={id}>
                <th scope="row">{inWords(serviceNames[id])}</th>
                <Count is={it.services[id]} />
              </tr>
            ))}
          </tbody>
        </table>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("hour")}</th>
              <th scope="col">{t("visits")}</th>
              <th scope="col">{t("waits")}</th>
              <th scope="col">{t("lengths")}</th>
            </tr>
          </thead>
          <tbody>
            {hours.map(({ hour, visits, waits, lengths }) => (
              <tr key={hour}>
                <th scope="row">{t("hourOf", { hour })}</th>
                <Count is={visits} />
                <Minutes is={waits} />
                <Minutes is={lengths} />
              </tr>
            ))}
          </tbody>
        </table>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("more")}</th>
              <th scope="col">{t("count")}</th>
            </tr>
          </thead>
          <tbody>
            {(
              [
                [t("priority"), priority],
                [t("offline"), offline],
                ...closureAnswers.map(
                  (name) => [t("closure", { answer: inWords(answerNames[name]) }), closures[name]] as const,
                ),
              ] as const
            ).map(([name, is]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <Count is={is} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const Reports = ({ reports }: Pick<Statistics, "reports">) => (
  <section class="of-month">
    <h3>{t("reportsTitle")}</h3>
    <p class="soft">{t("reportsWhy")}</p>
    <table>
      <thead>
        <tr>
          <th scope="col">{t("month")}</th>
          <th scope="col">{t("reports")}</th>
          {reportEndings.map((name) => (
            <th key={name} scope="col">
              {inWords(reportEndingNames[name])}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {reports.map(({ month, reports: all, ended }) => (
          <tr key={month}>
            <th scope="row">{month}</th>
            <Count is={all} />
            {reportEndings.map((name) => (
              <Count key={name} is={ended[name]} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)
