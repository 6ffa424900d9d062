/**
 * Precincts, the command centre, venues, officers and rosters beside the demonstration's stations (domain.md §8). NOT official:
 * coordinates are approximate; officers, contacts, the outlines and most bindings are invented.
 */
import { type StaffMember, staff } from "./demonstration.ts"
import type { UnitId } from "./report.ts"
import type { Roster } from "./roster.ts"
import type { StationId } from "./station.ts"
import type { Unit } from "./unit.ts"
import type { Venue } from "./venue.ts"

const precinct = (
  id: UnitId,
  zh: string,
  en: string,
  at: readonly [lat: number, lng: number],
  primary: readonly StationId[],
  secondary: readonly StationId[] = [],
): Unit => ({
  id,
  kind: "precinct",
  name: { zh, en },
  lat: at[0],
  lng: at[1],
  binds: [
    ...primary.map((station) => ({ station, role: "primary" as const })),
    ...secondary.map((station) => ({ station, role: "secondary" as const })),
  ],
  demonstration: true,
})

export const units: readonly Unit[] = [
  precinct("FZ-JA-S01", "新店派出所", "Xindian Police Station", [26.129, 119.313], ["FZ-JA-P01"]),
  precinct("FZ-JA-S02", "岳峰派出所", "Yuefeng Police Station", [26.099, 119.329], ["FZ-JA-P02"], ["FZ-JA-P03"]),
  precinct("FZ-JA-S03", "鼓山派出所", "Gushan Police Station", [26.069, 119.36], ["FZ-JA-P03"], ["FZ-JA-P04"]),
  precinct("FZ-JA-S04", "火车站派出所", "Railway Police Station", [26.1115, 119.315], ["FZ-JA-P05"]),
  precinct("FZ-JA-S05", "宦溪派出所（演示绑定）", "Huanxi Police Station", [26.14, 119.405], ["FZ-JA-P04"]),
  {
    id: "FZ-JA-C01",
    kind: "command",
    name: { zh: "晋安分局指挥中心", en: "Jin'an Command Centre" },
    lat: 26.1,
    lng: 119.33,
    binds: [],
    demonstration: true,
  },
]

const around = (lat: number, lng: number, north: number, east: number) => [
  { lat: lat - north, lng: lng - east },
  { lat: lat - north, lng: lng + east },
  { lat: lat + north, lng: lng + east },
  { lat: lat + north, lng: lng - east },
]

export const venues: readonly Venue[] = [
  {
    id: "thaihot-plaza",
    kind: "mall",
    name: { zh: "东二环泰禾广场", en: "Thaihot Plaza" },
    also: ["泰禾广场", "泰禾", "Thaihot"],
    lat: 26.0929,
    lng: 119.335,
    outline: around(26.0929, 119.335, 0.0022, 0.0028),
    station: "FZ-JA-P02",
    contact: {
      name: { zh: "泰禾广场总服务台（演示）", en: "Thaihot Plaza service desk (demonstration)" },
      phone: "059100000001",
    },
    checkpoints: [
      { zh: "各出入口和地铁口", en: "Every exit and the metro entrance" },
      { zh: "儿童游乐区", en: "Play area" },
      { zh: "卫生间和母婴室", en: "Toilets and nursing rooms" },
      { zh: "地下停车场", en: "Underground car park" },
      { zh: "扶梯和电梯厅", en: "Escalators and lift halls" },
    ],
    demonstration: true,
  },
  {
    id: "railway-station",
    kind: "railway-station",
    name: { zh: "福州火车站", en: "Fuzhou Railway Station" },
    also: ["火车站", "福州站", "railway station", "train station"],
    lat: 26.113,
    lng: 119.316,
    outline: around(26.113, 119.316, 0.0025, 0.0035),
    station: "FZ-JA-P05",
    contact: { name: { zh: "车站总值班室（演示）", en: "Station duty office (demonstration)" }, phone: "059100000002" },
    checkpoints: [
      { zh: "检票口和站台", en: "Ticket gates and platforms" },
      { zh: "候车厅", en: "Waiting halls" },
      { zh: "卫生间和母婴室", en: "Toilets and nursing rooms" },
      { zh: "公交和出租车上客区", en: "Bus and taxi ranks" },
      { zh: "南北广场出口", en: "South and north square exits" },
    ],
    demonstration: true,
  },
]

const officer = (id: string, name: string, station: UnitId): StaffMember => ({ id, name, role: "officer", station })

export const officers: readonly StaffMember[] = [
  officer("officer-p01-2", "施警官", "FZ-JA-P01"),
  officer("officer-p02", "周警官", "FZ-JA-P02"),
  officer("officer-p02-2", "叶警官", "FZ-JA-P02"),
  officer("officer-p03", "方警官", "FZ-JA-P03"),
  officer("officer-p03-2", "邱警官", "FZ-JA-P03"),
  officer("officer-p04", "江警官", "FZ-JA-P04"),
  officer("officer-p04-2", "卓警官", "FZ-JA-P04"),
  officer("officer-p05", "赖警官", "FZ-JA-P05"),
  officer("officer-p05-2", "连警官", "FZ-JA-P05"),
  ...units.flatMap(({ id }, i) => {
    const own = id.toLowerCase().slice(-3)
    return [
      officer(`officer-${own}`, `${"高曾潘苏蒋梁"[i]}警官`, id),
      officer(`officer-${own}-2`, `${"魏阮詹涂童丁"[i]}警官`, id),
    ]
  }),
]

/** No deputy stays through the night at 崇贤 and 鼓岭: their precincts stand in. */
const daysOnly: readonly StationId[] = ["FZ-JA-P03", "FZ-JA-P04"]

export const rosters: readonly Roster[] = [
  ...["FZ-JA-P01", "FZ-JA-P02", "FZ-JA-P03", "FZ-JA-P04", "FZ-JA-P05"],
  ...units.map(({ id }) => id),
].map((unit) => ({
  unit,
  officers: [
    ...(unit === "FZ-JA-P01" ? ["officer-p01"] : []),
    ...officers.filter(({ station }) => station === unit).map(({ id }) => id),
  ],
  from: "2026-11-02",
  night: !daysOnly.includes(unit),
  swaps: [],
}))

/** All who may be on duty. */
export const onDuty = [...staff.filter((it) => it.role === "officer"), ...officers]

/** Nobody's: what is sent to officers of the demonstration appears at the phones' page. */
export const mobileOf = (id: string) => `+861390000${String(onDuty.findIndex((it) => it.id === id)).padStart(4, "0")}`
