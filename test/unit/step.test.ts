import { describe, expect, it } from "vitest"
import { step } from "#domain/step"
import { aLine, aStation, at, hall, refusalOf } from "#test/builders"

const two = aStation([["rp-endorse"], ["rp-endorse"]])
const busy = () => {
  const it = hall(two, at("09:00"))
  it.sit(1)
  it.sit(2)
  return it
}

describe("tickets", () => {
  it("are numbered from one, by letter, without a gap, past 999", () => {
    const it = hall(aStation([["rp-endorse", "id-renew", "advice"]]), at("09:00"))
    expect([it.take(), it.take("id-renew"), it.take(), it.take("advice"), it.checkIn("09:10")]).toEqual([
      "A001",
      "B001",
      "A002",
      "C001",
      "Y001",
    ])
    for (let i = 3; i <= 999; i++) it.take()
    expect(it.take()).toBe("A1000")
  })
  it("are given once for one press, however often it arrives", () => {
    const station = aStation()
    const asked = { do: "take", service: "rp-endorse", priority: false, op: "press-01", now: at("09:00") } as const
    const once = step(aLine(), asked, station)
    const twice = step(once.line, asked, station)
    expect(twice).toMatchObject({ number: "A001", already: true, line: once.line })
  })
  it("are not given for what the station does not do, or while it is closed", () => {
    const it = hall(aStation(), at("09:00"))
    expect(refusalOf(() => it.take("id-first"))).toBe("service-not-here")
    const night = hall(
      aStation([["rp-endorse"]], { hours: Array.from({ length: 7 }, () => [["08:00", "12:00"]] as const) }),
      at("13:00"),
    )
    expect(refusalOf(() => night.take())).toBe("station-closed")
  })
})

describe("an appointment that checks in", () => {
  const arrive = (time: string) => {
    const it = hall(aStation(), at(time))
    it.checkIn("10:00")
    const { lane, eff } = it.line().waiting[0]!
    return { lane, eff }
  }
  it("is refused more than twenty minutes early, and told from when", () => {
    expect(refusalOf(() => arrive("09:39"))).toBe("too-early")
    expect(arrive("09:40")).toEqual({ lane: "A", eff: at("10:00") })
  })
  it("is on time until ten minutes after, then late with ten minutes' credit, after an hour a walk-in; never sent home", () => {
    expect(arrive("10:10")).toEqual({ lane: "A", eff: at("10:00") })
    expect(arrive("10:11")).toEqual({ lane: "G", eff: at("10:01") })
    expect(arrive("11:00")).toEqual({ lane: "G", eff: at("10:50") })
    expect(arrive("11:01")).toEqual({ lane: "G", eff: at("11:01") })
  })
})

describe("a window", () => {
  it("with someone at it cannot call another", () => {
    const it = busy()
    it.take()
    it.take()
    it.call(1)
    expect(refusalOf(() => it.call(1))).toBe("window-busy")
  })
  it("calls nobody when nobody waits, and only when someone sits there", () => {
    const it = hall(two, at("09:00"))
    it.take()
    expect(refusalOf(() => it.call(1))).toBe("window-not-open")
    it.sit(1)
    it.serve(1)
    expect(refusalOf(() => it.call(1))).toBe("nobody-waiting")
  })
  it("has one person sitting at it, who sits at one window", () => {
    const it = busy()
    expect(refusalOf(() => it.go({ do: "sit", window: 1, staff: "clerk-9" }))).toBe("window-taken")
    it.go({ do: "sit", window: 1, staff: "clerk-1" })
    it.go({ do: "rise", window: 2, staff: "clerk-2" })
    it.go({ do: "sit", window: 2, staff: "clerk-1" })
    expect(it.line().windows.map((slot) => slot.staff)).toEqual([undefined, "clerk-1"])
    expect(refusalOf(() => it.go({ do: "sit", window: 9, staff: "x" }))).toBe("window-unknown")
  })
  it("that is left gives its person back to where they stood", () => {
    const it = busy()
    const first = it.take()
    it.wait(1)
    it.take()
    it.call(1)
    expect(refusalOf(() => it.go({ do: "sit", window: 2, staff: "clerk-1" }))).toBe("window-taken")
    it.go({ do: "rise", window: 1, staff: "clerk-1" })
    expect(it.line().windows[0]).not.toHaveProperty("visit")
    expect(it.call(2)).toBe(first)
  })
  it("that is paused calls nobody, and goes on with whom it has", () => {
    const it = busy()
    it.take()
    it.take()
    const number = it.call(1)
    it.go({ do: "pause", window: 1, staff: "clerk-1" })
    it.act("start", 1, number)
    it.act("finish", 1, number)
    expect(refusalOf(() => it.call(1))).toBe("window-paused")
    it.go({ do: "resume", window: 1, staff: "clerk-1" })
    expect(it.call(1)).toBe("A002")
  })
  it("takes two presses of one button as one", () => {
    const it = busy()
    it.take()
    it.take()
    const asked = { do: "call", window: 1, staff: "clerk-1", op: "press-99" } as const
    expect(it.go(asked).number).toBe("A001")
    expect(it.go(asked)).toMatchObject({ number: "A001", already: true })
    expect(it.line().waiting.map((entry) => entry.number)).toEqual(["A002"])
  })
  it("whose call arrives a second time, late, calls nobody more", () => {
    const it = busy()
    it.take()
    it.take()
    const asked = { do: "call", window: 1, staff: "clerk-1", op: "press-98" } as const
    const { number } = it.go(asked)
    it.act("start", 1, number!)
    it.act("finish", 1, number!)
    expect(it.go(asked)).toMatchObject({ number, already: true })
    expect(it.line().waiting).toHaveLength(1)
  })
  it("acts only on the ticket that it saw", () => {
    const it = busy()
    it.take()
    it.call(1)
    for (const what of ["recall", "missed", "start", "finish"] as const)
      expect(refusalOf(() => it.act(what, 1, "A002"))).toBe("ticket-changed")
    expect(refusalOf(() => it.act("start", 2, "A001"))).toBe("window-empty")
  })
})

describe("a call", () => {
  it("is repeated twice, twenty seconds apart", () => {
    const it = busy()
    it.take()
    const number = it.call(1)
    expect(refusalOf(() => it.act("recall", 1, number))).toBe("recall-too-soon")
    it.wait(1)
    it.act("recall", 1, number)
    it.wait(1)
    expect(it.act("recall", 1, number).entry).toMatchObject({ calls: 3 })
    it.wait(1)
    expect(refusalOf(() => it.act("recall", 1, number))).toBe("recall-used-up")
    expect(it.line().calls.map((call) => call.times)).toEqual([3, 2, 1])
  })
  it("goes called, serving, served, and nowhere else", () => {
    const it = busy()
    it.take()
    const number = it.call(1)
    expect(refusalOf(() => it.act("finish", 1, number))).toBe("not-serving")
    it.act("start", 1, number)
    expect(refusalOf(() => it.act("missed", 1, number))).toBe("not-called")
    expect(refusalOf(() => it.act("start", 1, number))).toBe("not-called")
    it.act("finish", 1, number)
    expect(it.line().windows[0]?.visit).toBeUndefined()
  })
  it("that nobody answers is missed: never called again by itself, back behind the next three", () => {
    const it = busy()
    for (let i = 0; i < 6; i++) it.take()
    const missed = it.call(1)
    it.act("missed", 1, missed)
    expect(it.serve(1)).toBe("A002")
    it.go({ do: "return", number: missed })
    expect([it.serve(1), it.serve(2), it.serve(1), it.serve(2)]).toEqual(["A003", "A004", "A005", "A001"])
  })
  it("that was missed half an hour ago is over", () => {
    const it = busy()
    it.take()
    it.act("missed", 1, it.call(1))
    it.wait(31)
    expect(refusalOf(() => it.go({ do: "return", number: "A001" }))).toBe("return-too-late")
    expect(refusalOf(() => it.go({ do: "return", number: "A077" }))).toBe("ticket-not-found")
  })
})

describe("somebody at a window", () => {
  const served = () => {
    const it = hall(aStation([["rp-endorse"], ["id-renew"], ["rp-endorse", "id-renew"]]), at("09:00"))
    for (const window of [1, 2, 3]) it.sit(window)
    it.take()
    it.wait(1)
    it.take()
    const number = it.call(1)
    const go = (what: object) => it.go({ window: 1, staff: "clerk-1", number, ...what } as Parameters<typeof it.go>[0])
    return { it, number, go }
  }
  it("is parked for half an hour, never called by itself, and comes back to a window or to the line", () => {
    const { it, number, go } = served()
    go({ do: "park" })
    expect(it.serve(1)).toBe("A002")
    expect(refusalOf(() => it.call(1))).toBe("nobody-waiting")
    it.wait(30)
    expect(go({ do: "unpark" }).entry).toMatchObject({ number, state: "called", rule: "unparked" })
    go({ do: "park" })
    it.wait(31)
    expect(refusalOf(() => go({ do: "unpark" }))).toBe("park-too-long")
    it.go({ do: "return", number })
    expect(it.call(1)).toBe(number)
  })
  it("is transferred to a window or for a service with number and wait kept", () => {
    const { it, number, go } = served()
    expect(refusalOf(() => go({ do: "transfer", toWindow: 2 }))).toBe("service-not-here")
    expect(refusalOf(() => go({ do: "transfer", toWindow: 9 }))).toBe("window-unknown")
    expect(refusalOf(() => go({ do: "transfer", toService: "pickup" }))).toBe("service-not-here")
    const { entry } = go({ do: "transfer", toWindow: 3 })
    expect(entry).toMatchObject({ number, lane: "G", eff: at("09:00"), only: 3 })
    expect(it.call(1)).toBe("A002")
    expect(it.call(3)).toBe(number)
    it.go({ do: "transfer", window: 3, staff: "clerk-3", number, toService: "id-renew" })
    expect(it.call(2)).toBe(number)
  })
  it("leaves while waiting, missed or parked, not from under the clerk's hands", () => {
    const { it, number, go } = served()
    expect(refusalOf(() => it.go({ do: "leave", number }))).toBe("window-busy")
    go({ do: "park" })
    it.go({ do: "leave", number })
    it.go({ do: "leave", number: "A002" })
    expect(refusalOf(() => it.go({ do: "leave", number }))).toBe("ticket-not-found")
    expect([it.line().waiting, it.line().parked]).toEqual([[], []])
  })
  it("is called out of turn by an officer, from wherever they are", () => {
    const { it, number, go } = served()
    go({ do: "missed" })
    expect(go({ do: "call-one", number: "A002" }).entry).toMatchObject({ number: "A002", rule: "override" })
    expect(refusalOf(() => go({ do: "call-one", number }))).toBe("window-busy")
    expect(it.go({ do: "call-one", window: 3, staff: "clerk-3", number }).entry).toMatchObject({ number })
    expect(refusalOf(() => it.go({ do: "call-one", window: 2, staff: "clerk-2", number: "A999" }))).toBe(
      "ticket-not-found",
    )
  })
})

describe("somebody who goes back to the line from a window", () => {
  it("stands before those who took a ticket in the same second", () => {
    const it = busy()
    const numbers = [it.take(), it.take(), it.take()]
    expect(it.call(1)).toBe(numbers[0])
    it.go({ do: "undo", window: 1, staff: "clerk-1", number: numbers[0]! })
    expect(it.call(1)).toBe(numbers[0])
    it.go({ do: "rise", window: 1, staff: "clerk-1" })
    expect(it.call(2)).toBe(numbers[0])
  })
})

describe("whoever returns where windows serve unlike", () => {
  it("stands behind the next three of each window that serves them", () => {
    const it = hall(aStation([["rp-endorse"], ["rp-endorse", "pickup"]]), at("09:00"))
    it.sit(1)
    it.sit(2)
    const missed = it.take()
    it.act("missed", 1, it.call(1))
    for (let i = 0; i < 3; i++) it.take("pickup")
    const others = [1, 2, 3, 4].map(() => it.take())
    it.go({ do: "return", number: missed })
    expect([1, 2, 3].map(() => it.serve(1))).toEqual(others.slice(0, 3))
  })
})

describe("undo", () => {
  const one = () => {
    const it = busy()
    it.take()
    it.wait(1)
    it.take()
    const number = it.call(1)
    const undo = (finished?: object) =>
      it.go({ do: "undo", window: 1, staff: "clerk-1", number, ...(finished && { finished }) } as Parameters<
        typeof it.go
      >[0])
    return { it, number, undo }
  }
  it("of a call puts the person back to where they stood, unheard", () => {
    const { it, number, undo } = one()
    undo()
    expect(it.line().calls).toEqual([])
    expect(it.call(2)).toBe(number)
  })
  it("of a start, of a missed, of a finish", () => {
    const { it, number, undo } = one()
    it.act("start", 1, number)
    expect(undo().entry).toMatchObject({ state: "called" })
    it.act("missed", 1, number)
    expect(undo().entry).toMatchObject({ number, state: "called" })
    expect(it.line().missed).toEqual([])
    it.act("start", 1, number)
    const { visit } = it.line().windows[0]!
    it.act("finish", 1, number)
    expect(refusalOf(() => undo())).toBe("nothing-to-undo")
    expect(undo({ ...visit, endedAt: it.now() }).entry).toMatchObject({ number, state: "serving" })
  })
  it("is over after thirty seconds, and is nobody else's", () => {
    const { it, undo } = one()
    it.wait(0.5)
    expect(refusalOf(() => it.go({ do: "undo", window: 1, staff: "clerk-1", number: "A777" }))).toBe("ticket-changed")
    it.wait(0.02)
    expect(refusalOf(() => undo())).toBe("undo-too-late")
  })
})

describe("an officer who stops the tickets", () => {
  it("stops walk-ins, not who booked, until they go on", () => {
    const it = busy()
    it.go({ do: "stop" })
    expect(it.go({ do: "stop" }).already).toBe(true)
    expect(refusalOf(() => it.take())).toBe("tickets-stopped")
    expect(it.checkIn("09:10")).toBe("Y001")
    it.go({ do: "go-on" })
    expect(it.take()).toBe("A001")
  })
})
