/** Keys that the server issues with a form, so that sending it twice is asking once. They die after 24 hours. */
import { keyLife } from "#domain/appointment"
import { Problem } from "#domain/problem"
import type { Instant } from "#domain/time"
import { same } from "#store/keyring"
import type { World } from "#world"

export function newFormKey(world: World): string {
  const body = `${world.now().toString(36)}.${Buffer.from(world.random(12)).toString("base64url")}`
  return `${body}.${shortened(world.keyring.sign(purpose, body))}`
}

/** Answers when it was issued. Throws key-invalid for what we did not issue, key-expired after its day. */
export function mustBeOurs(world: World, key: string): Instant {
  const [issued = "", chance = ""] = key.split(".")
  const body = `${issued}.${chance}`
  if (!world.keyring.isSigned(purpose, body, (mac) => same(key, `${body}.${shortened(mac)}`)))
    throw new Problem("key-invalid")
  const at = Number.parseInt(issued, 36)
  if (world.now() - at > keyLife) throw new Problem("key-expired")
  return at
}

const purpose = "form-key"
const shortened = (mac: Buffer) => mac.subarray(0, 12).toString("base64url")

/** An operation's id in six characters (36 bits), as the line's ring and the items keep it. */
export const short = (world: World, op: string) => world.keyring.blind("operation", op).slice(0, 6)

export const newOp = (world: World) => Buffer.from(world.random(12)).toString("base64url")
