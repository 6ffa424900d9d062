/** What is saved is what is told: from an item before and after to its messages, by table and by chance. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Appointment, AppointmentState } from "#domain/appointment"
import { states } from "#domain/appointment"
import type { Line } from "#domain/line"
import type { Missed } from "#domain/standing"
import { consequences, type Saved } from "#messages/consequences"
import { type Message, Notice, Work } from "#messages/messages"
import { personChange } from "#store/appointments"
import { clearingChange } from "#store/closures"
import { codeChange } from "#store/codes"
import { pack, unpack } from "#store/lines"
import { standingChange } from "#store/standings"
import { type Item, stamp } from "#store/table"
import { taskChange } from "#store/tasks"
import { type Ticket, ticketChange } from "#store/tickets"
import { aStation, at, hall, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"

const by = { kind: "system", name: "test" } as const
const now = at("09:00")
const sealed = new Uint8Array([1, 2, 3])

const anAppointment = (state: AppointmentState, v: number, change: Partial<Appointment> = {}): Item =>
  personChange(
    by,
    `op-${v}`,
    now,
    {
      person: "blind",
      group: "rp",
      v: 0,
      state,
      ref: "K7QM3TXW9B2A",
      station: "FZ-JA-P01",
      date: monday,
      time: "09:30",
      lane: 1,
      units: 1,
      services: ["rp-endorse"],
      form: "form",
      bookedAt: now,
      language: "zh",
      sealed,
      last4: "blind4",
      past: [],
      ...change,
    },
    v - 1,
    "busy",
  ).item
const aTicket = (state: Ticket["state"], v: number, booked = true): Item =>
  ticketChange(by, `op-${v}`, now, {
    station: "FZ-JA-P01",
    date: monday,
    number: "Y001",
    v: v - 1,
    state,
    services: ["rp-endorse"],
    taken: "taken",
    takenAt: now,
    ...(booked && { appointment: { person: "blind", group: "rp", ref: "K7QM3TXW9B2A" } }),
  }).item
const aCode = (nonce: string, v: number, tries = 0): Item =>
  codeChange(by, `op-${v}`, now, "blindphone", {
    v: v - 1,
    nonce,
    until: now,
    tries,
    used: false,
    language: "zh",
    sealed,
  }).item
const aLineItem = (line: Line, v: number) => pack({ ...line, v }, by, `op-${v}`, now)

const of = (table: Saved["table"], before: Item | undefined, after: Item | undefined) =>
  consequences({ table, before, after })
const kinds = (messages: Message[]) => messages.map((it) => `${it.queue}:${it.body.kind}`)

describe("of an appointment", () => {
  const cases: [string, Item | undefined, Item, string[]][] = [
    ["first booked", undefined, anAppointment("booked", 1), ["work:visit", "notices:booked"]],
    [
      "booked again after another",
      anAppointment("served", 3, { ref: "OLD" }),
      anAppointment("booked", 4),
      ["work:visit", "notices:booked"],
    ],
    ["cancelled", anAppointment("booked", 1), anAppointment("cancelled", 2), ["work:visit", "notices:cancelled"]],
    ["checked in", anAppointment("booked", 1), anAppointment("checked-in", 2, { ticket: "Y001" }), ["work:visit"]],
    ["served", anAppointment("checked-in", 2), anAppointment("served", 3), ["work:visit"]],
    ["a no-show", anAppointment("booked", 1), anAppointment("no-show", 2), ["work:visit"]],
    ["left unserved", anAppointment("checked-in", 2), anAppointment("unserved", 3), ["work:visit"]],
    ["written again as it was", anAppointment("booked", 1), anAppointment("booked", 2), []],
    [
      "moved by its person",
      anAppointment("booked", 1),
      anAppointment("booked", 2, { date: "2026-11-24" }),
      ["work:visit", "notices:moved"],
    ],
  ]
  it.each(cases)("that is %s", (_, before, after, expected) => {
    expect(kinds(of("bookings", before, after))).toEqual(expected)
  })
  it("the message names it, by ids that stay the same and differ for another booking or another change", () => {
    const [work, notice] = of("bookings", undefined, anAppointment("booked", 1))
    expect(work).toEqual({
      queue: "work",
      fair: "FZ-JA-P01",
      body: {
        id: "visit:K7QM3TXW9B2A:1",
        by: "system:test",
        op: "op-1",
        at: now,
        v: 1,
        kind: "visit",
        station: "FZ-JA-P01",
        person: "blind",
        group: "rp",
        ref: "K7QM3TXW9B2A",
      },
    })
    expect(notice?.body.id).toBe("booked:K7QM3TXW9B2A")
    const ids = [
      ...of("bookings", undefined, anAppointment("booked", 1)),
      ...of("bookings", anAppointment("booked", 1), anAppointment("cancelled", 2)),
      ...of("bookings", anAppointment("cancelled", 2), anAppointment("booked", 3, { ref: "K7QM3TXW9B2B" })),
    ].map((it) => it.body.id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe("of absences", () => {
  const missed: Missed = { ref: "K7QM3TXW9B2A", group: "rp", station: "FZ-JA-P01", date: monday }
  const appeal = { at: now, language: "zh" as const, sealed }
  const answer = { at: now + 1, excused: true, reason: "reason" }
  const standing = (v: number, ...all: Missed[]) =>
    standingChange(by, `op-${v}`, now, "blind", { v: v - 1, missed: all }).item
  it("one that is counted is told to nobody, an appeal to the officers, the answer to both", () => {
    const [counted, appealed] = [standing(1, missed), standing(2, { ...missed, appeal })]
    expect(of("bookings", undefined, counted)).toEqual([])
    expect(kinds(of("bookings", counted, appealed))).toEqual(["work:appeal"])
    expect(kinds(of("bookings", appealed, standing(3, { ...missed, appeal, answer })))).toEqual([
      "work:appeal",
      "notices:answered",
    ])
    expect(of("bookings", counted, standing(2, { ...missed, answer })), "excused at the window").toEqual([])
  })
})

describe("of a code", () => {
  it("a new one is sent, a try at it is not, the next one is", () => {
    const [first, second] = [aCode("n1", 1), aCode("n2", 3)]
    expect(kinds(of("bookings", undefined, first))).toEqual(["notices:code"])
    expect(of("bookings", first, aCode("n1", 2, 1))).toEqual([])
    expect(kinds(of("bookings", aCode("n1", 2, 1), second))).toEqual(["notices:code"])
    expect(of("bookings", undefined, first)[0]?.body.id).not.toBe(of("bookings", first, second)[0]?.body.id)
  })
})

describe("of a ticket", () => {
  it("of somebody who booked: given, served and expired are told; a walk-in's is a number only", () => {
    expect(kinds(of("live", undefined, aTicket("waiting", 1)))).toEqual(["work:visitor"])
    expect(kinds(of("live", aTicket("waiting", 1), aTicket("served", 2)))).toEqual(["work:visitor"])
    expect(kinds(of("live", aTicket("waiting", 1), aTicket("expired", 2)))).toEqual(["work:visitor", "notices:expired"])
    expect(of("live", aTicket("waiting", 1), aTicket("waiting", 2))).toEqual([])
    expect(of("live", undefined, aTicket("waiting", 1, false))).toEqual([])
    expect(of("live", aTicket("waiting", 1, false), aTicket("expired", 2, false))).toEqual([])
  })

  it("of a phone: only that it expired is told, by what nobody else can do", () => {
    const byPhone = (state: Ticket["state"], v: number): Item => ({
      ...aTicket(state, v, false),
      phone: { index: "blind", sealed, language: "zh" },
    })
    expect(of("live", undefined, byPhone("waiting", 1))).toEqual([])
    expect(of("live", byPhone("waiting", 1), byPhone("left", 2))).toEqual([])
    expect(kinds(of("live", byPhone("waiting", 1), byPhone("expired", 2)))).toEqual(["notices:expired"])
  })
})

describe("of the line", () => {
  const station = aStation([["rp-endorse"], ["rp-endorse"]])
  /** What each step tells, as the stream would: from the line before to the line after. */
  const told = () => {
    const day = hall(station, at("09:00"))
    let before: Item | undefined
    let v = 0
    return {
      ...day,
      after(act: () => unknown) {
        act()
        const item = aLineItem(day.line(), ++v)
        const messages = of("live", before, item)
        before = item
        return messages
      },
    }
  }

  it("a call is told to whoever has a phone, each repeat again, the start as work, and the end by its ticket", () => {
    const day = told()
    expect(kinds(day.after(() => day.checkIn("09:10")))).toEqual(["notices:near"])
    expect(kinds(day.after(() => day.sit(1)))).toEqual(["notices:near"])
    day.wait(8)
    const first = day.after(() => day.call(1))
    expect(first).toMatchObject([{ queue: "notices", body: { kind: "called", number: "Y001", window: 1, times: 1 } }])
    day.wait(1)
    const again = day.after(() => day.act("recall", 1, "Y001"))
    expect(again).toMatchObject([{ body: { kind: "called", number: "Y001", times: 2 } }])
    expect(again[0]?.body.id).not.toBe(first[0]?.body.id)
    expect(day.after(() => day.act("start", 1, "Y001"))).toMatchObject([
      { queue: "work", body: { kind: "visitor", number: "Y001", id: `started:FZ-JA-P01:${monday}:Y001` } },
    ])
    expect(day.after(() => day.act("finish", 1, "Y001"))).toEqual([])
  })

  it("while anybody waits with a phone, one message a change that may have brought them nearer, and none for the rest", () => {
    const day = told()
    expect(day.after(() => day.take())).toEqual([])
    expect(day.after(() => day.sit(1))).toEqual([])
    const joined = day.after(() => day.go({ do: "take", service: "rp-endorse", priority: false, phone: true }))
    expect(joined).toMatchObject([
      {
        queue: "notices",
        fair: "FZ-JA-P01",
        body: { kind: "near", station: "FZ-JA-P01", date: monday, id: `near:FZ-JA-P01:${monday}:3`, v: 3 },
      },
    ])
    const another = day.after(() => day.go({ do: "take", service: "rp-endorse", priority: false, phone: true }))
    expect(another).toHaveLength(1)
    expect(another[0]?.body.id).not.toBe(joined[0]?.body.id)
    expect(kinds(day.after(() => day.call(1)))).toEqual(["notices:near"])
    day.wait(1)
    for (const what of ["recall", "start", "finish"] as const)
      expect(day.after(() => day.act(what, 1, "A001"))).toEqual([])
    expect(kinds(day.after(() => day.go({ do: "leave", number: "A003" })))).toEqual(["notices:near"])
    expect(kinds(day.after(() => day.call(1)))).toEqual(["notices:called"])
  })

  it("a call of somebody without a phone tells nobody", () => {
    const day = told()
    day.after(() => day.take())
    day.after(() => day.sit(1))
    for (const act of [() => day.call(1), () => day.act("start", 1, "A001"), () => day.act("finish", 1, "A001")])
      expect(day.after(act)).toEqual([])
  })

  it("somebody called at one window is not told again because another window acts", () => {
    const day = told()
    day.after(() => day.checkIn("09:05"))
    day.after(() => day.sit(1))
    day.after(() => day.sit(2))
    expect(kinds(day.after(() => day.call(1)))).toEqual(["notices:called"])
    expect(day.after(() => day.take())).toEqual([])
    expect(day.after(() => day.call(2))).toEqual([])
  })

  it("somebody missed who returns and is called anew is told anew, under another id", () => {
    const day = told()
    day.after(() => day.checkIn("09:05"))
    day.after(() => day.sit(1))
    const [first] = day.after(() => day.call(1))
    expect(day.after(() => day.act("missed", 1, "Y001"))).toEqual([])
    day.wait(2)
    expect(kinds(day.after(() => day.go({ do: "return", number: "Y001" })))).toEqual(["notices:near"])
    const [second] = day.after(() => day.call(1))
    expect(second).toMatchObject({ body: { kind: "called", number: "Y001" } })
    expect(second?.body.id).not.toBe(first?.body.id)
  })

  it("one saved step that ends one visit and calls the next tells of the next", () => {
    const day = told()
    day.after(() => day.checkIn("09:05"))
    day.after(() => day.checkIn("09:05"))
    day.after(() => day.sit(1))
    day.after(() => day.call(1))
    const messages = day.after(() => {
      day.act("start", 1, "Y001")
      day.act("finish", 1, "Y001")
      day.call(1)
    })
    expect(messages).toMatchObject([{ body: { kind: "called", number: "Y002" } }])
  })
})

describe("of anything else, or of a removal by time", () => {
  it("nothing follows", () => {
    const others: [Saved["table"], Item][] = [
      [
        "bookings",
        { pk: `FZ-JA-P01#${monday}#rp`, sk: "0930#01", ...stamp(by, "op", now, 1), person: "blind", for: "ref" },
      ],
      ["bookings", { pk: "session#x", sk: "session", ...stamp(by, "op", now, 1) }],
      ["bookings", { pk: "limit#phone#x", sk: "0", ...stamp(by, "op", now, 1) }],
      ["bookings", { pk: "data-key#2026-11", sk: "data-key", ...stamp(by, "op", now, 1), wrapped: sealed }],
      ["live", { pk: "staff#x", sk: "staff", ...stamp(by, "op", now, 1), state: "booked", ref: "x" }],
      ["live", { pk: "notice#x", sk: "notice", ...stamp(by, "op", now, 1), state: "sent" }],
      ["live", { pk: "person#x", sk: "rp", ...stamp(by, "op", now, 1), state: "booked", ref: "x" }],
      [
        "live",
        taskChange(by, "op", now, {
          id: "serve#Y001",
          kind: "serve-visitor",
          station: "FZ-JA-P01",
          date: monday,
          windows: [1],
          due: now,
          services: ["rp-endorse"],
          state: "open",
          source: 1,
        }).item,
      ],
    ]
    for (const [table, item] of others) {
      expect([item.pk, of(table, undefined, item)]).toEqual([item.pk, []])
      expect([item.pk, of(table, item, undefined)]).toEqual([item.pk, []])
    }
    for (const item of [anAppointment("booked", 1), aCode("n", 1)]) expect(of("bookings", item, undefined)).toEqual([])
    for (const item of [aTicket("waiting", 1)]) expect(of("live", item, undefined)).toEqual([])
    expect(of("live", undefined, undefined)).toEqual([])
  })
})

describe("whatever is saved", () => {
  const step = fc.constantFrom(
    "check-in",
    "take",
    "call",
    "recall",
    "missed",
    "return",
    "start",
    "finish",
    "wait",
  ) as fc.Arbitrary<"check-in" | "take" | "call" | "recall" | "missed" | "return" | "start" | "finish" | "wait">
  const anySaved: fc.Arbitrary<Saved[]> = fc
    .array(fc.tuple(step, fc.integer({ min: 1, max: 2 })), { maxLength: 40 })
    .map((steps) => {
      const day = hall(aStation([["rp-endorse"], ["rp-endorse"]]), at("09:00"))
      day.sit(1)
      day.sit(2)
      let before = aLineItem(day.line(), 1)
      return steps.flatMap(([what, window], i) => {
        const visit = day.line().windows.find((it) => it.no === window)?.visit?.number ?? "Y001"
        try {
          // Nobody calls, misses, returns and calls again within one second.
          day.wait(what === "wait" ? 3 : 0.05)
          if (what === "wait") return []
          if (what === "check-in") day.checkIn("09:10")
          else if (what === "take") day.take()
          else if (what === "call") day.call(window)
          else if (what === "return") day.go({ do: "return", number: day.line().missed[0]?.number ?? "Y001" })
          else day.act(what, window, visit)
        } catch {
          return []
        }
        const saved: Saved = { table: "live", before, after: aLineItem(day.line(), i + 2) }
        before = saved.after!
        return [saved]
      })
    })
  const anyAppointment: fc.Arbitrary<Saved> = fc
    .tuple(fc.option(fc.constantFrom(...states), { nil: undefined }), fc.constantFrom(...states), fc.boolean())
    .map(([was, is, sameRef]) => ({
      table: "bookings",
      before: was && anAppointment(was, 4, sameRef ? {} : { ref: "K7QM3TXW9B2B" }),
      after: anAppointment(is, 5),
    }))

  it("the same record told again is the same messages, under the same ids, each of its queue's schema", () => {
    fc.assert(
      fc.property(anySaved, anyAppointment, (line, appointment) => {
        for (const saved of [...line, appointment]) {
          const first = consequences(saved)
          expect(consequences(structuredClone(saved))).toEqual(first)
          for (const { queue, body, fair } of first) {
            expect((queue === "work" ? Work : Notice).parse(JSON.parse(JSON.stringify(body)))).toEqual(body)
            expect(fair.length).toBeGreaterThan(0)
          }
        }
      }),
    )
  })

  it("no call is told twice under two ids, and none goes untold", () => {
    fc.assert(
      fc.property(anySaved, (line) => {
        const ids = line
          .flatMap((saved) => consequences(saved))
          .flatMap((it) => (it.body.kind === "called" ? [it.body.id] : []))
        expect(new Set(ids).size).toBe(ids.length)
        const calls = new Set(
          line.flatMap(({ after }) =>
            unpack(after!, "FZ-JA-P01", monday).windows.flatMap(({ visit }) =>
              visit?.phone && visit.state === "called" ? [[visit.number, visit.calledAt, visit.calls].join()] : [],
            ),
          ),
        )
        expect(ids).toHaveLength(calls.size)
      }),
    )
  })

  it("carries no personal data: no field of an item goes out that is sealed or typed by somebody", () => {
    const person = { name: "张三", idNumber: anIdNumber(1), phone: aMobile(1) }
    const typed = { ...person, last4: "blind4", sealed: JSON.stringify(person), note: "张三" }
    const items: [Saved["table"], Item][] = [
      ["bookings", { ...anAppointment("booked", 1), ...typed }],
      ["bookings", { ...aCode("n", 1), ...typed }],
      ["live", { ...aTicket("expired", 1), ...typed }],
    ]
    for (const [table, item] of items) {
      const text = JSON.stringify(of(table, undefined, item))
      expect(text.length).toBeGreaterThan(10)
      for (const secret of [...Object.values(person), "blind4"]) expect(text).not.toContain(secret)
      for (const { body } of of(table, undefined, item))
        for (const key of Object.keys(body))
          expect([
            "id",
            "by",
            "op",
            "at",
            "v",
            "kind",
            "station",
            "date",
            "number",
            "window",
            "nonce",
            "times",
            "person",
            "group",
            "ref",
            "phone",
          ]).toContain(key)
    }
    const [code] = of("bookings", undefined, aCode("n", 1))
    expect(code?.body).toMatchObject({ phone: "blindphone" })
  })
})

describe("a time that the station takes away", () => {
  const displaced = { closure: "closed-abcdef", at: now }
  const proposal = {
    id: "closed-abcdef",
    why: "closure" as const,
    closure: "closed-abcdef",
    station: "FZ-JA-P02",
    date: monday,
    time: "10:00",
    lane: 1,
    units: 1,
    until: now,
  }
  const booked = anAppointment("booked", 1)
  const offered = anAppointment("booked", 2, { displaced, proposal })
  const tell = (before: Item | undefined, after: Item) =>
    consequences({ table: "bookings", before, after }).map(({ queue, body }) => `${queue} ${body.kind}`)

  it("is told with what is held instead, or that nothing is free; once each", () => {
    expect(tell(booked, offered)).toEqual(["notices moved-offer"])
    expect(tell(booked, anAppointment("booked", 2, { displaced }))).toEqual(["notices station-closed"])
    expect(tell(offered, { ...offered, v: 3 })).toEqual([])
    // An earlier time from the waiting list is another matter.
    const earlier = anAppointment("booked", 2, { proposal: { ...proposal, why: "earlier" } })
    expect(tell(booked, earlier)).toEqual(["notices earlier-offer"])
    expect(tell(earlier, { ...earlier, v: 3 })).toEqual([])
  })

  it("is told where it was the earlier one that they were offered, and only the station took it back", () => {
    const late = { ...proposal, why: "earlier" as const, until: now + 60_000 }
    const before = anAppointment("booked", 2, { proposal: late })
    const [message, ...more] = consequences({ table: "bookings", before, after: anAppointment("booked", 3) })
    expect(more).toEqual([])
    expect(Notice.parse(message!.body)).toMatchObject({
      kind: "earlier-gone",
      id: `earlier-gone:${before.ref}:${late.id}`,
      gone: { station: "FZ-JA-P02", date: monday, time: "10:00", lane: 1 },
    })
    const silent = (was: Item, is: Item) => expect(tell(was, is)).not.toContain("notices earlier-gone")
    silent(before, anAppointment("booked", 3, { declined: late.id }))
    silent(before, anAppointment("booked", 3, { station: "FZ-JA-P02", time: "10:00" }))
    silent(before, anAppointment("cancelled", 3))
    silent(before, anAppointment("checked-in", 3))
    silent(before, anAppointment("booked", 3, { displaced, proposal }))
    silent(before, { ...before, v: 3 })
    silent(anAppointment("booked", 2, { proposal: { ...late, until: now } }), anAppointment("booked", 3))
    silent(anAppointment("booked", 2, { proposal: late, displaced }), anAppointment("booked", 3))
    silent(offered, anAppointment("booked", 3))
  })

  it("is counted anew when its person has moved, cancelled or kept it; declining leaves them waiting", () => {
    const counted = "work closure"
    // At the same hour of another station or window, too, it is a move and nothing else.
    for (const place of [{ station: "FZ-JA-P02", time: "10:00" }, { station: "FZ-JA-P02" }, { lane: 2 }])
      expect(tell(offered, anAppointment("booked", 3, place))).toEqual(["work visit", "notices moved", counted])
    expect(tell(offered, anAppointment("cancelled", 3, { displaced }))).toContain(counted)
    expect(tell(offered, anAppointment("booked", 3))).toEqual(["notices as-before", counted])
    expect(tell(offered, anAppointment("booked", 3, { displaced, declined: proposal.id }))).toEqual([])
    const [message] = consequences({ table: "bookings", before: offered, after: anAppointment("unserved", 3) }).filter(
      (it) => it.body.kind === "closure",
    )
    expect(message!.body).toMatchObject({ station: "FZ-JA-P01", closure: "closed-abcdef", v: 0 })
  })

  it("asks for the next piece of its clearing with every save", () => {
    const at = { date: monday, group: "rp" } as const
    const clearing = { id: "closed-abcdef", station: "FZ-JA-P01", v: 4, why: "closure", stage: "moving", at } as const
    const days = { first: monday, last: monday, open: 0, startedAt: now }
    const after = clearingChange(by, "op", now, { ...clearing, ...days }).item
    const messages = consequences({ table: "live", before: undefined, after })
    expect(messages.map(({ queue, body }) => [queue, body.kind, body.v])).toEqual([["work", "closure", 5]])
    expect(Work.safeParse(messages[0]!.body).success).toBe(true)

    const done = clearingChange(by, "op", now, { ...clearing, ...days, v: 5, stage: "done" }).item
    const [next, last, ...more] = consequences({ table: "live", before: after, after: done })
    expect([next!.delay, last!.delay, more]).toEqual([undefined, 60, []])
    expect(Work.parse(last!.body)).toMatchObject({ kind: "closure", closure: "closed-abcdef", last: true })
    // A count that is saved afterwards asks for no other.
    expect(consequences({ table: "live", before: done, after: { ...done, v: 7, open: 2 } })).toHaveLength(1)
  })
})
