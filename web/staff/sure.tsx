import { useEffect, useRef, useState } from "preact/hooks"

/** `of` names, for who only hears the button, what it is pressed for. */
type Props = { ask: string; of: string; sure: string; yes: string; no: string; act: () => void }

/** What cannot be undone by the same button is asked once more, in its place. */
export function Sure({ ask, of, sure, yes, no, act }: Props) {
  const it = useRef<HTMLButtonElement>(null)
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    if (asked) it.current?.focus()
  }, [asked])
  if (!asked)
    return (
      <button type="button" class="quiet small" aria-label={`${ask} ${of}`} onClick={() => setAsked(true)}>
        {ask}
      </button>
    )
  return (
    <span class="sure">
      {sure}
      <button
        ref={it}
        type="button"
        class="grave small"
        onClick={() => {
          setAsked(false)
          act()
        }}
      >
        {yes}
      </button>
      <button type="button" class="quiet small" onClick={() => setAsked(false)}>
        {no}
      </button>
    </span>
  )
}
