/** Whose audit a thing belongs to. */

/** Whose unit stands in the partition's name, and whose in the sort key. */
const inPartition = new Set([
  ...["line", "tasks", "closure", "affected", "durations", "letters", "heard", "card", "devices"],
  ...["waiting", "reminder", "duty"],
])
const inSortKey = new Set(["station", "unit", "roster", "called"])

/** The station or unit that a thing belongs to, for reading its audit by day; "-" where it has none. */
export function scopeOf(item: Record<string, unknown> & { pk: string; sk: string }): string {
  const [noun = "", second = ""] = item.pk.split("#")
  const named = [
    item.station,
    item.unit,
    item.holder,
    inPartition.has(noun) && second,
    inSortKey.has(noun) && item.sk,
    noun,
  ]
  return named.find((it): it is string => typeof it === "string" && /^[A-Z]/.test(it)) ?? "-"
}
