import type { ComponentChildren } from "preact"
import { t } from "./desk.ts"

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
