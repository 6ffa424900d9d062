/** A browser becomes a kiosk or a display by a one-time code from the chief, with a key of its own that can be revoked at once. */

import { createPublicKey } from "node:crypto"
import type { Actor } from "#domain/actor"
import { newId } from "#domain/id"
import { must } from "#domain/permission"
import { fieldProblem, Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import { minute } from "#domain/time"
import * as limits from "#store/limits"
import * as people from "#store/people"
import type { World } from "#world"

/** Whoever reads the demonstration's start page may come to it an hour later. */
const life = (by: Actor) => (by.kind === "system" ? 12 * 60 : 15) * minute
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

/** Ten characters, good for 15 minutes (12 hours from the demonstration's setup) and once. */
export async function invite(
  world: World,
  by: Actor,
  input: { station: StationId; kind: "kiosk" | "display"; name: string },
) {
  must(by, "device.invite", input.station)
  const now = world.now()
  const code = [...world.random(10)].map((byte) => alphabet[byte % alphabet.length]).join("")
  const pairing = { ...input, v: 0, until: now + life(by), used: false }
  await people.put(world, [people.pairingChange(by, "invite", now, indexOf(world, code), pairing)])
  return { code, until: pairing.until }
}

const indexOf = (world: World, code: string) =>
  world.keyring.blind("pairing", code.normalize("NFKC").toUpperCase().replace(/[\s-]/g, ""))

/** Whether these coordinates are a point of the curve: what is not would be a fault at every later request. */
function isKey(key: people.PublicKey): boolean {
  try {
    createPublicKey({ key, format: "jwk" })
    return true
  } catch {
    return false
  }
}

/** Refusals: pairing-wrong, for unknown, used and expired codes alike; too-many-tries. */
export async function pair(
  world: World,
  by: Actor,
  input: { code: string; publicKey: people.PublicKey; address: string },
): Promise<people.Device> {
  must(by, "device.pair")
  const now = world.now()
  const index = indexOf(world, input.code)
  const address = limits.ofAddress(world, input.address)
  await limits.mayStill(world, ["pair-address", address])
  const found = await people.findPairing(world, index)
  if (!found || found.used || found.until <= now) {
    await limits.count(world, by, "pair-address", address)
    throw new Problem("pairing-wrong")
  }
  if (!isKey(input.publicKey)) throw fieldProblem("publicKey", "key")
  const { kind, name, station, until, v } = found
  const id = newId("dev", now, world.random(16))
  const device: people.Device = {
    id,
    v: 0,
    kind,
    name,
    station,
    publicKey: input.publicKey,
    revoked: false,
    pairedAt: now,
  }
  const as: Actor = { kind, id, station }
  await people.put(world, [
    people.pairingChange(as, "pair", now, index, { v, kind, name, station, until, used: true }),
    people.deviceChange(as, "pair", now, device),
    people.deviceListed(as, "pair", now, station, id),
  ])
  return { ...device, v: 1 }
}

/** Refusal: device-unknown, also for another station's. Revoked already: answered as it is. */
export async function revoke(
  world: World,
  by: Actor,
  input: { station: StationId; device: string; op: string },
): Promise<people.Device> {
  must(by, "device.revoke", input.station)
  const device = await people.findDevice(world, input.device)
  if (!device || device.station !== input.station) throw new Problem("device-not-found")
  if (device.revoked) return device
  await people.put(world, [people.deviceChange(by, "revoke", world.now(), { ...device, revoked: true })])
  return { ...device, revoked: true }
}
