/**
 * Places that a resident may choose or type instead of giving their position. Each city has its own (city.ts); here, for the
 * demonstration, the streets and towns of 晋安区 (GB/T 2260 350111), its police stations, and what everybody knows. NOT official:
 * the places are approximate, like those of the stations.
 */
import type { Point } from "./geography.ts"

export type Known = Point & {
  id: string
  /** Precincts are found by name, and not worth a line in a list. */
  kind: "street" | "landmark" | "precinct"
  name: { zh: string; en: string }
  /** What people also call it. */
  also?: readonly string[]
}

const street = (id: string, zh: string, en: string, lat: number, lng: number, ...also: string[]): Known => ({
  id,
  kind: "street",
  name: { zh, en },
  lat,
  lng,
  also,
})
const landmark = (id: string, zh: string, en: string, lat: number, lng: number, ...also: string[]): Known => ({
  ...street(id, zh, en, lat, lng, ...also),
  kind: "landmark",
})
const precinct = (id: string, zh: string, en: string, lat: number, lng: number): Known => ({
  ...street(id, zh, en, lat, lng),
  kind: "precinct",
})

export const gazetteer: readonly Known[] = [
  street("350111001", "茶园街道", "Chayuan", 26.104, 119.318),
  street("350111002", "王庄街道", "Wangzhuang", 26.079, 119.331),
  street("350111003", "象园街道", "Xiangyuan", 26.082, 119.322),
  street("350111100", "鼓山镇", "Gushan", 26.069, 119.36),
  street("350111101", "新店镇", "Xindian", 26.129, 119.313),
  street("350111102", "岳峰镇", "Yuefeng", 26.099, 119.329),
  street("350111103", "宦溪镇", "Huanxi", 26.14, 119.405),
  street("350111201", "寿山乡", "Shoushan", 26.195, 119.335),
  street("350111202", "日溪乡", "Rixi", 26.33, 119.32),
  landmark("thaihot", "东二环泰禾广场", "Thaihot Plaza", 26.0929, 119.335, "泰禾", "竹屿路", "化工路", "Zhuyu Road"),
  landmark("railway", "福州火车站", "Fuzhou Railway Station", 26.113, 119.316, "火车站", "福州站", "Train station"),
  landmark("guling", "鼓岭", "Guling", 26.094, 119.398),
  precinct("FZ-JA-S01", "新店派出所", "Xindian Police Station", 26.129, 119.313),
  precinct("FZ-JA-S02", "岳峰派出所", "Yuefeng Police Station", 26.099, 119.329),
  precinct("FZ-JA-S03", "鼓山派出所", "Gushan Police Station", 26.069, 119.36),
  precinct("FZ-JA-S04", "火车站派出所", "Railway Police Station", 26.1115, 119.315),
  precinct("FZ-JA-S05", "宦溪派出所", "Huanxi Police Station", 26.14, 119.405),
]

/** Traditional letters of these names, for whoever types them so. */
const simplified: Record<string, string> = Object.fromEntries(
  "晉晋嶺岭園园莊庄東东環环廣广場场車车龍龙頭头賢贤豐丰嶽岳鎮镇鄉乡區区興兴溫温譚谭樓楼橋桥"
    .match(/../gu)!
    .map((it) => [...it]),
)

/** Without what people add or leave out: spaces and marks, the demonstration's city before it, "街道", "town", case, width, traditional letters. */
export function plain(text: string): string {
  const letters = [...text.normalize("NFKC").toLowerCase()].map((it) => simplified[it] ?? it).join("")
  return letters
    .replace(/[（(].*$/u, "")
    .replace(/\b(?:town|township|subdistrict|street|road|district|fuzhou|jin'?an)\b/gu, "")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/^(?:福建省?)?(?:福州市)?(?:晋安区)?/u, "")
    .replace(/(?<=..)(?:街道|镇|乡|附近|旁边)$/u, "")
}

const pairsOf = (text: string) =>
  new Set(Array.from({ length: Math.max(text.length - 1, 0) }, (_, i) => text.slice(i, i + 2)))

/** 0 is nothing alike; 1 the same. */
function likeness(typed: string, name: string): number {
  if (!typed || !name) return 0
  if (typed === name) return 1
  const shorter = Math.min(typed.length, name.length)
  if (shorter >= 2 && (name.includes(typed) || typed.includes(name)))
    return 0.6 + (0.3 * shorter) / Math.max(typed.length, name.length)
  const [a, b] = [pairsOf(typed), pairsOf(name)]
  const both = [...a].filter((it) => b.has(it)).length
  return (2 * both) / (a.size + b.size || 1)
}

/** Less alike than this is a guess. */
const enough = 0.5

/** Known places that what was typed may mean, the likeliest first; none where nothing is alike. */
export function placesLike<K extends Pick<Known, "name" | "also">>(typed: string, known: readonly K[]): K[] {
  const wanted = plain(typed.slice(0, 60))
  return known
    .map((it) => ({
      it,
      like: Math.max(...[it.name.zh, it.name.en, ...(it.also ?? [])].map((name) => likeness(wanted, plain(name)))),
    }))
    .filter(({ like }) => like >= enough)
    .toSorted((a, b) => b.like - a.like)
    .map(({ it }) => it)
}
