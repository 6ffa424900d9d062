/** How an entry becomes a hash, a day its digest, and when each is due or gone; the tampering itself is test/property/audit-chain. */
import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  canonical,
  chainBreaks,
  type Digest,
  entriesMayBeGone,
  first,
  hashOfAll,
  hashOfDigest,
  isCaughtUp,
  isReviewed,
  type Link,
  sealable,
  sealDue,
  traced,
} from "#domain/audit"
import { addDays, instantOf, type LocalDate } from "#domain/time"
import { scopeOf } from "#store/scopes"

const hash = (text: string) => createHash("sha256").update(text).digest("hex")
const monday: LocalDate = "2026-11-23"
const dayAfter = (n: number) => addDays(monday, n)
const at = (time: string, date = monday) => instantOf(date, time)

describe("an entry", () => {
  const entry = {
    pk: "FZ-JA-P01#2026-11-23",
    sk: "a",
    who: "staff:c",
    at: 1,
    changed: ["v", "at"],
    counts: { b: 2, a: 1 },
  }

  it("has one form, whatever the order of its fields and of what is in them", () => {
    expect(canonical(entry)).toBe(
      '{"at":1,"changed":["v","at"],"counts":{"a":1,"b":2},"pk":"FZ-JA-P01#2026-11-23","sk":"a","who":"staff:c"}',
    )
    const { counts: _, ...rest } = entry
    expect(canonical({ counts: { a: 1, b: 2 }, ...rest })).toBe(canonical(entry))
  })

  it("is another by any difference in any field, and the same when it only goes at another time", () => {
    const { hash: own } = traced(hash, entry)
    expect(traced(hash, { ...entry, ttl: 5 })).toEqual({ name: "a", hash: own })
    for (const other of [
      { who: "staff:d" },
      { at: 2 },
      { extra: "" },
      { changed: ["at", "v"] },
      { counts: { a: 1 } },
      { sk: "b" },
    ])
      expect(traced(hash, { ...entry, ...other }).hash).not.toBe(own)
  })

  it("cannot be written so that two differ and look alike", () => {
    const value = fc.jsonValue({ maxDepth: 2 })
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)))
      }),
    )
  })
  const sorted = (it: unknown): unknown =>
    Array.isArray(it)
      ? it.map(sorted)
      : typeof it === "object" && it !== null
        ? // A list of pairs: an object would put names that look like numbers first.
          {
            pairs: Object.entries(it)
              .map(([name, each]) => [name, sorted(each)] as const)
              .sort(byName),
          }
        : it
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)

  it("of a day is one of many in no order", () => {
    const all = ["a", "b", "c"].map((sk) => traced(hash, { ...entry, sk }))
    expect(hashOfAll(hash, all)).toBe(hashOfAll(hash, all.toReversed()))
    expect(hashOfAll(hash, all)).not.toBe(hashOfAll(hash, all.slice(1)))
  })

  it("is reviewed where it is a look at a child's data or a reveal", () => {
    for (const what of ["report.see", "report.break-glass", "photo.see", "package.see", "appointment.reveal"])
      expect(isReviewed(what)).toBe(true)
    for (const what of ["visitor.see", "appointments.list", "audit.read", "call:A001:x"])
      expect(isReviewed(what)).toBe(false)
  })
})

describe("a day", () => {
  it("may be sealed from half past four of the next, and must be by six", () => {
    expect(sealable(at("04:29", dayAfter(1)))).toBe(dayAfter(-1))
    expect(sealable(at("04:30", dayAfter(1)))).toBe(monday)
    expect(sealDue(at("05:59", dayAfter(1)))).toBe(dayAfter(-1))
    expect(sealDue(at("06:00", dayAfter(1)))).toBe(monday)
  })

  it("that is sealed a day after it could have been says so", () => {
    const digest = (time: number): Digest => ({ scope: "-", date: monday, before: first, at: time, sealed: [] })
    expect(isCaughtUp(digest(at("04:29", dayAfter(2))))).toBe(false)
    expect(isCaughtUp(digest(at("04:30", dayAfter(2))))).toBe(true)
  })

  it("is kept four hundred days", () => {
    expect(entriesMayBeGone(monday, instantOf(dayAfter(400), "00:00") - 1)).toBe(false)
    expect(entriesMayBeGone(monday, instantOf(dayAfter(400), "00:00"))).toBe(true)
  })
})

describe("a chain", () => {
  const chainOf = (days: number, from = 0): Link[] => {
    let before: string = first
    return Array.from({ length: days }, (_, i) => {
      const digest = {
        scope: "-",
        date: dayAfter(from + i),
        before,
        at: at("04:30", dayAfter(from + i + 1)),
        sealed: [],
      }
      before = hashOfDigest(hash, digest)
      return { ...digest, hash: before, isOurs: true }
    })
  }
  const look = (chain: readonly Link[], now = at("08:00", dayAfter(5))) =>
    chainBreaks(hash, chain, { from: dayAfter(-2), to: dayAfter(5), due: sealDue(now), now }).map((it) => [
      it.what,
      it.date,
    ])

  it("is whole from its first day to the one that is due", () => {
    expect(look(chainOf(5))).toEqual([])
    expect(look(chainOf(4))).toEqual([["digest-missing", dayAfter(4)]])
    expect(look(chainOf(4), at("05:59", dayAfter(5)))).toEqual([])
  })

  it("of which the first days were cut off still names one that is not there", () => {
    expect(look(chainOf(6, -1).slice(1))).toEqual([["digest-missing", dayAfter(-1)]])
  })

  it("that was begun anew in its midst does not follow", () => {
    const all = chainOf(5)
    expect(
      look(all.with(2, { ...all[2]!, before: first, hash: hashOfDigest(hash, { ...all[2]!, before: first }) })),
    ).toEqual([
      ["link-broken", dayAfter(2)],
      ["link-broken", dayAfter(3)],
    ])
  })
})

describe("a thing", () => {
  it.each([
    [{ pk: "person#x", sk: "rp", station: "FZ-JA-P01" }, "FZ-JA-P01"],
    [{ pk: "FZ-JA-P02#2026-11-23#rp", sk: "0900#02" }, "FZ-JA-P02"],
    [{ pk: "station", sk: "FZ-JA-P01" }, "FZ-JA-P01"],
    [{ pk: "line#FZ-JA-P01#2026-11-23", sk: "line" }, "FZ-JA-P01"],
    [{ pk: "heard#FZ-JA-P03", sk: "dev_1" }, "FZ-JA-P03"],
    [{ pk: "duty#FZ-JA-C01", sk: "K7QM" }, "FZ-JA-C01"],
    [{ pk: "roster", sk: "FZ-JA-S01" }, "FZ-JA-S01"],
    [{ pk: "report#K7QM", sk: "dispatch", holder: "FZ-JA-S02" }, "FZ-JA-S02"],
    [{ pk: "report#K7QM", sk: "e#1", unit: "FZ-JA-P02" }, "FZ-JA-P02"],
    [{ pk: "report#K7QM", sk: "report" }, "-"],
    [{ pk: "code#x", sk: "code" }, "-"],
  ])("%j belongs to %s", (item, scope) => {
    expect(scopeOf(item)).toBe(scope)
  })
})
