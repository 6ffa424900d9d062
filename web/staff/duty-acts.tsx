/** What can be done next, one tap each where nothing has to be written, and the checklist of the search. */
import { useState } from "preact/hooks"
import { readableReference } from "#domain/id"
import { isOpen } from "#domain/report"
import { dateOf, day, hour, instantOf, timeOf } from "#domain/time"
import { portalNow } from "#web/lib/clock"
import { inWords } from "#web/lib/language"
import { act, busy, type Deed, type Opened, type Row } from "./duty.ts"
import { conditions, details, reasons } from "./duty-names.ts"
import { manyIn, nameOf } from "./duty-timeline.tsx"
import { t } from "./duty-words.ts"

type Props = { it: Opened; row: Row }
type Form = "reason" | "note" | "reunite" | "offer" | "correct"
type Asked = { form: Form; deed: Deed["act"]; title: string; on?: boolean }

export function Acts({ it, row }: Props) {
  const [asked, ask] = useState<Asked | undefined>(undefined)
  const done = () => ask(undefined)
  return (
    <section class="acts-part">
      <h3>{t("doTitle")}</h3>
      {asked ? <Question asked={asked} it={it} row={row} done={done} /> : <Buttons row={row} ask={ask} />}
      {isOpen(row.state) && <Checklist it={it} row={row} />}
      <Suggestions it={it} row={row} />
    </section>
  )
}

function Buttons({ row, ask }: { row: Row; ask: (asked: Asked) => void }) {
  const { id, state, isMine } = row
  const open = isOpen(row.state)
  const once = (deed: Deed, label: string, main = false) => (
    <button
      type="button"
      class={main ? "" : "quiet"}
      aria-disabled={busy.value !== undefined}
      onClick={() => void act(id, deed)}
    >
      {label}
    </button>
  )
  const written = (deed: Deed["act"], label: string, form: Form = "reason", more: { on?: boolean } = {}) => (
    <button type="button" class="quiet" onClick={() => ask({ form, deed, title: label, ...more })}>
      {label}
    </button>
  )
  return (
    <p class="act-buttons">
      {row.offer?.toMe && once({ act: "accept" }, t("accept"), true)}
      {row.offer?.toMe && written("decline", t("decline"))}
      {state === "acknowledged" && once({ act: "search" }, t("search"), true)}
      {open && state !== "found-unverified" && once({ act: "found" }, t("found"))}
      {state === "found-unverified" && isMine && !row.conflict && (
        <button type="button" onClick={() => ask({ form: "reunite", deed: "reunite", title: t("reunite") })}>
          {t("reunite")}
        </button>
      )}
      {state === "found-unverified" && isMine && written("not-found", t("not-found"))}
      {state === "reunited" && isMine && once({ act: "close" }, t("closeCase"), true)}
      {open && written("note", t("note"), "note")}
      {open && written("correct", t("correct"), "correct")}
      {open && isMine && row.ack && !row.offer && !row.drill && written("offer", t("offer"), "offer")}
      {open &&
        (isMine || !row.conflict) &&
        written("conflict", t(row.conflict ? "conflictOver" : "conflict"), "reason", { on: !row.conflict })}
      {open && isMine && written("cancel", t("cancel"))}
      {open && isMine && written("false-report", t("false-report"))}
      {!open && state !== "merged" && isMine && written("reopen", t("reopen"))}
      {state === "merged" && isMine && written("unmerge", t("unmerge"))}
    </p>
  )
}

function Question({ asked, it, row, done }: Props & { asked: Asked; done: () => void }) {
  const send = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    if (await act(row.id, deedOf(asked, form))) done()
  }
  return (
    <form class="question-form" onSubmit={(event) => void send(event)}>
      <h4>{asked.title}</h4>
      {asked.form === "reason" && <Text name="text" label={t("reason")} hint={t("reasonHint")} />}
      {asked.form === "note" && <Text name="text" label={t("noteText")} />}
      {asked.form === "reunite" && <Reunite />}
      {asked.form === "offer" && <Offer it={it} row={row} />}
      {asked.form === "correct" && <Correct it={it} />}
      <p class="answers">
        <button type="button" class="quiet" onClick={done}>
          {t("goBack")}
        </button>
        <button type="submit" aria-disabled={busy.value !== undefined}>
          {t("save")}
        </button>
      </p>
    </form>
  )
}

/** Shortly after midnight, 23:50 was yesterday. */
function lastAt(time: string) {
  const today = instantOf(dateOf(portalNow()), time)
  return today > portalNow() + hour / 6 ? today - day : today
}

function deedOf({ form, deed, on }: Asked, data: FormData): Deed {
  const text = String(data.get("text") ?? "").trim()
  if (form === "reunite")
    return {
      act: "reunite",
      identity: data.has("identity") as true,
      relation: data.has("relation") as true,
      condition: String(data.get("condition")) as (typeof conditions)[number],
      text,
      at: lastAt(String(data.get("time"))),
    }
  if (form === "offer")
    return {
      act: "offer",
      to: String(data.get("to")),
      reason: String(data.get("reason")) as (typeof reasons)[number],
      ...(text && { text }),
    }
  if (form === "correct") {
    const told = Object.fromEntries(
      details.flatMap((name) => {
        const said = String(data.get(name) ?? "").trim()
        return said ? [[name, said]] : []
      }),
    )
    const where = String(data.get("where") ?? "").trim()
    return { act: "correct", told: { ...told, ...(where && { where: { text: where } }) } }
  }
  return { act: deed, text, ...(on !== undefined && { on }) } as Deed
}

const Text = ({ name, label, hint, optional }: { name: string; label: string; hint?: string; optional?: boolean }) => (
  <label class="field">
    {label}
    {hint && <small class="note">{hint}</small>}
    <textarea name={name} rows={2} required={!optional} minLength={2} maxLength={200} autocomplete="off" />
  </label>
)

const Reunite = () => (
  <>
    <label class="check">
      <input type="checkbox" name="identity" required /> {t("reuniteIdentity")}
    </label>
    <label class="check">
      <input type="checkbox" name="relation" required /> {t("reuniteRelation")}
    </label>
    <label class="field">
      {t("reuniteCondition")}
      <select name="condition">
        {conditions.map((it) => (
          <option key={it} value={it}>
            {t(`condition-${it}`)}
          </option>
        ))}
      </select>
    </label>
    <Text name="text" label={t("reuniteWhere")} />
    <label class="field">
      {t("reuniteWhen")}
      <input type="time" name="time" required value={timeOf(portalNow())} />
    </label>
  </>
)

const Offer = ({ it, row }: Props) => (
  <>
    <p class="soft">{t("offerWhy")}</p>
    <label class="field">
      {t("offerTo")}
      <select name="to">
        {it.units
          .filter((each) => each.id !== row.holder.id)
          .map((each) => (
            <option key={each.id} value={each.id}>
              {inWords(each.name)}
            </option>
          ))}
      </select>
    </label>
    <label class="field">
      {t("offerReason")}
      <select name="reason">
        {reasons.map((reason) => (
          <option key={reason} value={reason}>
            {t(`reason-${reason}`)}
          </option>
        ))}
      </select>
    </label>
    <Text name="text" label={t("noteText")} optional />
  </>
)

const Correct = ({ it }: { it: Opened }) => (
  <>
    <p class="soft">{t("correctWhy")}</p>
    <div class="correct-fields">
      <label class="field">
        {t("whereTitle")}
        <input type="text" name="where" maxLength={200} autocomplete="off" placeholder={it.told.where.text} />
      </label>
      {details.map((name) => (
        <label key={name} class="field">
          {t(`field-${name}`)}
          <input
            type="text"
            name={name}
            maxLength={200}
            autocomplete="off"
            placeholder={it.told.details?.[name] ?? ""}
          />
        </label>
      ))}
    </div>
  </>
)

const Checklist = ({ it, row }: Props) => (
  <>
    <h3>{t("checkTitle")}</h3>
    <ul class="checklist">
      {it.checklist.map(({ step, done }) => (
        <li key={step} class={done ? "done" : ""}>
          <span>{nameOf(step, it)}</span>
          {done ? (
            <small>{t("checkDone", { who: done.who, time: timeOf(done.at) })}</small>
          ) : (
            <button
              type="button"
              class="quiet small"
              aria-label={`${t("checkTick")}：${nameOf(step, it)}`}
              aria-disabled={busy.value !== undefined}
              onClick={() => void act(row.id, { act: "check", step })}
            >
              {t("checkTick")}
            </button>
          )}
        </li>
      ))}
    </ul>
  </>
)

function Suggestions({ it, row }: Props) {
  const many = it.timeline.find(({ what }) => what === "many")
  const sender = many && <p class="conflict">{manyIn(many.facts)}</p>
  if (it.suggestions.length === 0) return sender
  return (
    <>
      {sender}
      <h3>{t("suggestTitle")}</h3>
      <ul class="suggestions">
        {it.suggestions.map((other) => (
          <li key={other.id}>
            <span>
              <b>{readableReference(other.id)}</b> {timeOf(other.reportedAt)} ·{" "}
              {t(`why-${other.why}` as "why-same-child")}
            </span>
            <p class="act-buttons">
              {row.isMine && <Small label={t("merge")} run={() => act(row.id, { act: "merge", into: other.id })} />}
              <Small label={t("sibling")} run={() => act(row.id, { act: "sibling", of: other.id })} />
              <Small label={t("dismiss")} run={() => act(row.id, { act: "dismiss", other: other.id })} />
            </p>
          </li>
        ))}
      </ul>
    </>
  )
}

const Small = ({ label, run }: { label: string; run: () => Promise<unknown> }) => (
  <button type="button" class="quiet small" aria-disabled={busy.value !== undefined} onClick={() => void run()}>
    {label}
  </button>
)
