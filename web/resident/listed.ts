import type { Fault } from "#web/ui/form.tsx"
import type { View } from "./view.ts"

/** What a form's summary names: what stands against the whole of it, then each field by its label, in the order of the labels. */
export function listed<Name extends string>(
  { t }: View,
  labels: Readonly<Record<Name, string>>,
  faults: { readonly [name in Name]?: string | undefined },
  refusal?: string | undefined,
): Fault[] {
  const fields = (Object.keys(labels) as Name[]).flatMap((field): Fault[] => {
    const text = faults[field]
    // A question brings its own mark.
    return text ? [{ field, text: t("label", { label: labels[field].replace(/[？?]$/, ""), text }) }] : []
  })
  return refusal ? [{ text: refusal }, ...fields] : fields
}
