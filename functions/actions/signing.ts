/** Staff sessions. The provider says who; role and station are read from our own roster on each request. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { hour, minute } from "#domain/time"
import * as people from "#store/people"
import type { World } from "#world"

export const idle = 30 * minute
export const shift = 10 * hour

/** A session for whom the provider vouched for. Refusal: not-allowed, for whoever is not on the roster. */
export async function signIn(world: World, subject: string): Promise<{ token: string }> {
  const member = await people.findStaff(world, subject)
  if (!member?.active) throw new Problem("not-allowed")
  const now = world.now()
  const token = Buffer.from(world.random(24)).toString("base64url")
  const session = { v: 0, staff: subject, until: now + idle, ends: now + shift, over: false }
  await people.put(world, [people.staffSessionChange("sign-in", now, indexOf(world, token), session)])
  return { token }
}

const indexOf = (world: World, token: string) => world.keyring.blind("staff-session", token)

/** Who this token is now, or undefined. Use keeps it alive, written at most once in five minutes. */
export async function staffOf(world: World, token: string): Promise<(Actor & { kind: "staff" }) | undefined> {
  const index = indexOf(world, token)
  const session = await people.findStaffSession(world, index)
  const member = session && (await people.findStaff(world, session.staff))
  if (!session || !member?.active) return undefined
  const now = world.now()
  if (session.until - now < idle - 5 * minute)
    await people
      .put(world, [people.staffSessionChange("stay", now, index, { ...session, until: now + idle })])
      .catch((error) => {
        // Another of the console's requests has just done the same.
        if (!(error instanceof Problem)) throw error
      })
  return { kind: "staff", id: member.id, name: member.name, role: member.role, station: member.station }
}

export async function signOut(world: World, token: string): Promise<void> {
  const index = indexOf(world, token)
  const session = await people.findStaffSession(world, index)
  if (session)
    await people.put(world, [people.staffSessionChange("sign-out", world.now(), index, { ...session, over: true })])
}
