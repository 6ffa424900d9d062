/**
 * A device signs each request with a key that never leaves its browser (ECDSA P-256, SHA-256, raw r||s) over
 * METHOD \n path?query \n time \n hex SHA-256 of the body. Time is the portal's, five minutes either way; operations are
 * idempotent by their id, so a replay within them repeats nothing.
 */
import { createHash, createPublicKey, verify } from "node:crypto"
import type { Ctx } from "#api/http"
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { minute } from "#domain/time"
import { findDevice } from "#store/people"
import type { World } from "#world"

/** The device that signed this request. Refusal: device-unknown, for every kind of wrong signature alike. */
export async function deviceOf(world: World, c: Ctx): Promise<Actor & { kind: "kiosk" | "display" }> {
  const id = c.req.header("x-doorstep-device") ?? ""
  const time = c.req.header("x-doorstep-time") ?? ""
  const signature = Buffer.from(c.req.header("x-doorstep-signature") ?? "", "base64url")
  if (!/^\w{4,40}$/.test(id) || !/^\d{13}$/.test(time) || Math.abs(Number(time) - world.now()) > 5 * minute)
    throw new Problem("device-unknown")
  const device = await findDevice(world, id)
  if (!device || device.revoked) throw new Problem("device-unknown")
  const { pathname, search } = new URL(c.req.url)
  const body = createHash("sha256")
    .update(new Uint8Array(await c.req.arrayBuffer()))
    .digest("hex")
  const said = Buffer.from([c.req.method, pathname + search, time, body].join("\n"))
  const key = createPublicKey({ key: device.publicKey, format: "jwk" })
  if (!verify("sha256", said, { key, dsaEncoding: "ieee-p1363" }, signature)) throw new Problem("device-unknown")
  return { kind: device.kind, id, station: device.station }
}

/** When a device says that it signed this. */
export const signedAt = (c: Ctx): number => Number(c.req.header("x-doorstep-time"))
