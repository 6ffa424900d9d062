/** Laws 1 and 2 under any interleaving of what can happen to a booking, with conflicts, lost answers and retries. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import * as rebooking from "#actions/rebooking"
import type { Actor } from "#domain/actor"
import { lanesFor } from "#domain/places"
import { Problem } from "#domain/problem"
import { minute } from "#domain/time"
import * as appointments from "#store/appointments"
import { at, longtou } from "#test/builders"
import { aForm, gridFits, here, opened, verified } from "#test/grid"
import { aMemoryWorld } from "#test/memory"
import { anIdNumber } from "#test/people"

const tuesday = "2026-11-24"
const system: Actor = { kind: "system", name: "closures" }
const offersOn = (world: Parameters<typeof booking.offers>[0], service: "rp-endorse" | "rp-first" = "rp-endorse") =>
  booking.offers(world, { kind: "anyone" }, { station: here, services: [service], date: tuesday })

/** A refusal, or an answer that did not come; a fault of ours rises. */
async function tried<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Problem) return undefined
    if (/Timeout|ECONNRESET|Networking|Throughput|socket/i.test(`${(error as Error).name} ${(error as Error).message}`))
      return undefined
    throw error
  }
}

const people = 3
const deeds = fc.record({
  // More often what needs another to have come before.
  do: fc.constantFrom("book", "book", "move", "cancel", "propose", "propose", "accept", "accept", "accept", "decline"),
  who: fc.nat(people - 1),
  time: fc.nat(5),
  twice: fc.boolean(),
})
type Deed = typeof deeds extends fc.Arbitrary<infer D> ? D : never
const bunches = fc.array(
  fc.record({ wait: fc.constantFrom(0, 0, 0, 2, 40), together: fc.array(deeds, { minLength: 1, maxLength: 5 }) }),
  { minLength: 4, maxLength: 9 },
)

/** Each of them booked, was offered another place and took it, before chance goes on. */
const begun = (["book", "propose", "accept"] as const).map((what, i) => ({
  wait: 0,
  together: Array.from({ length: people }, (_, who) => ({ do: what, who, time: who + (i ? people : 0), twice: true })),
}))

describe("whatever happens to bookings at once, through a database that fails", () => {
  it("no place is two people's, nobody has two, and what was answered stands", async () => {
    const done = { booked: 0, moved: 0, proposed: 0, accepted: 0 }
    await fc.assert(
      fc.asyncProperty(bunches, fc.nat(1000), async (all, seed) => {
        const world = await aMemoryWorld(at("09:30"), { seed })
        const lanes = lanesFor(longtou, ["rp-first"], tuesday)
        const free = (await offersOn(world, "rp-first")).slice(0, 6).map(({ time }) => time)
        const answered = new Map<string, { who: number; form: booking.Booking }>()
        const person = (who: number) => world.keyring.blind("person", anIdNumber(who))
        let ops = 0

        const present = async (who: number) => {
          const it = await appointments.find(world, person(who), "rp")
          return it && ([{ kind: "holder", ref: it.ref } satisfies Actor, it] as const)
        }
        const acts: Record<Deed["do"], (deed: Deed) => Promise<(() => Promise<unknown>) | undefined>> = {
          book: async ({ who, time }) => {
            const services = [time % 2 ? "rp-first" : "rp-endorse"] as const
            const form = aForm(world, who, { date: tuesday, time: free[time]!, services })
            return async () => {
              const held = await booking.book(world, verified(world, who), form)
              answered.set(held.ref, { who, form })
              done.booked++
            }
          },
          move: async ({ who, time }) => {
            const mine = await present(who)
            const op = `move-${++ops}-op`
            const to = { op, station: here, date: tuesday, time: free[time]! }
            return (
              mine &&
              (async () => {
                const held = await rebooking.move(world, ...mine, { ...to, v: mine[1].v })
                if (held.ref === mine[1].ref) done.moved++
              })
            )
          },
          cancel: async ({ who }) => {
            const mine = await present(who)
            return mine && (() => booking.cancel(world, ...mine, { v: mine[1].v }))
          },
          propose: async ({ who, time }) => {
            const mine = await present(who)
            const id = `offer-${++ops}`
            const lane = lanes.find((it) => it.times.includes(free[time]!))!.lane
            const units = mine?.[1].units ?? 1
            const place = { station: here, date: tuesday, time: free[time]!, lane, units }
            const offering = { id, why: "closure", closure: "c1", until: world.now() + 30 * minute } as const
            return (
              mine &&
              (async () => {
                if ((await rebooking.propose(world, system, mine[1], place, offering)) === "proposed") done.proposed++
              })
            )
          },
          accept: async ({ who }) => {
            const mine = await present(who)
            const input = { op: `take-${++ops}-op`, proposal: mine?.[1].proposal?.id ?? "none" }
            return (
              mine &&
              (async () => {
                await rebooking.accept(world, ...mine, input)
                done.accepted++
              })
            )
          },
          decline: async ({ who }) => {
            const mine = await present(who)
            return mine && (() => rebooking.decline(world, ...mine, { proposal: mine[1].proposal?.id ?? "none" }))
          },
        }

        for (const { wait, together } of [...begun, ...all]) {
          world.wait(wait)
          const ready = await Promise.all(
            together.map(async (deed) => [await acts[deed.do](deed), deed.twice] as const),
          )
          world.memory.set({ conflicts: true, conflictShare: 0.1, loseAnswers: 0.2 })
          await Promise.all(
            ready.map(async ([act, twice]) => {
              if (!act) return
              await tried(act)
              if (twice) await tried(act)
            }),
          )
          world.memory.set({})
          await gridFits(world, world.memory.items("bookings"))
        }

        // A form that was answered is answered again with the same booking, wherever it is by now, and books nothing.
        const before = world.memory.items("bookings").filter((it) => it.pk.startsWith("person#"))
        for (const [ref, { who, form }] of answered) {
          const again = await tried(() => booking.book(world, verified(world, who), form))
          if (again) expect(again.ref).toBe(ref)
        }
        expect(world.memory.items("bookings").filter((it) => it.pk.startsWith("person#"))).toEqual(before)
      }),
      { numRuns: 50 },
    )
    // The property must have met what it speaks of.
    for (const [what, times] of Object.entries(done)) expect([what, times > 3]).toEqual([what, true])
  })
})

describe("a move there and back", () => {
  it("restores the grid once the release times have passed, whatever the visit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("rp-endorse" as const, "rp-first" as const),
        fc.nat(7),
        fc.nat(7),
        fc.nat(1000),
        async (service, one, other, seed) => {
          const world = await aMemoryWorld(at("09:30"), { seed })
          const free = await offersOn(world, service)
          const form = aForm(world, 1, { date: tuesday, time: free[one]!.time, services: [service] })
          const held = await booking.book(world, verified(world, 1), form)
          const grid = await offersOn(world)
          const lane = held.lane
          for (const [time, op] of [
            [free[other]!.time, "there-op"],
            [free[one]!.time, "back-op1"],
          ] as const) {
            world.wait(36)
            const [actor, it] = await opened(world, held)
            const moved = await rebooking.move(world, actor, it, { op, v: it.v, station: here, date: tuesday, time })
            expect(moved).toMatchObject({ ref: held.ref, time, state: "booked" })
            await gridFits(world, world.memory.items("bookings"))
          }
          world.wait(36)
          const now = await appointments.find(world, world.keyring.blind("person", anIdNumber(1)), "rp")
          const after = await offersOn(world)
          if (now!.lane === lane) expect(after).toEqual(grid)
          else expect(after.length).toBe(grid.length)
        },
      ),
      { numRuns: 25 },
    )
  })
})
