/**
 * Five stations of 晋安区, an outreach point and a police room to try the portal with. NOT official: coordinates are approximate,
 * addresses and hours invented, of the last two the names as well (domain.md §8).
 */
import type { Role } from "./actor.ts"
import type { Session } from "./schedule.ts"
import { type ServiceId, services } from "./service.ts"
import { policy, type Station, type StationId } from "./station.ts"

const all = (group: string): ServiceId[] => Object.values(services).flatMap((it) => (it.group === group ? [it.id] : []))
const rp = all("rp")
const light: ServiceId[] = ["rp-endorse", "rp-address", "advice"]
const weekdays = (...sessions: Session[]): Session[][] => [[], sessions, sessions, sessions, sessions, sessions, []]
const daily = (...sessions: Session[]): Session[][] => Array.from({ length: 7 }, () => sessions)

export const stations: readonly Station[] = [
  {
    id: "FZ-JA-P01",
    name: { zh: "新店派出所龙头警务站", en: "Longtou Station (Xindian)" },
    address: { zh: "新店镇龙头佳园片区（演示）", en: "Longtou Jiayuan, Xindian Town (demonstration)" },
    lat: 26.131,
    lng: 119.326,
    // Thursday evening (延时服务) is for whoever works all day.
    hours: weekdays(["08:00", "12:00"], ["14:00", "18:30"])
      .with(6, [["09:00", "12:00"]])
      .with(4, [
        ["08:00", "12:00"],
        ["14:00", "18:30"],
        ["18:30", "20:00", ["rp-endorse", "rp-address", "pickup"]],
      ]),
    windows: [
      { no: 1, services: rp },
      { no: 2, services: all("id") },
      { no: 3, services: [...rp, ...all("pickup")] },
    ],
    policy: { ...policy, remote: true },
    demonstration: true,
  },
  {
    id: "FZ-JA-P02",
    name: { zh: "东二环泰禾商圈智慧警务站", en: "Thaihot Plaza Station (East 2nd Ring)" },
    address: { zh: "岳峰镇竹屿路6号东二环泰禾广场（演示）", en: "6 Zhuyu Road, Yuefeng Town (demonstration)" },
    lat: 26.0929,
    lng: 119.335,
    hours: daily(["10:00", "20:00"]),
    holidays: "open",
    windows: [{ no: 1, services: light }],
    policy,
    demonstration: true,
  },
  {
    id: "FZ-JA-P03",
    name: { zh: "鼓山崇贤智慧警务站", en: "Chongxian Station (Gushan)" },
    address: { zh: "鼓山镇崇贤片区小区内（演示）", en: "Chongxian, Gushan Town (demonstration)" },
    lat: 26.076,
    lng: 119.356,
    hours: weekdays(["08:30", "12:00"], ["14:30", "18:00"]),
    seasons: [{ from: "06-15", to: "09-15", hours: weekdays(["08:00", "11:30"], ["15:00", "18:30"]) }],
    windows: [{ no: 1, services: light }],
    policy,
    demonstration: true,
  },
  {
    id: "FZ-JA-P04",
    name: { zh: "鼓岭生态警务站", en: "Guling Station" },
    address: { zh: "鼓岭片区（演示）", en: "Guling (demonstration)" },
    lat: 26.094,
    lng: 119.398,
    hours: daily(["09:00", "17:00"]),
    holidays: "open",
    windows: [],
    policy,
    demonstration: true,
  },
  {
    id: "FZ-JA-P05",
    name: { zh: "火车站派出所路地联勤指挥中心", en: "Railway Station Joint Post" },
    address: { zh: "福州火车站片区（演示）", en: "Fuzhou Railway Station (demonstration)" },
    lat: 26.113,
    lng: 119.316,
    hours: daily(["00:00", "24:00"]),
    holidays: "open",
    windows: [{ no: 1, services: ["advice"] }],
    policy,
    demonstration: true,
  },
  {
    id: "FZ-JA-V01",
    kind: "outreach",
    name: { zh: "溪源村驻村点（演示）", en: "Xiyuan Village Outreach Point (demonstration)" },
    address: { zh: "溪源村村委会一楼（演示）", en: "Xiyuan village hall, ground floor (demonstration)" },
    lat: 26.148,
    lng: 119.372,
    hours: [[], [], [["09:00", "11:30"]], [], [["09:00", "11:30"]], [], []],
    windows: [{ no: 1, services: [...light, "rp-register", "id-loss"] }],
    policy,
    demonstration: true,
  },
  {
    id: "FZ-JA-R01",
    kind: "room",
    name: { zh: "竹岭社区警务室（演示）", en: "Zhuling Community Police Room (demonstration)" },
    address: { zh: "竹岭社区居委会旁（演示）", en: "Beside the Zhuling residents' committee (demonstration)" },
    lat: 26.087,
    lng: 119.344,
    hours: [[], [["09:00", "12:00"]], [["14:30", "17:30"]], [["09:00", "12:00"]], [], [["14:30", "17:30"]], []],
    windows: [{ no: 1, services: ["rp-register", "rp-endorse", "advice"] }],
    policy,
    demonstration: true,
  },
]

export type StaffMember = { id: string; name: string; role: Role; station: StationId }

/** The provider knows only who they are; what they may do stands here, in our own roster. */
export const staff: readonly StaffMember[] = [
  { id: "clerk-p01-1", name: "林小燕", role: "clerk", station: "FZ-JA-P01" },
  { id: "clerk-p01-2", name: "陈志明", role: "clerk", station: "FZ-JA-P01" },
  { id: "officer-p01", name: "黄警官", role: "officer", station: "FZ-JA-P01" },
  { id: "chief-p01", name: "郑站长", role: "chief", station: "FZ-JA-P01" },
  { id: "clerk-p02-1", name: "王丽", role: "clerk", station: "FZ-JA-P02" },
  { id: "chief-p02", name: "吴站长", role: "chief", station: "FZ-JA-P02" },
  { id: "clerk-p03-1", name: "许婷", role: "clerk", station: "FZ-JA-P03" },
  { id: "clerk-p05-1", name: "何军", role: "clerk", station: "FZ-JA-P05" },
  { id: "clerk-v01-1", name: "江涛", role: "clerk", station: "FZ-JA-V01" },
  { id: "officer-r01", name: "邱警官", role: "officer", station: "FZ-JA-R01" },
  { id: "auditor-p01", name: "唐审计", role: "auditor", station: "FZ-JA-P01" },
  { id: "auditor-c01", name: "宋审计", role: "auditor", station: "FZ-JA-C01" },
]
