/** Where a sign-in comes back to, and what a page asks again when another tab has renewed its session. */
import { describe, expect, it } from "vitest"
import { Refusal } from "#web/lib/client"
import { onceMore } from "#web/staff/again"
import { readPlace } from "#web/staff/place"

describe("the address that a sign-in comes back to", () => {
  it("says what became of it, until when, and what was open", () => {
    expect(readPlace("")).toEqual({})
    expect(readPlace("#0123456789AB")).toEqual({ report: "0123456789AB" })
    expect(readPlace("#proved&tab=tabDuty&0123456789AB")).toEqual({
      what: "proved",
      tab: "tabDuty",
      report: "0123456789AB",
    })
    expect(readPlace("#sign-in-locked&until=1795400000000&0123456789AB")).toEqual({
      what: "sign-in-locked",
      until: 1_795_400_000_000,
      report: "0123456789AB",
    })
    expect(readPlace("#until=soon&<script>")).toEqual({})
  })
})

describe("a question that finds nobody signed in", () => {
  const answers = (...all: readonly (string | Refusal)[]) => {
    const left = [...all]
    const ask = onceMore(async (_: string) => {
      const next = left.shift()
      if (next instanceof Refusal) throw next
      return next
    })
    return { ask, left }
  }
  const signedOut = () => new Refusal(401, "not-signed-in", "")

  it("is asked once more, since another tab may have renewed the session, and not a third time", async () => {
    expect(await answers(signedOut(), "here").ask("GET /staff/me")).toBe("here")
    const over = answers(signedOut(), signedOut(), "here")
    await expect(over.ask("GET /staff/me")).rejects.toMatchObject({ code: "not-signed-in" })
    expect(over.left).toEqual(["here"])
  })

  it("unlike one that is refused for another reason", async () => {
    const { ask, left } = answers(new Refusal(403, "step-up-needed", ""), "here")
    await expect(ask("GET /staff/me")).rejects.toMatchObject({ code: "step-up-needed" })
    expect(left).toEqual(["here"])
  })
})
