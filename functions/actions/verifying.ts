/** A phone shows that it is in somebody's hand: a code of six digits by message, then a session of 30 minutes. */
import type { Actor } from "#domain/actor"
import { codePause } from "#domain/limits"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { kept } from "#domain/retention"
import { monthOf } from "#domain/time"
import * as codes from "#store/codes"
import { same } from "#store/keyring"
import * as limits from "#store/limits"
import { phone as patience, writeOrRefuse } from "#store/table"
import type { World } from "#world"
import { newOp, short } from "./forms.ts"

const life = kept.code
const tries = 5
export const sessionLife = kept.session

/** What the message says: derived, so that nothing in the table tells it. */
export const codeOf = (world: World, phone: string, nonce: string): string =>
  digits(world.keyring.sign("code", `${phone}|${nonce}`))

const isCode = (world: World, phone: string, nonce: string, typed: string) =>
  world.keyring.isSigned("code", `${phone}|${nonce}`, (mac) => same(digits(mac), typed))

const digits = (mac: Buffer) => String(mac.readUInt32BE(0) % 1_000_000).padStart(6, "0")

/**
 * Has a code sent to `mobile` (E.164); asked again within a minute, the code that is on its way stands. The answer is the same
 * whether the phone is known or not. Refusal: too-many-codes.
 */
export async function askCode(
  world: World,
  by: Actor,
  input: { mobile: string; address: string; language: "zh" | "en" },
): Promise<{ until: number }> {
  must(by, "code.ask")
  const now = world.now()
  const phone = world.keyring.blind("phone", input.mobile)
  const before = await codes.findCode(world, phone)
  const pause = before && !before.used ? before.until - life + codePause - now : 0
  if (before && pause > 0) {
    if (before.tries < tries) return { until: before.until }
    throw new Problem("too-many-codes", { seconds: Math.ceil(pause / 1000) })
  }
  const counted = [
    ["code-address", limits.ofAddress(world, input.address)],
    ["code-phone", phone],
    ["code-phone-day", phone],
  ] as const
  await limits.mayStill(world, ...counted)
  for (const [limit, index] of counted) await limits.count(world, by, limit, index)
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
 * The code, once, in ten minutes, with five tries; answers the token of a session. Wrong ones are counted for the address too:
 * one guess at each of many phones.
 * Refusals: code-wrong (also for expired, used or never asked: one answer for all), too-many-tries.
 */
export async function answerCode(
  world: World,
  by: Actor,
  input: { mobile: string; code: string; address: string },
): Promise<{ token: string; until: number }> {
  must(by, "code.answer")
  const now = world.now()
  const phone = world.keyring.blind("phone", input.mobile)
  const address = limits.ofAddress(world, input.address)
  await limits.mayStill(world, ["answer-address", address])
  const found = await codes.findCode(world, phone)
  if (found && found.tries >= tries && found.until > now) throw new Problem("too-many-tries")
  if (!found || found.used || found.until <= now) {
    await limits.count(world, by, "answer-address", address)
    throw new Problem("code-wrong")
  }
  const { v, nonce, until, language, sealed } = found
  const op = `answer:${short(world, newOp(world))}`
  const change = (used: boolean) =>
    codes.codeChange(by, op, now, phone, { v, nonce, until, language, sealed, used, tries: found.tries + 1 })
  if (!isCode(world, phone, nonce, input.code)) {
    await limits.count(world, by, "answer-address", address)
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

/** Ends this browser's session: its token opens nothing any more. Of one that is over nothing is left to end. Refusal: busy. */
export async function endSession(world: World, by: Actor, token: string): Promise<void> {
  must(by, "session.end")
  const index = world.keyring.blind("session", token)
  if (!(await codes.findSession(world, index))) return
  const change = codes.sessionEndedChange(by, `end:${short(world, index)}`, world.now(), index)
  await writeOrRefuse(world, [change], patience())
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
