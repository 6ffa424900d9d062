import type { Signal } from "@preact/signals"
import type { ComponentChildren } from "preact"

type Props = { trouble: Signal<string>; look: string; close: string; children?: ComponentChildren }

/** Told at once: what was refused or not answered, until it is put away. */
export const Trouble = ({ trouble, look, close, children }: Props) => (
  <div role="alert">
    {children}
    {trouble.value && (
      <div class={look}>
        <span>{trouble}</span>
        <button
          type="button"
          class="quiet small"
          onClick={() => {
            trouble.value = ""
          }}
        >
          {close}
        </button>
      </div>
    )}
  </div>
)
