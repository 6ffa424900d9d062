import { expect, it } from "vitest"
import { consequences } from "#messages/consequences"

it("a code asked for again after TTL took the last one away is a message of its own", () => {
  const asked = (nonce: string) => {
    const after = { pk: "code#phone", sk: "code", v: 1, by: "resident", op: "code:x", at: 1, nonce }
    return consequences({ table: "bookings", before: undefined, after }).map((it) => it.body.id)
  }
  expect(asked("first")).toHaveLength(1)
  expect(asked("second")).not.toEqual(asked("first"))
})
