/**
 * The notice on personal data, in list form (个人信息保护法 17, 30, 31; 网络数据安全管理条例 21). A new text is a new version; every
 * version stays readable, since bookings and consents name the one they were made under.
 */
import { fieldProblem } from "./problem.ts"

export const noticeVersions = ["2026-11-22", "2026-11-23"] as const
export type NoticeVersion = (typeof noticeVersions)[number]

export const noticeVersion: NoticeVersion = "2026-11-23"

export const isNoticeVersion = (text: string): text is NoticeVersion => noticeVersions.some((it) => it === text)

/** The version that a form says it showed; undefined where it says none. Refusal: invalid-input. */
export function noticeIn(typed: string): NoticeVersion | undefined {
  if (typed !== "" && !isNoticeVersion(typed)) throw fieldProblem("notice", "notice")
  return typed === "" ? undefined : typed
}

/** What is held of people and not shown to them here: who looked at what, and a lost child's report, which has a link of its own. */
export const notHere = ["audit", "reports"] as const
