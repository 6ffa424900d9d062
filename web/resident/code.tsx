import { ErrorSummary, Field } from "#web/ui/form.tsx"
import { Back, Step } from "./page.tsx"
import type { View } from "./view.ts"

type CodeProps = {
  view: View
  /** Masked. */
  phone: string
  /** Where the code is sent, and which step of booking this is, if it is one. */
  action: string
  step?: number
  /** Where the form with the phone is. */
  back: string
  again: boolean
  fault?: string | undefined
}

export function CodePage({ view, phone, action, step, back, again, fault }: CodeProps) {
  const { t, face } = view
  return (
    <>
      <Back view={view} to={back} />
      <ErrorSummary title={t("please-check")} faults={fault ? [{ field: "code", text: fault }] : []} />
      {step !== undefined && <Step view={view} n={step} />}
      <h1>{t("code-title")}</h1>
      <p>{t("code-sent", { phone })}</p>
      {again && <p class="note">{t("code-again-sent")}</p>}
      {view.demonstration && <p class="note">{t("code-demonstration")}</p>}
      <form method="post" action={`/${face}${action}`} novalidate>
        <Field
          id="code"
          label={t("code")}
          hint={t("code-hint")}
          error={fault}
          errorWord={t("error")}
          class="short"
          inputmode="numeric"
          autocomplete="one-time-code"
          maxLength={20}
        />
        <button type="submit">{t("continue")}</button>
      </form>
      <form method="post" action={`/${face}${action}/again`}>
        <button type="submit" class="quiet">
          {t("code-again")}
        </button>
      </form>
      <p>
        <a href={`/${face}${back}`}>{t("code-other-phone")}</a>
      </p>
    </>
  )
}
