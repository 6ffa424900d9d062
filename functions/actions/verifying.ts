/** A phone shows that it is in somebody's hand: a code of six digits by message, then a session of 30 minutes. */
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { minute, monthOf } from "#domain/time"
import * as codes from "#store/codes"
import { same } from "#store/keyring"
import { phone as patience, writeOrRefuse } from "#store/table"
import type { World } from "#world"
import { newOp, short } from "./forms.ts"

const life = 10 * minute
const tries = 5
export const sessionLife = 30 * minute

/** What the message says: derived, so that nothing in the table tells it. */
export const codeOf = (world: World, phone: string, nonce: string): string =>
  String(world.keyring.sign("code", `${phone}|${nonce}`).readUInt32BE(0) % 1_000_000).padStart(6, "0")

/**
 * Asks for a code to be sent to `mobile` (E.164). The answer is the same whether the phone is known or not.
 * Refusals: too-many-codes (5 an hour for a phone, 300 for an address prefix, which a mobile carrier shares among many).
 */
export async function askCode(
  world: World,
  by: Actor,
  input: { mobile: string; address: string; language: "zh" | "en" },
): Promise<{ until: number }> {
  must(by, "code.ask")
  const now = world.now()
  const phone = world.keyring.blind("phone", input.mobile)
  await codes.count(
    world,
    by,
    "address",
    world.keyring.blind("address", prefixOf(input.address)),
    300,
    "too-many-codes",
  )
  await codes.count(world, by, "phone", phone, 5, "too-many-codes")
  const before = await codes.findCode(world, phone)
  const nonce = newOp(world)
  const code: codes.Code = {
    v: before?.v ?? 0,
    nonce,
    until: now + life,
    tries: 0,
    used: false,
    language: input.language,
    sealed: await world.vault.seal(codes.whereCode(phone), input.mobile, monthOf(world.now())),
  }
  await writeOrRefuse(world, [codes.codeChange(by, `code:${short(world, nonce)}`, now, phone, code)], patience())
  return { until: code.until }
}

/**
 * The code, once, in ten minutes, with five tries; answers the token of a session.
 * Refusals: code-wrong (also for expired, used or never asked: one answer for all), too-many-tries.
 */
export async function answerCode(
  world: World,
  by: Actor,
  input: { mobile: string; code: string },
): Promise<{ token: string; until: number }> {
  must(by, "code.answer")
  const now = world.now()
  const phone = world.keyring.blind("phone", input.mobile)
  const found = await codes.findCode(world, phone)
  if (!found || found.used || found.until <= now) throw new Problem("code-wrong")
  if (found.tries >= tries) throw new Problem("too-many-tries")
  const { v, nonce, until, language, sealed } = found
  const op = `answer:${short(world, newOp(world))}`
  const change = (used: boolean) =>
    codes.codeChange(by, op, now, phone, { v, nonce, until, language, sealed, used, tries: found.tries + 1 })
  if (!same(codeOf(world, phone, nonce), input.code)) {
    await writeOrRefuse(world, [change(false)], patience())
    throw new Problem(found.tries + 1 >= tries ? "too-many-tries" : "code-wrong", { left: tries - found.tries - 1 })
  }
  const token = Buffer.from(world.random(16)).toString("base64url")
  const index = world.keyring.blind("session", token)
  const session: codes.Session = {
    phone,
    sealed: await world.vault.seal(codes.whereSession(index), input.mobile, monthOf(world.now())),
    until: now + sessionLife,
  }
  await writeOrRefuse(world, [change(true), codes.sessionChange(by, op, now, index, session)], patience())
  return { token, until: session.until }
}

/** Who a session's token is, with the verified number; undefined when it is over. */
export async function sessionOf(
  world: World,
  token: string,
): Promise<{ actor: Actor & { kind: "resident" }; mobile: string } | undefined> {
  const index = world.keyring.blind("session", token)
  const session = await codes.findSession(world, index)
  if (!session) return undefined
  const mobile = (await world.vault.open(codes.whereSession(index), session.sealed)) as string
  return { actor: { kind: "resident", phone: session.phone }, mobile }
}

/** A /24 of IPv4, a /64 of IPv6. */
export const prefixOf = (address: string) =>
  address.includes(":") ? groupsOf(address).slice(0, 4).join(":") : address.split(".").slice(0, 3).join(".")

/** "2400:abcd::5" holds zeros where its double colon stands. */
function groupsOf(address: string): string[] {
  const [left = [], right] = address.split("::").map((it) => it.split(":").filter((part) => part !== ""))
  if (!right) return left
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right]
}
