/** What leaves the unit, always by an officer's decision: the hall's card, the volunteers' card, the 团圆 package. */
import { useEffect, useState } from "preact/hooks"
import type { Answer } from "#api/routes"
import type { staffRoutes } from "#api/staff/routes"
import { readableReference } from "#domain/id"
import { isOpen } from "#domain/report"
import { dateOf, timeOf } from "#domain/time"
import { Refusal } from "#web/lib/client"
import { newOperationId } from "#web/lib/portal"
import { act, busy, type Opened, photoAt, type Row, request, said, trouble, unit } from "./duty.ts"
import { Sheet } from "./duty-sheet.tsx"
import { t } from "./duty-words.ts"
import { askedForProof } from "./proving.tsx"

type Props = { it: Opened; row: Row }
type Hall = Answer<(typeof staffRoutes)["GET /staff/card"]>
export type Package = Answer<(typeof staffRoutes)["GET /staff/reports/:report/package"]>

export function Cards({ it, row }: Props) {
  if (!isOpen(row.state)) return null
  if (row.drill) return <p class="cards-part">{t("drillWhy")}</p>
  return (
    <section class="cards-part">
      <h3>{t("moreActs")}</h3>
      {unit.value?.kind === "station" && <HallCard it={it} row={row} />}
      <Volunteers it={it} row={row} />
      <Reunion row={row} />
    </section>
  )
}

/** The clothing in one line, as the cards say it. */
const clothingOf = ({ told: { details = {} } }: Opened) =>
  [details.top, details.bottom, details.shoes].filter(Boolean).join("，").slice(0, 60)

function HallCard({ it, row }: Props) {
  const [hall, show] = useState<Hall | undefined>(undefined)
  useEffect(() => {
    request("GET /staff/card").then(show, () => {})
  }, [row.v])
  if (!hall) return null
  const up = hall.card && hall.report === row.id ? hall.card : undefined
  const send = async (run: (op: string) => Promise<Hall>) => {
    trouble.value = ""
    try {
      show(await run(newOperationId()))
      said.value = t("saidDone")
    } catch (failure) {
      trouble.value =
        failure instanceof Refusal
          ? [failure.title, ...failure.fields.map((each) => each.message ?? "")].join(" ")
          : t("noAnswer")
    }
  }
  const publish = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const { sex, age } = it.told.child
    void send((op) =>
      request("POST /staff/card", {
        op,
        v: hall.v,
        report: row.id,
        sex,
        age,
        clothing: String(form.get("clothing")),
        place: String(form.get("place")),
        time: timeOf(it.told.when.at),
        hotline: "110",
      }),
    )
  }
  return (
    <details>
      <summary>{t("hallCard")}</summary>
      {up ? (
        <>
          <p>{t("hallOn", { time: timeOf(up.until) })}</p>
          <button
            type="button"
            class="quiet"
            onClick={() => void send((op) => request("POST /staff/card/withdraw", { op, v: hall.v }))}
          >
            {t("hallWithdraw")}
          </button>
        </>
      ) : (
        <form onSubmit={publish}>
          <p class="soft">{t("volunteersWhy")}</p>
          <label class="field">
            {t("clothing")}
            <input type="text" name="clothing" required maxLength={60} value={clothingOf(it)} autocomplete="off" />
          </label>
          <label class="field">
            {t("whereTitle")}
            <input type="text" name="place" required maxLength={60} value={it.told.where.text} autocomplete="off" />
          </label>
          <button type="submit">{t("hallShow")}</button>
        </form>
      )}
    </details>
  )
}

function Volunteers({ it, row }: Props) {
  const [sheet, show] = useState(false)
  const give = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const photo = it.photos[0]
    void act(row.id, {
      act: "volunteers",
      minutes: Number(form.get("minutes")),
      ...(photo && form.has("photo") && { photo }),
    })
  }
  const { sex, age } = it.told.child
  return (
    <details>
      <summary>{t("volunteers")}</summary>
      <p class="soft">{t("volunteersWhy")}</p>
      {row.volunteers === undefined ? (
        row.isMine && (
          <form onSubmit={give}>
            <label class="field">
              {t("volunteersMinutes")}
              <input type="number" name="minutes" min={10} max={360} required value={60} />
            </label>
            {it.photos.length > 0 && (
              <label class="check">
                <input type="checkbox" name="photo" /> {t("volunteersPhoto")}
              </label>
            )}
            <button type="submit" aria-disabled={busy.value !== undefined}>
              {t("save")}
            </button>
          </form>
        )
      ) : (
        <>
          <p>{t("volunteersUntil", { time: timeOf(row.volunteers) })}</p>
          <p class="act-buttons">
            <button type="button" onClick={() => show(true)}>
              {t("volunteersShow")}
            </button>
            {row.isMine && (
              <button
                type="button"
                class="quiet"
                aria-disabled={busy.value !== undefined}
                onClick={() => void act(row.id, { act: "recall" })}
              >
                {t("recall")}
              </button>
            )}
          </p>
        </>
      )}
      {sheet && row.volunteers !== undefined && (
        <Sheet title={t("volunteers")} drill={row.drill} close={() => show(false)}>
          <p class="big">
            {t(sex)} · {t("age", { age })} · {clothingOf(it)}
          </p>
          <p class="big">
            {it.told.where.text} · {t("seenAt", { time: timeOf(it.told.when.at) })}
          </p>
          {row.volunteersPhoto && <img src={photoAt(row.id, row.volunteersPhoto)} alt={t("photoAlt")} />}
          <p class="big">{t("volunteersCall")}</p>
          <p>{t("volunteersUntil", { time: timeOf(row.volunteers) })}</p>
        </Sheet>
      )}
    </details>
  )
}

function Reunion({ row }: { row: Row }) {
  const [it, show] = useState<Package | undefined>(undefined)
  const open = (): Promise<void> =>
    request("GET /staff/reports/:report/package", { report: row.id }).then(show, (failure) => {
      if (askedForProof(failure, "page", () => void open())) return
      trouble.value = failure instanceof Refusal ? failure.title : t("noAnswer")
    })
  const decide = (event: SubmitEvent) => {
    event.preventDefault()
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get("text"))
    void act(row.id, { act: "package", text })
  }
  return (
    <details>
      <summary>{t("package")}</summary>
      <p class="soft">{t("packageWhy")}</p>
      {!row.packaged && row.isMine && (
        <form onSubmit={decide}>
          <label class="field">
            {t("reason")}
            <textarea name="text" rows={2} required minLength={2} maxLength={200} autocomplete="off" />
          </label>
          <button type="submit" aria-disabled={busy.value !== undefined}>
            {t("package")}
          </button>
        </form>
      )}
      {row.packaged && (
        <p class="act-buttons">
          <button type="button" onClick={() => void open()}>
            {t("packageOpen")}
          </button>
          {row.isMine &&
            ([true, false] as const).map((published) => (
              <button
                key={String(published)}
                type="button"
                class="quiet"
                aria-disabled={busy.value !== undefined}
                onClick={() => void act(row.id, { act: "police", published })}
              >
                {t(published ? "policeYes" : "policeNo")}
              </button>
            ))}
        </p>
      )}
      {it && <PackageSheet it={it} close={() => show(undefined)} />}
    </details>
  )
}

const Details = ({ details = {} }: Pick<Package["told"], "details">) => (
  <dl class="told-list">
    {Object.entries(details).map(([name, text]) =>
      typeof text === "string" && text ? (
        <div key={name}>
          <dt>{t(`field-${name}` as "field-name")}</dt>
          <dd>{text}</dd>
        </div>
      ) : null,
    )}
  </dl>
)

function PackageSheet({ it, close }: { it: Package; close: () => void }) {
  const { told, police } = it
  const address = `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(it, undefined, 2))}`
  return (
    <Sheet
      title={`${t("packageTitle")} ${readableReference(it.id)}`}
      drill={it.drill}
      close={close}
      file={{ address, name: `${it.id}.json` }}
    >
      <p>{t("packageBy", { who: it.preparedBy, time: `${dateOf(it.preparedAt)} ${timeOf(it.preparedAt)}` })}</p>
      <p class="big">
        {t(told.child.sex)} · {t("age", { age: told.child.age })} ·{" "}
        {t(told.when.about ? "seenAbout" : "seenAt", { time: `${dateOf(told.when.at)} ${timeOf(told.when.at)}` })}
      </p>
      <p>{told.where.text}</p>
      <Details details={told.details} />
      {it.merged.map((each) => (
        <section key={each.id}>
          <h3>{t("alsoReported", { id: readableReference(each.id) })}</h3>
          <p>
            {t(each.told.when.about ? "seenAbout" : "seenAt", {
              time: `${dateOf(each.told.when.at)} ${timeOf(each.told.when.at)}`,
            })}{" "}
            {each.told.where.text}
          </p>
          <Details details={each.told.details} />
        </section>
      ))}
      <div class="photos">
        {[...it.photos, ...it.merged.flatMap((each) => each.photos)].map((name) => (
          <img key={name} src={photoAt(it.id, name)} alt={t("photoAlt")} />
        ))}
      </div>
      <ul>
        {police.map((each) => (
          <li key={each.at}>
            {timeOf(each.at)} {each.who} · {t(each.published ? "published" : "notPublished")} {each.text ?? ""}
          </li>
        ))}
      </ul>
    </Sheet>
  )
}
