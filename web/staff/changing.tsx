import { signal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import type { Fault } from "#web/lib/client"
import { isRefusal } from "#web/lib/portal"
import { t, tell, trouble } from "./desk.ts"

/** What a tab opens with; undefined where nothing came, and the reason is told. */
export async function fetched<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (failure) {
    if (isRefusal(failure)) tell(failure)
    else trouble.value = t("noConnection")
    return undefined
  }
}

/** What a refused save leaves on its tab: that a colleague was first, and a field marked where it cannot be accepted. */
export function marks() {
  const stale = signal(false)
  const faults = signal<readonly Fault[]>([])
  /** True where nothing has to be told beside it. */
  const marking = (refusal: { code: string; fields: readonly Fault[] }): boolean => {
    stale.value = refusal.code === "changed-meanwhile"
    faults.value = refusal.fields
    return stale.value
  }
  return { stale, faults, marking }
}

/** Two chiefs at once: the second looks at what the first did before anything is written. */
export const Stale = ({ look }: { look: () => void }) => (
  <div class="banner bad" role="alert">
    <span>{t("changedMeanwhile")}</span>
    <button type="button" class="quiet small" onClick={look}>
      {t("lookAgain")}
    </button>
  </div>
)

/** `first`: what has to be done before it can be saved. */
type Props = { changed: boolean; first?: string | undefined; discard: () => void; children: ComponentChildren }

export const Unsaved = ({ changed, first, discard, children }: Props) => (
  <div class="unsaved">
    <span class="soft">{changed && (first ?? t("unsaved"))}</span>
    {changed && (
      <button type="button" class="quiet" onClick={discard}>
        {t("discard")}
      </button>
    )}
    {children}
  </div>
)
