/**
 * Names of things. The reference that people read and type is 11 characters of Crockford base32 (55 bits, no I L O U)
 * and one check character (Luhn mod 32: finds every single wrong character and nearly every swap of neighbours).
 */
import * as z from "zod/mini"

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const worth = (letter: string) => alphabet.indexOf(letter)

function check(body: string): string {
  let sum = 0
  let factor = 2
  for (const letter of [...body].reverse()) {
    const product = factor * worth(letter)
    sum += Math.floor(product / 32) + (product % 32)
    factor = factor === 2 ? 1 : 2
  }
  return alphabet[(32 - (sum % 32)) % 32]!
}

/** As typed by a person: spaces and dashes dropped, full-width and lower case folded, I L → 1, O → 0. */
export const tidyReference = (typed: string) =>
  typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\-‐-―]/g, "")
    .replace(/[IL]/g, "1")
    .replace(/O/g, "0")

export const isReference = (text: string) =>
  /^[0-9A-HJKMNP-TV-Z]{12}$/.test(text) && check(text.slice(0, 11)) === text[11]

export const Reference = z.pipe(
  z.pipe(z.string().check(z.maxLength(40, "reference")), z.transform(tidyReference)),
  z.string().check(z.refine(isReference, "reference"), z.meta({ id: "Reference", examples: ["K7QM3TXW9B2A"] })),
)

/** 55 bits of a digest as a reference; 7 bytes at least. */
export function referenceOf(digest: Uint8Array): string {
  let bits = 0n
  for (const byte of digest.subarray(0, 7)) bits = (bits << 8n) | BigInt(byte)
  let body = ""
  for (let i = 0; i < 11; i++) {
    body = alphabet[Number(bits & 31n)] + body
    bits >>= 5n
  }
  return body + check(body)
}

export const readableReference = (ref: string) => ref.replace(/(.{4})(?=.)/g, "$1-")

/** An id that sorts by time: prefix, 48 bits of milliseconds, 80 random bits. */
export function newId(prefix: string, at: number, random: Uint8Array): string {
  let text = ""
  for (let rest = at, i = 0; i < 10; i++) {
    text = alphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  for (const byte of random.subarray(0, 16)) text += alphabet[byte % 32]
  return `${prefix}_${text}`
}

/** The caller's own id of an operation: the same id is the same operation, however often it arrives. */
export const OperationId = z
  .string()
  .check(z.regex(/^[\w-]{8,64}$/, "operation-id"), z.meta({ id: "OperationId", examples: ["op_01JD3Q8Z7K4M"] }))
export type OperationId = z.infer<typeof OperationId>
