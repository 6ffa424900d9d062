/**
 * Who comes to the window: ID number (GB 11643-1999), name (民委发〔2016〕33号), mobile number.
 * Schemas judge the form; whether somebody is born yet is judged with the clock, by the action.
 */
import * as z from "zod/mini"
import type { LocalDate } from "./time.ts"

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const provinces = new Set(
  "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split(" "),
)

export const checkDigit = (first17: string) =>
  "10X98765432"[weights.reduce((sum, weight, i) => sum + weight * Number(first17[i]), 0) % 11]!

export const tidyIdNumber = (typed: string) => typed.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase()

export const birthOf = (idNumber: string): LocalDate =>
  `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`

/**
 * What is wrong with an 18-character number, or undefined. Only the province is checked, since old area codes
 * stay valid for life; 81/82/83 are 港澳台居民居住证, a leading 9 is the 2023 card of permanent foreign residents.
 */
export function idNumberFault(idNumber: string): string | undefined {
  if (!/^[1-9]\d{16}[\dX]$/.test(idNumber)) return /^\d{15}$/.test(idNumber) ? "id-fifteen" : "id-form"
  const province = idNumber.startsWith("9") ? idNumber.slice(1, 3) : idNumber.slice(0, 2)
  if (!provinces.has(province)) return "id-area"
  const birth = birthOf(idNumber)
  if (birth < "1900-01-01" || !(new Date(`${birth}T00:00:00Z`).toJSON() ?? "").startsWith(birth)) return "id-birth"
  return checkDigit(idNumber.slice(0, 17)) === idNumber[17] ? undefined : "id-check"
}

const faultOf = (judge: (text: string) => string | undefined) =>
  z.check<string>((ctx) => {
    const fault = judge(ctx.value)
    if (fault) ctx.issues.push({ code: "custom", message: fault, input: ctx.value })
  })

export const IdNumber = z.pipe(
  z.pipe(z.string().check(z.maxLength(60, "id-form")), z.transform(tidyIdNumber)),
  z.string().check(faultOf(idNumberFault), z.meta({ id: "IdNumber", examples: ["350199199003070011"] })),
)

/** 张· keeps its dot: look-alike dots between letters become U+00B7, a full stop only between 汉字. Never NFKC on a name: it rewrites compatibility ideographs. */
export const tidyName = (typed: string) =>
  typed
    .replace(/(?<=\p{L})\s*[•・‧．∙⋅]\s*(?=\p{L})/gu, "·")
    .replace(/(?<=\p{Script=Han})\s*\.\s*(?=\p{Script=Han})/gu, "·")
    .replace(/\s+/gu, " ")
    .trim()

function nameFault(name: string): string | undefined {
  const length = [...name].length
  if (length === 0) return "name-missing"
  if (length > 50) return "name-long"
  return /^[\p{L}\p{M}\p{Co}][\p{L}\p{M}\p{Co}· '’.-]*$/u.test(name) ? undefined : "name-characters"
}

/** At most 50 code points (not UTF-16 units), letters of any script, including those outside the BMP. */
export const PersonName = z.pipe(
  z.pipe(z.string().check(z.maxLength(400, "name-long")), z.transform(tidyName)),
  z.string().check(faultOf(nameFault), z.meta({ id: "PersonName", examples: ["阿卜杜拉·买买提"] })),
)

const mobiles = [/^\+861[3-9]\d{9}$/, /^\+852[4-9]\d{7}$/, /^\+8536\d{7}$/, /^\+8869\d{8}$/]

export function tidyMobile(typed: string) {
  const bare = typed.normalize("NFKC").replace(/[\s()\-‐-―]/g, "")
  if (/^1\d{10}$/.test(bare)) return `+86${bare}`
  // A country's code that was written without its plus.
  if (mobiles.some((form) => form.test(`+${bare}`))) return `+${bare}`
  return bare.replace(/^00/, "+").replace(/^(\+886)0/, "$1")
}

/** Stored as E.164; mainland by default, +852 +853 +886 accepted. */
export const Mobile = z.pipe(
  z.pipe(z.string().check(z.maxLength(40, "mobile")), z.transform(tidyMobile)),
  z.string().check(
    z.refine((text) => mobiles.some((form) => form.test(text)), "mobile"),
    z.meta({ id: "Mobile", examples: ["13800138000"] }),
  ),
)

/** For one's own page and the staff's lists (domain.md §3.3); shared screens and messages show nothing at all. */
export const maskedIdNumber = (idNumber: string) => `${idNumber.slice(0, 4)}**********${idNumber.slice(-4)}`
export const maskedMobile = (mobile: string) => mobile.replace(/^(?:\+86)?(\+?\d{3})\d+(\d{4})$/, "$1****$2")
export function maskedName(name: string) {
  const letters = [...name]
  if (letters.length <= 1) return "*"
  if (letters.length === 2) return `${letters[0]}*`
  return `${letters[0]}${"*".repeat(Math.min(letters.length - 2, 3))}${letters.at(-1)}`
}

export const Person = z.object({ name: PersonName, idNumber: IdNumber })
export type Person = z.infer<typeof Person>
