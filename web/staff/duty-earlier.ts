/** What ended longer ago, page by page: fetched by who unfolds the list, not by every console. */
import { effect, signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import { Refusal } from "#web/lib/client"
import { request, type StaffRoutes } from "./asking.ts"
import { beside, trouble } from "./duty.ts"
import { t } from "./duty-words.ts"

/** Undefined until somebody asks for it. */
export const earlier = signal<Answer<StaffRoutes["GET /staff/ended-reports"]> | undefined>(undefined)

// What was done with the report that lies open shows in its row.
effect(() => {
  const [row, page] = [beside.value, earlier.peek()]
  if (row && page) earlier.value = { ...page, reports: page.reports.map((it) => (it.id === row.id ? row : it)) }
})

export async function moreEarlier(): Promise<void> {
  const { reports = [], next } = earlier.value ?? {}
  try {
    const page = await request("GET /staff/ended-reports", next === undefined ? {} : { before: next })
    earlier.value = { ...page, reports: [...reports, ...page.reports] }
  } catch (failure) {
    trouble.value = failure instanceof Refusal ? failure.title : t("noAnswer")
  }
}
