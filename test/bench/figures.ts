/** A figure is the median of its runs with the least and the most of them: one without its spread says little. */
export type Figure = { value: number; unit: string; min: number; max: number; runs: number }
export type Figures = Record<string, Figure>

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new Error("A figure without a run")
  return value
}

const median = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (percentile(sorted, 0.5) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}

export const figure = (values: readonly number[], unit: string): Figure => ({
  value: rounded(median(values)),
  unit,
  min: rounded(Math.min(...values)),
  max: rounded(Math.max(...values)),
  runs: values.length,
})

const rounded = (value: number) => Number(value.toPrecision(4))

/** Milliseconds of this thread: the collector's and the compiler's own threads are not in it. */
export async function cpuMs(act: () => unknown): Promise<number> {
  const from = process.threadCpuUsage()
  await act()
  const { user, system } = process.threadCpuUsage(from)
  return (user + system) / 1000
}

export async function wallMs(act: () => unknown): Promise<number> {
  const from = performance.now()
  await act()
  return performance.now() - from
}

/** Plain columns; the first to the left, the rest to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)))
  return all
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "))
    .join("\n")
}

export const tableOf = (figures: Figures): string =>
  table(
    ["name", "value", "unit", "min", "max", "runs"],
    Object.entries(figures).map(([name, it]) => [name, it.value, it.unit, it.min, it.max, it.runs]),
  )
