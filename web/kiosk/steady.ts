/**
 * The portal's time by a clock that nobody sets: counted from the portal's last answer, so that a kiosk whose own clock is
 * wrong, or is set while the network is away, still knows how long somebody has waited.
 */
export type Anchor = { portal: number; wall: number }
type Clocks = { wall: () => number; mark: () => number }
export type Steady = {
  now: () => number
  learn: (portal: number) => void
  /** To be kept, and recalled after a reload: only what passed in between is read off the wall clock. */
  anchor: () => Anchor
  recall: (kept: Anchor) => void
}

export function steady({ wall, mark }: Clocks = { wall: Date.now, mark: () => performance.now() }): Steady {
  let portal = wall()
  let since = mark()
  const now = () => portal + mark() - since
  const learn = (told: number) => {
    portal = told
    since = mark()
  }
  return {
    now,
    learn,
    anchor: () => ({ portal: now(), wall: wall() }),
    recall: (kept) => learn(kept.portal + Math.max(0, wall() - kept.wall)),
  }
}
