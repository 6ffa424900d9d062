import type { ComponentChildren } from "preact"
import { useEffect, useId, useRef } from "preact/hooks"
import { asked } from "./desk.ts"

type Props = { title: string; children: ComponentChildren; onKeyDown?: (event: KeyboardEvent) => void }

/** A question over the page: the browser keeps the focus in it, and Escape takes it back. */
export function Dialog({ title, children, onKeyDown }: Props) {
  const it = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const before = document.activeElement
    it.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog ref={it} class="question" aria-labelledby={heading} onKeyDown={onKeyDown} onClose={takeBack}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  )
}

export const takeBack = () => {
  asked.value = undefined
}
