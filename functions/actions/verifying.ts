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
import { insist, phone as patience, write, writeOrRefuse } from "#store/table"
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
 * The code, once, in ten minutes, with five tries; answers the token of a session. Each answer is counted for the address too, or
 * somebody could guess once at each of many phones. A try is spent before its answer is looked at: of however many that come at
 * once, five are.
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
  await limits.count(world, by, "answer-address", address)
  const op = `answer:${short(world, newOp(world))}`
  const spent = await spendTry(world, by, op, phone)
  if (!isCode(world, phone, spent.nonce, input.code))
    throw new Problem(spent.tries >= tries ? "too-many-tries" : "code-wrong", { left: tries - spent.tries })
  const token = Buffer.from(world.random(16)).toString("base64url")
  const index = world.keyring.blind("session", token)
  const session: codes.Session = {
    phone,
    sealed: await world.vault.seal(codes.whereSession(index), input.mobile, monthOf(world.now())),
    until: now + sessionLife,
  }
  let found: codes.Code | undefined = spent
  await insist(async (patience) => {
    if (found?.nonce !== spent.nonce || found.used) throw new Problem("code-wrong")
    const used = codes.codeChange(by, op, now, phone, { ...found, used: true })
    if ((await write(world, [used, codes.sessionChange(by, op, now, index, session)], patience)).written) return true
    // Others spend theirs meanwhile; this one was in time.
    found = await codes.findCode(world, phone)
    return undefined
  })
  return { token, until: session.until }
}

/** One of the phone's tries, written down: the code as it is after that. Refusals: code-wrong, too-many-tries. */
const spendTry = (world: World, by: Actor, op: string, phone: string): Promise<codes.Code> =>
  insist(async (patience) => {
    const now = world.now()
    const found = await codes.findCode(world, phone)
    if (!found || found.until <= now) throw new Problem("code-wrong")
    if (found.tries >= tries) throw new Problem("too-many-tries")
    if (found.used) throw new Problem("code-wrong")
    const spent = { ...found, tries: found.tries + 1 }
    const { written } = await write(world, [codes.codeChange(by, op, now, phone, spent)], patience)
    return written ? { ...spent, v: found.v + 1 } : undefined
  })

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
