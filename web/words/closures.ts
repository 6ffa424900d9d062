/** Why a station is closed, as residents read it: a closure keeps its reason in both languages, written one after the other. */
import type { Language } from "./t.ts"

export const commonReasons = [
  { zh: "停电检修", en: "Power cut for repairs" },
  { zh: "网络或系统故障", en: "Network or system failure" },
  { zh: "系统升级", en: "System upgrade" },
  { zh: "台风或恶劣天气", en: "Typhoon or severe weather" },
  { zh: "停水", en: "No water supply" },
  { zh: "场所维修", en: "Building repairs" },
  { zh: "人员培训", en: "Staff training" },
  { zh: "执行安保任务", en: "Public safety duty" },
] as const

const between = " / "

export const inBoth = ({ zh, en }: { zh: string; en: string }) => `${zh}${between}${en}`

/** What was written in one language alone is read as it is. */
export function reasonIn(reason: string, language: Language): string {
  const at = reason.indexOf(between)
  if (at < 0) return reason
  return language === "zh" ? reason.slice(0, at) : reason.slice(at + between.length)
}
