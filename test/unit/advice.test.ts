/** What the law says, at its borders. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { adviceFor, Facts, feeFor, questions } from "#domain/advice"
import { terms } from "#domain/catalogue"
import { groupOf, type ServiceId, serviceIds } from "#domain/service"
import { addDays } from "#domain/time"
import {
  addMonths,
  endorsed,
  endorsementOf,
  endorsementState,
  firstCardDue,
  fullYears,
  halfYearFrom,
  permitOf,
  renewalOpens,
  validYearsAt,
} from "#domain/validity"
import { adviceWords, questionWords } from "#web/words/catalogue"
import { faultWords } from "#web/words/problems"

const today = "2026-11-23"
const told = (service: ServiceId, facts: Facts, circumstances: Partial<Parameters<typeof adviceFor>[2]> = {}) =>
  adviceFor(service, facts, { today, ...circumstances }).map((it) => it.key)
const aDate = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays("1970-01-01", days))

describe("a calendar month", () => {
  it.each([
    ["2026-03-31", -1, "2026-02-28"],
    ["2028-03-31", -1, "2028-02-29"],
    ["2026-08-31", 6, "2027-02-28"],
    ["2024-02-29", 12, "2025-02-28"],
    ["2024-02-29", 48, "2028-02-29"],
    ["2026-12-15", 1, "2027-01-15"],
    ["2026-01-15", -1, "2025-12-15"],
  ])("%s and %i months is %s", (date, months, after) => {
    expect(addMonths(date, months)).toBe(after)
  })
  it("never goes back as days go on", () => {
    fc.assert(
      fc.property(aDate, fc.integer({ min: 0, max: 60 }), (date, months) => {
        expect(addMonths(addDays(date, 1), months) >= addMonths(date, months)).toBe(true)
        expect(addMonths(date, months) >= date).toBe(true)
      }),
    )
  })
})

describe("an ID card", () => {
  const birth = "1980-06-15"
  const turning = (years: number, days = 0) => addDays(`${1980 + years}-06-15`, days)
  it.each([
    [turning(16, -1), 15, 5],
    [turning(16), 16, 10],
    [turning(26, -1), 25, 10],
    [turning(26), 26, 20],
    [turning(46, -1), 45, 20],
    [turning(46), 46, undefined],
  ])("applied for on %s, at %i full years, is good for %s years", (applied, age, years) => {
    expect(fullYears(birth, applied)).toBe(age)
    expect(validYearsAt(age)).toBe(years)
  })
  it("of somebody born on 29 February grows older on 1 March in a short year", () => {
    expect([fullYears("2000-02-29", "2026-02-28"), fullYears("2000-02-29", "2026-03-01")]).toEqual([25, 26])
    expect(fullYears("2000-02-29", "2028-02-29")).toBe(28)
  })
  it("is applied for within three months of the 16th birthday", () => {
    expect(firstCardDue("2010-12-31")).toEqual({ from: "2026-12-31", until: "2027-03-31" })
    expect(firstCardDue("2010-11-30")).toEqual({ from: "2026-11-30", until: "2027-02-28" })
    const on = (date: string) => told("id-first", {}, { birth: "2010-08-23", today: date })
    expect(on("2026-08-22")).toContain("first-before-16")
    expect(on("2026-08-23")).toContain("first-until")
    expect(on("2026-11-23")).toContain("first-until")
    expect(on("2026-11-24")).toContain("first-overdue")
    expect(told("id-first", { age: 16 })).toContain("first-three-months")
    expect(told("id-first", { age: 17 })).toContain("first-overdue")
  })
  it("can be renewed from three months before its end", () => {
    expect(renewalOpens("2026-05-31")).toBe("2026-02-28")
    const on = (date: string) => told("id-renew", { expires: "2027-02-20" }, { today: date })
    expect(on("2026-11-19")).toEqual(["renew-early"])
    expect(on("2026-11-20")).toEqual(["renew-open"])
    expect(on("2027-02-20")).toEqual(["renew-open"])
    expect(on("2027-02-21")).toEqual(["renew-expired"])
  })
  it("of a child is for the guardian to apply for, up to the day before 16", () => {
    expect(told("id-minor", { age: 15 })).toEqual(["minor-guardian", "id-valid"])
    expect(adviceFor("id-minor", { age: 16 }, { today })[0]).toMatchObject({
      key: "minor-over-16",
      instead: "id-first",
    })
  })
  it("of a soldier is applied for by the unit; everything else stays open to them", () => {
    const stopped = serviceIds.filter((id) => told(id, { soldier: "yes" }).includes("soldier"))
    expect(stopped).toEqual(["id-first", "id-renew", "id-reissue", "id-temporary", "id-renew-data", "id-renew-damaged"])
    expect(told("id-renew", { soldier: "no" })).not.toContain("soldier")
  })
  it("from elsewhere takes 30 days more, and is not for everyone", () => {
    expect(told("id-reissue", { hukou: "elsewhere" })).toEqual(["remote", "remote-refused"])
    expect(told("id-reissue", { hukou: "city" })).toEqual([])
  })
  it("takes its holder: nobody applies for another", () => {
    expect(told("id-reissue", { who: "other" })).toEqual(["presence-other"])
    expect(told("id-loss", { who: "limited" })).toEqual(["loss-in-person"])
    expect(told("pickup", { who: "other" })).toEqual(["pickup-relative"])
    expect(told("id-loss", { who: "self" })).toEqual([])
  })
  it("for a while goes with an application for the real one", () => {
    expect(told("id-temporary", { main: "none" })).toEqual(["temporary-needs-main"])
    expect(told("id-temporary", { main: "open" })).toEqual(["temporary-three-days"])
    expect(told("id-temporary", { main: "with" })).toEqual(["temporary-three-days"])
  })
  it("costs nothing on minimum allowance when it is the first or renewed, less when it was lost", () => {
    const poor = { hardship: "allowance" } as const
    expect(serviceIds.filter((id) => feeFor(id, {}) !== feeFor(id, poor))).toEqual([
      "id-renew",
      "id-renew-data",
      "id-renew-damaged",
    ])
    expect([feeFor("id-renew", poor), feeFor("id-reissue", poor), feeFor("rp-renew", poor)]).toEqual([0, 40, undefined])
    expect(feeFor("id-renew", { hardship: "other" })).toBe(20)
    expect(told("id-renew", poor)).toEqual(["hardship-free"])
    expect(told("id-reissue", poor)).toEqual(["hardship-less"])
  })
  it("is free when it is the first one; the temporary one beside it is not", () => {
    expect(feeFor("id-first", {})).toBe(0)
    expect(told("id-first", {})).toContain("temporary-charged")
  })
})

describe("an endorsement", () => {
  const permit = { base: "2025-03-31", years: 0 }
  it.each([
    ["2026-02-27", "early"],
    ["2026-02-28", "open"],
    ["2026-03-31", "open"],
    ["2026-04-01", "suspended"],
  ] as const)("of a permit of 2025-03-31 on %s is %s", (on, state) => {
    expect(endorsementState(permit, on)).toBe(state)
  })
  it("opens at the last day of a shorter month, and a permit of 29 February is due on the 28th", () => {
    expect(endorsementOf(permit)).toEqual({ opens: "2026-02-28", due: "2026-03-31" })
    expect(endorsementOf({ base: "2024-02-29", years: 0 })).toEqual({ opens: "2025-01-28", due: "2025-02-28" })
    expect(endorsementOf({ base: "2024-02-29", years: 3 })).toEqual({ opens: "2028-01-29", due: "2028-02-29" })
  })
  it("in time goes on counting from the issue; late restores it and counts anew from that day; early changes nothing", () => {
    expect(endorsed(permit, "2026-03-01")).toEqual({ base: "2025-03-31", years: 1 })
    expect(endorsementOf(endorsed(permit, "2026-03-01")).due).toBe("2027-03-31")
    expect(endorsed(permit, "2026-07-10")).toEqual({ base: "2026-07-10", years: 0 })
    expect(endorsementState(endorsed(permit, "2026-07-10"), "2026-07-10")).toBe("early")
    expect(endorsed(permit, "2026-01-01")).toEqual(permit)
  })
  it("is worked out from what a holder remembers", () => {
    expect(permitOf("2022-03-01")).toEqual({ base: "2022-03-01", years: 0 })
    expect(permitOf("2022-03-01", "2024-02-15")).toEqual({ base: "2022-03-01", years: 2 })
    expect(permitOf("2022-03-01", "2024-05-15")).toEqual({ base: "2024-05-15", years: 0 })
    expect(permitOf("2022-03-01", "2022-03-01")).toEqual({ base: "2022-03-01", years: 0 })
    expect(told("rp-endorse", { issued: "2022-03-01", last: "2026-02-20" })).toEqual(["endorse-early"])
    expect(told("rp-endorse", { issued: "2025-12-01" })).toEqual(["endorse-open"])
    expect(adviceFor("rp-endorse", { issued: "2025-11-22" }, { today })[0]).toMatchObject({
      key: "endorse-suspended",
      level: "warn",
      values: { due: "2026-11-22" },
    })
  })
  it("keeps a permit working if every window is used, whenever in it", () => {
    fc.assert(
      fc.property(aDate, fc.array(fc.integer({ min: 0, max: 27 }), { maxLength: 6 }), (issued, waits) => {
        let permit = { base: issued, years: 0 }
        let last: string | undefined
        for (const wait of waits) {
          last = addDays(endorsementOf(permit).opens, wait)
          expect(endorsementState(permit, last)).toBe("open")
          permit = endorsed(permit, last)
        }
        expect(permit).toEqual({ base: issued, years: waits.length })
        expect(permitOf(issued, last)).toEqual(permit)
      }),
    )
  })
})

describe("a residence permit", () => {
  it("takes half a year in calendar months, from the registration", () => {
    expect(halfYearFrom("2026-05-23")).toBe(today)
    expect(halfYearFrom("2026-08-31")).toBe("2027-02-28")
    expect(told("rp-first", { registered: "2026-05-23" })).toEqual(["half-year-met"])
    expect(told("rp-first", { registered: "2026-05-24" })).toEqual(["half-year-not-yet"])
  })
  it("is not for a move inside one city; from a county of it an officer decides", () => {
    expect(told("rp-first", { hukou: "city" })).toEqual(["same-city"])
    expect(told("rp-first", { hukou: "county" })).toEqual(["county"])
    expect(told("rp-first", { hukou: "elsewhere" })).toEqual([])
    expect(told("rp-first", { hukou: "hmt" })).toEqual(["hmt"])
  })
  it("needs one of three grounds", () => {
    expect(told("rp-first", { ground: "none" })).toEqual(["ground-none"])
    expect(told("rp-first", { ground: "study" })).toEqual(["ground-study"])
  })
  it("is applied for by another only for a child, or somebody who can hardly move", () => {
    for (const id of serviceIds.filter((it) => groupOf(it) === "rp")) {
      expect(told(id, { who: "child" })).toEqual(["guardian-permit"])
      expect(told(id, { who: "limited" })).toEqual(["proxy-permit"])
      expect(told(id, { who: "other" })).toEqual(["proxy-refused"])
      expect(told(id, { who: "self" })).toEqual([])
    }
  })
  it("is renewed where it was given, unless the station may do more", () => {
    expect(told("rp-renew", { unit: "other" })).toEqual(["unit-other"])
    expect(told("rp-reissue", { unit: "other" }, { renewHere: true })).toEqual(["unit-welcome"])
    expect(told("rp-reissue", { unit: "same" })).toEqual(["unit-same"])
    expect(told("rp-endorse", { unit: "other" })).toEqual([])
  })
  it("keeps its address in one city, and is applied for anew in another", () => {
    expect(told("rp-address", { moved: "within" })).toEqual(["moved-within"])
    expect(adviceFor("rp-address", { moved: "across" }, { today })[0]).toMatchObject({ instead: "rp-first" })
  })
})

describe("advice", () => {
  const lately = fc.integer({ min: -420, max: 200 }).map((days) => addDays(today, days))
  const aFact = fc.record(
    {
      who: fc.constantFrom("self", "child", "limited", "other"),
      age: fc.constantFrom(0, 15, 16, 17, 30, 50, 120),
      hukou: fc.constantFrom("city", "county", "province", "elsewhere", "hmt"),
      registered: lately,
      ground: fc.constantFrom("job", "home", "study", "none"),
      issued: lately,
      last: lately,
      moved: fc.constantFrom("within", "across"),
      unit: fc.constantFrom("same", "other"),
      expires: lately,
      main: fc.constantFrom("with", "open", "none"),
      soldier: fc.constantFrom("no", "yes"),
      hardship: fc.constantFrom("none", "allowance", "other"),
    } as const,
    { requiredKeys: [] },
  )

  it("is found for whatever anybody tells, what matters most first, each once, every blank filled", () => {
    const seen = new Set<string>()
    const order = ["elsewhere", "warn", "note", "fine"]
    fc.assert(
      fc.property(
        fc.constantFrom(...serviceIds),
        aFact,
        fc.option(fc.constantFrom("2010-09-01", "1990-01-01"), { nil: undefined }),
        fc.boolean(),
        (service, facts, birth, renewHere) => {
          const read = Facts.parse(facts)
          const advice = adviceFor(service, read, { today, birth, renewHere })
          const keys = advice.map((it) => it.key)
          for (const key of keys) seen.add(key)
          expect(new Set(keys).size).toBe(keys.length)
          const ranks = advice.map((it) => order.indexOf(it.level))
          expect(ranks).toEqual(ranks.toSorted())
          for (const { key, values } of advice)
            for (const language of ["zh", "en"] as const)
              for (const [, blank] of adviceWords[key][language].matchAll(/\{(\w+)\}/g))
                expect(values).toHaveProperty(blank!)
        },
      ),
      { numRuns: 5000 },
    )
    expect(Object.keys(adviceWords).filter((it) => !seen.has(it))).toEqual([])
  })

  it("asks only what changes what it says", () => {
    const answers: { [F in keyof Facts]-?: Facts[F][] } = {
      who: ["child", "limited", "other"],
      age: [15, 16, 30],
      hukou: ["city", "elsewhere"],
      registered: ["2026-01-01"],
      ground: ["job"],
      issued: ["2026-01-01"],
      last: ["2025-12-20"],
      moved: ["within"],
      unit: ["other"],
      expires: ["2026-01-01"],
      main: ["none"],
      soldier: ["yes"],
      hardship: ["allowance"],
    }
    for (const id of serviceIds)
      for (const fact of questions[id]) {
        const before: Facts = fact === "last" ? { issued: "2024-12-25" } : {}
        const changed = answers[fact].some(
          (value) =>
            JSON.stringify(adviceFor(id, { ...before, [fact]: value }, { today })) !==
            JSON.stringify(adviceFor(id, before, { today })),
        )
        expect([id, fact, changed]).toEqual([id, fact, true])
      }
  })

  it("has words for every question, and for each choice and every fault of it", () => {
    const asked = new Set(serviceIds.flatMap((id) => [...questions[id]]))
    expect([...asked].toSorted()).toEqual(Object.keys(questionWords).toSorted())
    for (const [fact, { options }] of Object.entries(questionWords))
      for (const key of Object.keys(options ?? {})) expect(Facts.safeParse({ [fact]: key }).success).toBe(true)
    for (const wrong of [
      { age: "x" },
      { age: 131 },
      { age: -1 },
      { who: "me" },
      { issued: "2026-02-30" },
      { last: "1800-01-01" },
    ]) {
      const faults = Facts.safeParse(wrong).error!.issues.map((it) => it.message)
      expect(faults.map((it) => [it, it in faultWords])).toEqual(faults.map((it) => [it, true]))
    }
  })

  it("knows another way only where the law has one", () => {
    expect(terms["rp-renew"].where).toBe("original-unit")
    const levels = new Set(serviceIds.flatMap((id) => adviceFor(id, {}, { today }).map((it) => it.level)))
    expect([...levels]).not.toContain("elsewhere")
  })
})
