import { signal } from "@preact/signals"
import type { ComponentType } from "preact"
import { useEffect } from "preact/hooks"
import { t } from "./desk.ts"

/** A tab that few open is fetched when one does, so that everybody's first page stays small. */
export function lazily(load: () => Promise<ComponentType>): ComponentType {
  const loaded = signal<ComponentType | undefined>(undefined)
  const failed = signal(false)
  return function Lazy() {
    useEffect(() => {
      if (loaded.value) return
      failed.value = false
      load().then(
        (it) => {
          loaded.value = it
        },
        () => {
          failed.value = true
        },
      )
    }, [])
    const Panel = loaded.value
    if (Panel) return <Panel />
    if (!failed.value) return <p class="nothing">{t("loading")}</p>
    return (
      <p class="nothing" role="alert">
        {t("tabFailed")}{" "}
        <button type="button" class="quiet" onClick={() => location.reload()}>
          {t("reload")}
        </button>
      </p>
    )
  }
}
