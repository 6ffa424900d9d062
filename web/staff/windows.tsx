import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { groupOf, groups, type ServiceId, serviceIds } from "#domain/service"
import { inWords } from "#web/lib/language"
import { groupNames } from "#web/words/groups"
import { serviceNames } from "#web/words/services"
import { fetched, marks, Stale, Unsaved } from "./changing.tsx"
import { busy, press, request, type StaffRoutes, t, trouble } from "./desk.ts"

type Arranged = Answer<StaffRoutes["GET /staff/windows"]>
type Window = Arranged["windows"][number]

const saved = signal<Arranged | undefined>(undefined)
/** What the chief sees; the same thing as what is saved until they change it. */
const draft = signal<readonly Window[]>([])
const { stale, marking } = marks()

async function load() {
  const latest = await fetched(() => request("GET /staff/windows"))
  if (!latest) return
  saved.value = latest
  draft.value = latest.windows
  stale.value = false
}

const isSame = (a: readonly Window[], b: readonly Window[]) => textOf(a) === textOf(b)
const textOf = (windows: readonly Window[]) =>
  windows
    .map(({ no, services }) => `${no} ${services.toSorted().join()}`)
    .toSorted()
    .join("\n")

async function save() {
  const bare = draft.value.find((it) => it.services.length === 0)
  if (bare) {
    trouble.value = t("windowBare", { window: bare.no })
    return
  }
  const { v } = saved.value!
  const windows = draft.value.map(({ no, services }) => ({ no, services: [...services] }))
  const answer = await press(
    `windows ${v} ${textOf(windows)}`,
    (op) => request("POST /staff/windows", { op, v, windows }),
    () => t("saved"),
    marking,
  )
  if (!answer) return
  saved.value = answer
  draft.value = answer.windows
}

/** The chief's: which windows there are, and what each serves. */
export function Windows() {
  useEffect(() => {
    if (!saved.value || isSame(saved.value.windows, draft.value)) void load()
  }, [])
  const before = saved.value
  if (!before) return <p class="nothing">{t("loading")}</p>
  const changed = !isSame(before.windows, draft.value)
  const dropped = before.windows.filter((it) => !draft.value.some((other) => other.no === it.no))
  const orphaned = serviceIds.filter(
    (id) =>
      before.windows.some((it) => it.services.includes(id)) && !draft.value.some((it) => it.services.includes(id)),
  )
  return (
    <div class="arranging">
      <h2>{t("windowsTitle")}</h2>
      <p class="soft">{t("windowsWhy")}</p>
      {stale.value && <Stale look={() => void load()} />}
      {draft.value.map((it) => (
        <Arranging key={it.no} {...it} />
      ))}
      {dropped.map((it) => (
        <p key={it.no} class="dropped">
          <s>{t("windowNo", { window: it.no })}</s> {t("removedWindow")}
          <button
            type="button"
            class="quiet small"
            onClick={() => {
              draft.value = [...draft.value, it].toSorted((a, b) => a.no - b.no)
            }}
          >
            {t("keepWindow")}
          </button>
        </p>
      ))}
      <p>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            const taken = [...draft.value, ...before.windows].map((it) => it.no)
            draft.value = [...draft.value, { no: Math.max(0, ...taken) + 1, services: ["advice"] }]
          }}
        >
          {t("addWindow")}
        </button>
      </p>
      {orphaned.length > 0 && (
        <p class="long" role="status">
          {t("orphaned", { services: orphaned.map((id) => inWords(serviceNames[id])).join(" · ") })}
        </p>
      )}
      <Unsaved
        changed={changed}
        discard={() => {
          draft.value = before.windows
        }}
      >
        <button
          type="button"
          aria-disabled={!changed || busy.value !== undefined}
          onClick={() => changed && void save()}
        >
          {t("save")}
        </button>
      </Unsaved>
    </div>
  )
}

function Arranging({ no, services }: Window) {
  const toggle = (id: ServiceId, on: boolean) => {
    draft.value = draft.value.map((it) =>
      it.no === no ? { no, services: on ? [...services, id] : services.filter((other) => other !== id) } : it,
    )
  }
  return (
    <fieldset class="arranged">
      <legend>
        <span class="window-no">{no}</span> {t("windowNo", { window: no })}
      </legend>
      {groups.map((group) => (
        <div key={group} class="ticks">
          <b>{inWords(groupNames[group])}</b>
          {serviceIds
            .filter((id) => groupOf(id) === group)
            .map((id) => (
              <label key={id} class="tick">
                <input
                  type="checkbox"
                  checked={services.includes(id)}
                  onChange={(event) => toggle(id, event.currentTarget.checked)}
                />
                {inWords(serviceNames[id])}
              </label>
            ))}
        </div>
      ))}
      <button
        type="button"
        class="quiet small"
        aria-label={`${t("removeWindow")} ${t("windowNo", { window: no })}`}
        onClick={() => {
          draft.value = draft.value.filter((it) => it.no !== no)
        }}
      >
        {t("removeWindow")}
      </button>
    </fieldset>
  )
}
