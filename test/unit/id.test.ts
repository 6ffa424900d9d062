import { randomBytes } from "node:crypto"
import { describe, expect, it } from "vitest"
import { isReference, Reference, readableReference, referenceOf } from "#domain/id"

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

describe("a reference", () => {
  it("is read however it is typed", () => {
    const ref = referenceOf(randomBytes(8))
    expect(Reference.parse(readableReference(ref).toLowerCase())).toBe(ref)
    expect(Reference.parse(` ${ref.replaceAll("0", "o").replaceAll("1", "l")} `)).toBe(ref)
  })
  it("with one character wrong is found out", () => {
    for (let n = 0; n < 20; n++) {
      const ref = referenceOf(randomBytes(8))
      for (let i = 0; i < 12; i++)
        for (const letter of alphabet) {
          const typed = ref.slice(0, i) + letter + ref.slice(i + 1)
          if (typed !== ref) expect(isReference(typed), `${ref} ${typed}`).toBe(false)
        }
    }
  })
  it("with two neighbours swapped is found out, but for one pair in a thousand", () => {
    let missed = 0
    for (let a = 0; a < 32; a++)
      for (let b = 0; b < 32; b++) {
        if (a === b) continue
        const ref = referenceOf(
          Buffer.from(
            BigInt((a << 5) | b)
              .toString(16)
              .padStart(14, "0"),
            "hex",
          ),
        )
        const typed = `${ref.slice(0, 9)}${ref[10]}${ref[9]}${ref[11]}`
        if (isReference(typed)) missed++
      }
    expect(missed).toBeLessThanOrEqual(2)
  })
})
