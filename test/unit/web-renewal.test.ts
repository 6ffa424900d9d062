import { describe, expect, test } from "vitest"
import { at } from "#test/builders"
import { isIdle, type Renewal, renewalAfter, renewing } from "#web/display/renewal"

const quiet = { waiting: [{ count: 0 }], calls: [{ at: at("17:00") }], windows: [{}] }

describe("an idle hall", () => {
  test("has nobody waiting, nobody on the way to a window, and no call in the last minutes", () => {
    const now = at("17:06")
    expect(isIdle(quiet, now)).toBe(true)
    expect(isIdle({ ...quiet, waiting: [{ count: 0 }, { count: 1 }] }, now)).toBe(false)
    expect(isIdle({ ...quiet, windows: [{ state: "called" }] }, now)).toBe(false)
    expect(isIdle(quiet, at("17:05"))).toBe(false)
  })
})

test("the next renewal is at 04:10 of this day or the next", () => {
  expect(renewalAfter(at("03:00"))).toBe(at("04:10"))
  expect(renewalAfter(at("04:10"))).toBe(at("04:10", "2026-11-24"))
  expect(renewalAfter(at("08:55"))).toBe(at("04:10", "2026-11-24"))
})

describe("a screen that stays up", () => {
  function aScreen(more: Partial<Renewal> = {}) {
    let now: number | undefined = at("18:00")
    let reloads = 0
    const ask = renewing({
      now: () => now,
      hall: () => quiet,
      served: async () => "same",
      mayReloadForVersion: () => true,
      reload: () => {
        reloads++
      },
      ...more,
    })
    return {
      reloads: () => reloads,
      asked: async (then: number | undefined) => {
        now = then
        await ask()
        return reloads
      },
    }
  }
  const next = "2026-11-24"

  test("starts afresh at 04:10, once, and not before", async () => {
    const { asked } = aScreen()
    expect(await asked(undefined)).toBe(0)
    expect(await asked(at("18:00"))).toBe(0)
    expect(await asked(at("04:09", next))).toBe(0)
    expect(await asked(at("04:10", next))).toBe(1)
    expect(await asked(at("04:11", next))).toBe(1)
  })

  test("waits for an idle hall, a connection and a page that is there", async () => {
    const busy = { ...quiet, waiting: [{ count: 3 }] }
    for (const hindrance of [
      { hall: () => busy },
      { hall: () => undefined },
      { served: async () => "none" as const },
    ]) {
      const { asked } = aScreen(hindrance)
      await asked(at("18:00"))
      expect(await asked(at("04:10", next))).toBe(0)
    }
  })

  test("takes a new version as soon as the hall is idle, but does not turn in circles", async () => {
    const served = async () => "newer" as const
    expect(await aScreen({ served }).asked(at("18:00"))).toBe(1)
    expect(await aScreen({ served, mayReloadForVersion: () => false }).asked(at("18:00"))).toBe(0)
  })
})
