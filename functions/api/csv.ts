/** A table for a spreadsheet: taken for UTF-8 by its first mark, and no cell of it is a formula (ASVS V1.2.10). */
import type { Ctx } from "./http.ts"

/** As spreadsheets see it: full-width signs are signs, and what is blank or unseen before one is nothing. */
const isFormula = (text: string) => /^[\s\p{Cc}\p{Cf}]*[=+\-@]|^[\t\n\r\0]/u.test(text.normalize("NFKC"))

const cell = (value: string | number) => {
  const text = String(value)
  return `"${isFormula(text) ? "'" : ""}${text.replaceAll('"', '""')}"`
}

export const csv = (c: Ctx, name: string, lines: readonly (readonly (string | number)[])[]): Response =>
  c.body(`\uFEFF${lines.map((it) => `${it.map(cell).join(",")}\r\n`).join("")}`, 200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${name}.csv"`,
    "cache-control": "private, no-store",
  })
