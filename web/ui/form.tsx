/** Fields as people meet them: a label, a hint, what went wrong beside it, and all of it again in a summary that takes the focus. */
type FieldProps = {
  id: string
  label: string
  hint?: string | undefined
  value?: string | undefined
  error?: string | undefined
  /** Said before the error to whoever cannot see its colour. */
  errorWord: string
  class?: string
  inputmode?: "numeric" | "tel"
  autocomplete: "off" | "name" | "tel" | "one-time-code"
  capitals?: boolean
  maxLength?: number
}

export function Field({ id, label, hint, value, error, errorWord, capitals, ...input }: FieldProps) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ")
  return (
    <div class={error ? "field wrong" : "field"}>
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="fault" id={`${id}-error`}>
          <span class="apart">{errorWord}</span>
          {error}
        </p>
      )}
      <input
        {...input}
        type="text"
        autocapitalize={capitals ? "characters" : "off"}
        spellcheck={false}
        id={id}
        name={id}
        value={value}
        aria-describedby={described || undefined}
        aria-invalid={error ? "true" : undefined}
      />
    </div>
  )
}

export type Fault = { field?: string; text: string }

export function ErrorSummary({ title, faults }: { title: string; faults: readonly Fault[] }) {
  if (!faults.length) return null
  return (
    <div class="errors" role="alert" tabIndex={-1} autofocus aria-labelledby="errors-title">
      <h2 id="errors-title">{title}</h2>
      <ul>
        {faults.map(({ field, text }) => (
          <li key={text}>{field ? <a href={`#${field}`}>{text}</a> : text}</li>
        ))}
      </ul>
    </div>
  )
}
