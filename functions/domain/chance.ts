/** Seeded chance, for simulations that anyone can repeat: the same seed, the same numbers. */
export type Random = () => number

/** FNV-1a of a text, as a seed. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Mulberry32: 0 ≤ x < 1. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Φ, to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
export function below(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2)
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const tail = 0.5 * poly * Math.exp((-z * z) / 2)
  return z < 0 ? tail : 1 - tail
}

/** Φ⁻¹, to 1e-9 relative (Acklam). */
export function normalAt(share: number): number {
  const p = Math.min(Math.max(share, 1e-12), 1 - 1e-12)
  if (p > 0.97575) return -normalAt(1 - p)
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p))
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    )
  }
  const q = p - 0.5
  const r = q * q
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  )
}

/** A length of time by its mean and coefficient of variation, lognormal. A coefficient of 0 is the mean itself. */
export type Length = { mean: number; cv: number }

/** How long it takes in all, given that it has taken `elapsed` already. */
export function lengthBeyond({ mean, cv }: Length, elapsed: number, random: Random): number {
  if (cv === 0) return Math.max(mean, elapsed)
  const sigma = Math.sqrt(Math.log(1 + cv * cv))
  const mu = Math.log(mean) - (sigma * sigma) / 2
  const gone = elapsed > 0 ? below((Math.log(elapsed) - mu) / sigma) : 0
  return Math.max(elapsed, Math.exp(mu + sigma * normalAt(gone + (1 - gone) * random())))
}

export const atRank = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0
