import { Icon } from "./kiosk.tsx"
import { confirmTyped, fields, go, priority, type, typed, wrong } from "./visit.ts"
import { t } from "./words.ts"

export const CheckInHow = () => (
  <>
    <h1 tabIndex={-1}>{t("howCheckIn")}</h1>
    <button type="button" class="choice first" onClick={() => go({ at: "scan" })}>
      <Icon name="scan" />
      <span>
        <b>{t("byQr")}</b>
        <small>{t("byQrWhy")}</small>
      </span>
    </button>
    <button type="button" class="choice" onClick={() => go({ at: "ref" })}>
      <Icon name="keys" />
      <span>
        <b>{t("byRef")}</b>
        <small>{t("byRefWhy")}</small>
      </span>
    </button>
    <button type="button" class="choice" onClick={() => go({ at: "id" })}>
      <Icon name="card" />
      <span>
        <b>{t("byId")}</b>
        <small>{t("byIdWhy")}</small>
      </span>
    </button>
    <Priority />
  </>
)

/** Self-declared: seen at the window, its kind asked nowhere. */
const Priority = () => (
  <div class="priority">
    <p>
      <b>{t("priorityAsk")}</b> {t("priorityWho")} {t("priorityHow")}
    </p>
    <button
      type="button"
      role="switch"
      aria-checked={priority.value}
      class={priority.value ? "switch" : "switch quiet"}
      onClick={() => {
        priority.value = !priority.value
      }}
    >
      {priority.value ? t("priorityOn") : t("priorityOff")}
    </button>
  </div>
)

export const Scan = () => (
  <div class="centre">
    <Icon name="scan" />
    <h1 tabIndex={-1}>{t("scanNow")}</h1>
    <p class="large">{t("scanNowWhy")}</p>
    <div class="two">
      <button type="button" class="quiet" onClick={() => go({ at: "ref" })}>
        {t("byRef")}
      </button>
      <button type="button" class="quiet" onClick={() => go({ at: "id" })}>
        {t("byId")}
      </button>
    </div>
  </div>
)

/** Crockford's letters: no I, L, O, U to mistake. */
const referenceKeys = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"]
const idKeys = [..."123456789X0"]

export const ReferencePad = () => (
  <>
    <h1 tabIndex={-1}>{t("byRef")}</h1>
    <Typed field="ref" label={t("refLabel")} />
    {wrong.value && <Wrong text={t("refWrong")} />}
    <div class="keys keys-ref">
      {referenceKeys.map((key) => (
        <Key key={key} field="ref" letter={key} />
      ))}
    </div>
    <PadButtons field="ref" />
  </>
)

export const IdPad = () => (
  <>
    <h1 tabIndex={-1}>{t("byId")}</h1>
    <Typed field="id" label={t("idLabel")} />
    {wrong.value && <Wrong text={t("idWrong")} />}
    <div class="keys keys-id">
      {idKeys.map((key) => (
        <Key key={key} field="id" letter={key} />
      ))}
      <Erase field="id" />
    </div>
    <PadButtons field="id" />
  </>
)

const Wrong = ({ text }: { text: string }) => (
  <p role="alert" class="banner bad">
    {text}
  </p>
)

type Field = keyof typeof fields

const Key = ({ field, letter }: { field: Field; letter: string }) => (
  <button type="button" class="key" onClick={() => type(field, letter)}>
    {letter}
  </button>
)

const Erase = ({ field }: { field: Field }) => (
  <button type="button" class="key erase" aria-disabled={typed.value === ""} onClick={() => type(field, "Backspace")}>
    {t("erase")}
  </button>
)

function Typed({ field, label }: { field: Field; label: string }) {
  const { length, groups } = fields[field]
  const cells = typed.value.padEnd(length, " ")
  let from = 0
  return (
    <section class="typed" aria-label={label}>
      <div class="cells" aria-hidden="true">
        {groups.map((size) => {
          const start = from
          from += size
          return (
            <span key={start} class="cell-group">
              {[...cells.slice(start, start + size)].map((letter, i) => (
                <span key={start + i} class={start + i === typed.value.length ? "cell here" : "cell"}>
                  {letter}
                </span>
              ))}
            </span>
          )
        })}
      </div>
      <p class="soft" role="status">
        {t("typed", { count: typed.value.length, of: length })}
        <span class="apart">{[...typed.value].join(" ")}</span>
      </p>
    </section>
  )
}

const PadButtons = ({ field }: { field: Field }) => (
  <div class="two">
    {field === "ref" ? (
      <Erase field="ref" />
    ) : (
      <button type="button" class="quiet" onClick={() => go({ at: "how" })}>
        {t("back")}
      </button>
    )}
    <button
      type="button"
      aria-disabled={typed.value.length < fields[field].length}
      class="go"
      onClick={() => confirmTyped(field)}
    >
      {t("confirm")}
    </button>
  </div>
)
