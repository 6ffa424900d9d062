/** What stands in the address when a sign-in comes back: what became of it, and what was open before. */
export type Came = { what?: string; until?: number; report?: string; tab?: string }

export function readPlace(hash: string): Came {
  const parts = hash.replace(/^#/, "").split("&")
  const after = (name: string) => parts.find((it) => it.startsWith(`${name}=`))?.slice(name.length + 1)
  const what = parts.find((it) => /^[a-z-]+$/.test(it))
  const report = parts.find((it) => /^[0-9A-Z]{12}$/.test(it))
  const [until, tab] = [Number(after("until")), after("tab")]
  return { ...(what && { what }), ...(until && { until }), ...(report && { report }), ...(tab && { tab }) }
}
