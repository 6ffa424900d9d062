/**
 * Keys change while people are on their way: an instance that has begun to use the new one and one that has not yet serve the same
 * people (ASVS V11.2.2: it must be possible to replace keys).
 */
import { createHash, randomBytes } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import { newFormKey } from "#actions/forms"
import { byHand } from "#actions/setup"
import { answerCode, askCode, codeOf, sessionOf } from "#actions/verifying"
import { keyService } from "#local/kms"
import * as appointments from "#store/appointments"
import { findCode } from "#store/codes"
import { dataKeys, ownDataKeys } from "#store/dataKeys"
import { keyring } from "#store/keyring"
import { keyAtHand, type MasterKey, renewedWithin, vault } from "#store/vault"
import { at } from "#test/builders"
import { aForm, book, here, opened, verified } from "#test/grid"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"

const tuesday = "2026-11-24"
const address = "192.0.2.1"
const anyone = { kind: "anyone" } as const

let world: MemoryWorld
beforeEach(async () => {
  world = await aMemoryWorld(at("09:30"), { seed: 3 })
})

/** Another process of the portal: the same tables and clock, keys as it was started with. */
const instance = ({ signing, master }: { signing?: string; master?: MasterKey } = {}): MemoryWorld => ({
  ...world,
  ...(signing && { keyring: keyring({ indexKey: "one index", signingKey: signing }) }),
  ...(master && { vault: vault(master, dataKeys(world.db, world.tables.bookings), world.now) }),
})
const aMaster = (...names: string[]) => {
  const [first, ...rest] = names.map((it) => createHash("sha256").update(it).digest())
  return keyAtHand(first!, ...rest)
}
/** What the world's own first master key is made of. */
const mine = () => world.tables.bookings.slice("Bookings-".length)
const times = async (by: MemoryWorld) =>
  (await booking.offers({ ...by }, anyone, { station: here, services: ["rp-endorse"], date: tuesday })).map(
    ({ time }) => time,
  )
const booked = async (by: MemoryWorld, n: number) => book(by, n, { date: tuesday, time: (await times(by))[0]! })
const stored = async (by: MemoryWorld, n: number) =>
  (await appointments.find(by, by.keyring.blind("person", anIdNumber(n)), "rp"))!
const idOf = (blob: Uint8Array) => Buffer.from(blob).toString("utf8", 2, 2 + blob[1]!)

describe("the month's data key", () => {
  it("renewed in mid-month is taken up by a running process within five minutes, and what the old one sealed opens in both", async () => {
    const [old, fresh] = [instance({ master: aMaster(mine()) }), instance({ master: aMaster(mine()) })]
    await booked(old, 1)
    expect(idOf((await stored(old, 1)).sealed)).toBe("2026-11")
    const { renewed } = (await byHand(fresh, { renew: true })) as { renewed: string }
    expect(renewed).toMatch(/^2026-11\..{12}$/)

    await booked(fresh, 2)
    expect(idOf((await stored(fresh, 2)).sealed)).toBe(renewed)
    await booked(old, 3)
    expect(idOf((await stored(old, 3)).sealed)).toBe("2026-11")
    world.wait(renewedWithin / 60_000)
    await booked(old, 4)
    expect(idOf((await stored(old, 4)).sealed)).toBe(renewed)

    const started = instance({ master: aMaster(mine()) })
    for (const by of [old, fresh, started])
      for (const n of [1, 2, 3, 4])
        expect(await appointments.openPerson(by, await stored(by, n))).toMatchObject({ phone: aMobile(n) })
    // And once more, after the first renewal.
    const again = (await byHand(started, { renew: true })) as { renewed: string }
    expect(again.renewed).not.toBe(renewed)
    await booked(started, 5)
    expect(idOf((await stored(started, 5)).sealed)).toBe(again.renewed)
    expect(await appointments.openPerson(old, await stored(old, 5))).toMatchObject({ phone: aMobile(5) })
  })

  it("renewed before anybody sealed in that month is the one that everybody seals under", async () => {
    const one = instance({ master: aMaster(mine()) })
    const renewed = await one.vault.renew("2027-03")
    const sealed = await instance({ master: aMaster(mine()) }).vault.seal("here", "x", "2027-03")
    expect(idOf(sealed)).toBe(renewed)
    expect(await one.vault.open("here", sealed)).toBe("x")
  })

  it("renewed by two at once: one of them is told, and both months' keys open", async () => {
    const processes = [1, 2, 3].map(() => instance({ master: aMaster(mine()) }))
    await processes[0]!.vault.seal("here", "x", "2026-11")
    const outcomes = await Promise.allSettled(processes.map((it) => it.vault.renew("2026-11")))
    expect(outcomes.filter((it) => it.status === "fulfilled")).toHaveLength(1)
    for (const it of outcomes) if (it.status === "rejected") expect(it.reason.code).toBe("changed-meanwhile")
  })

  it("of a new month is another one, in processes that have sealed under the last as in those that have not", async () => {
    const [old, fresh] = [instance({ master: aMaster(mine()) }), instance({ master: aMaster(mine()) })]
    const november = await old.vault.seal("here", 1, "2026-11")
    const december = await Promise.all([old, fresh].map((it) => it.vault.seal("here", 2, "2026-12")))
    expect(december.map(idOf)).toEqual(["2026-12", "2026-12"])
    for (const by of [old, fresh])
      expect(await Promise.all([november, ...december].map((it) => by.vault.open("here", it)))).toEqual([1, 2, 2])
  })

  it("of a lost child's vault is each process's own, and renewed in it alone", async () => {
    const own = () => vault(aMaster("c"), ownDataKeys(world.db, world.tables.children), world.now)
    const [one, two] = [own(), own()]
    const before = await one.seal("here", "x", "2026-11")
    const renewed = await one.renew("2026-11")
    const after = await one.seal("here", "x", "2026-11")
    expect(idOf(after)).not.toBe(idOf(before))
    expect(renewed).toMatch(/^2026-11\./)
    world.wait(60)
    const [first, second] = [await two.seal("here", "x", "2026-11"), await two.seal("here", "x", "2026-11")]
    expect(idOf(first)).toBe(idOf(second))
    for (const blob of [before, after, first]) expect(await two.open("here", blob)).toBe("x")
  })
})

describe("the master key", () => {
  it("in a new version wraps with that one and unwraps what earlier ones wrapped, while an old process goes on", async () => {
    const old = instance({ master: aMaster(mine()) })
    await booked(old, 1)
    const fresh = instance({ master: aMaster("v2", mine()) })
    expect(await appointments.openPerson(fresh, await stored(fresh, 1))).toMatchObject({ phone: aMobile(1) })
    const renewed = await fresh.vault.renew("2026-11")
    await booked(fresh, 2)
    expect(idOf((await stored(fresh, 2)).sealed)).toBe(renewed)
    // Whoever knows the new version alone has lost what was wrapped before it.
    const late = instance({ master: aMaster("v2") })
    expect(await appointments.openPerson(late, await stored(late, 2))).toMatchObject({ phone: aMobile(2) })
    const first = await stored(late, 1)
    await expect(appointments.openPerson(late, first)).rejects.toThrow("another master key")
  })

  it("of KMS's stand-in does the same behind KMS's words", async () => {
    const [first, second] = [randomBytes(32), randomBytes(32)]
    const before = keyService({ SealingKey: [first] })
    const after = keyService({ SealingKey: [second, first] })
    const old = await before("GenerateDataKey", { KeyId: "SealingKey" })
    const made = await after("GenerateDataKey", { KeyId: "SealingKey" })
    const opened = (by: typeof after, it: typeof old) =>
      by("Decrypt", { KeyId: "SealingKey", CiphertextBlob: it.CiphertextBlob }).then((said) => said.Plaintext)
    expect(await opened(after, old)).toBe(old.Plaintext)
    expect(await opened(after, made)).toBe(made.Plaintext)
    await expect(opened(before, made)).rejects.toThrow()
  })
})

/** First everybody knows the new key, then it is the one that signs, then the old one goes: two of these run at the same time. */
const stages = ["old", "old,new", "new,old", "new"] as const
const steps = stages.slice(1).map((next, i) => [stages[i]!, next] as const)

describe("the signing key", () => {
  it.each(steps.slice(0, 2))(
    "from %s to %s: links, sessions, codes and forms of either instance are good at the other",
    async (from, to) => {
      const two = [instance({ signing: from }), instance({ signing: to })] as const
      let n = 0
      for (const [one, other] of [two, [two[1], two[0]] as const]) {
        const mobile = aMobile(++n)
        await askCode(one, anyone, { mobile, address, language: "zh" })
        const phone = one.keyring.blind("phone", mobile)
        const { nonce } = (await findCode(one, phone))!
        const { token } = await answerCode(other, anyone, { mobile, code: codeOf(one, phone, nonce), address })
        expect((await sessionOf(one, token))?.mobile).toBe(mobile)

        const form = { ...aForm(one, n, { date: tuesday, time: (await times(one))[0]! }), key: newFormKey(one) }
        const held = await booking.book(other, verified(one, n), form)
        // Sent again to the other instance: the same booking, never a second one.
        const again = await booking.book(one, verified(one, n), form)
        expect([again.ref, again.v]).toEqual([held.ref, held.v])
        for (const by of [one, other])
          for (const { link } of [held, again]) expect((await opened(by, { link }))[1].ref).toBe(held.ref)
        const [actor, it] = await opened(one, held)
        await booking.cancel(one, actor, it, { v: it.v })
        // Cancelled, and sent once more: answered as it stands, under whichever key.
        for (const by of [one, other])
          expect(await booking.book({ ...by }, verified(by, n), form)).toMatchObject({
            ref: held.ref,
            state: "cancelled",
          })
        const draft = one.keyring.seal("visit", { n })
        expect(other.keyring.open("visit", draft)).toEqual({ n })
      }
    },
  )

  it("that nobody knows any more is accepted by nobody, and neither is a stranger's", async () => {
    const [before, after] = [instance({ signing: "old" }), instance({ signing: "new" })]
    const held = await booked(before, 1)
    await expect(opened(after, held)).rejects.toMatchObject({ code: "appointment-not-found" })
    const form = aForm(before, 2, { date: tuesday, time: (await times(before))[0]! })
    await expect(booking.book(after, verified(after, 2), form)).rejects.toMatchObject({ code: "key-invalid" })
    const both = instance({ signing: "new, old" })
    expect((await opened(both, held))[1].ref).toBe(held.ref)
    const stranger = instance({ signing: "stranger" })
    expect(both.keyring.open("link", stranger.keyring.seal("link", ["p", "rp", "r"]))).toBeUndefined()
    expect(both.keyring.open("link", both.keyring.seal("ticket", "x"))).toBeUndefined()
  })

  it("leaves what must last as it was: references, reports' ids and whose turn it is are the index key's", () => {
    for (const purpose of ["reference", "report", "wave"])
      expect(instance({ signing: "new" }).keyring.name(purpose, "x")).toEqual(
        instance({ signing: "old" }).keyring.name(purpose, "x"),
      )
  })
})
