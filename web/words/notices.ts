/** Messages to phones. Short, no name, no ID number; a number and where to go. */
import type { ServiceId } from "#domain/service"
import { dateOf, type Instant, timeOf } from "#domain/time"
import { serviceNames } from "./services.ts"

export type Language = "zh" | "en"

type Said = {
  code?: string
  station?: string
  at?: Instant
  service?: ServiceId
  ref?: string
  link?: string
  number?: string
  ahead?: number
  window?: number
}

const texts: Record<
  "code" | "booked" | "cancelled" | "near" | "called" | "expired",
  Record<Language, (it: Said) => string>
> = {
  code: {
    zh: ({ code }) => `【家门口】验证码 ${code}，10分钟内有效。工作人员不会向您索要，请勿告诉他人。`,
    en: ({ code }) => `[Doorstep] Your code is ${code}, valid for 10 minutes. Nobody will ask you for it.`,
  },
  booked: {
    zh: (it) =>
      `【家门口】已预约：${when(it)} ${it.station}，${it.service && serviceNames[it.service].zh}。预约号 ${it.ref}。查看或取消：${it.link}`,
    en: (it) =>
      `[Doorstep] Booked: ${when(it)}, ${it.station}, ${it.service && serviceNames[it.service].en}. Reference ${it.ref}. See or cancel: ${it.link}`,
  },
  cancelled: {
    zh: (it) => `【家门口】已取消：${when(it)} ${it.station} 的预约（${it.ref}）。`,
    en: (it) => `[Doorstep] Cancelled: your appointment ${when(it)} at ${it.station} (${it.ref}).`,
  },
  near: {
    zh: (it) => `【家门口】${it.number} 号前面还有 ${it.ahead} 位，请现在去${it.station}大厅等候。查看：${it.link}`,
    en: (it) =>
      `[Doorstep] Ticket ${it.number}: ${it.ahead} ahead of you. Please go to the hall of ${it.station} now. See: ${it.link}`,
  },
  called: {
    zh: (it) => `【家门口】请 ${it.number} 号到 ${it.window} 号窗口（${it.station}）。`,
    en: (it) => `[Doorstep] Ticket ${it.number}: please go to window ${it.window} (${it.station}).`,
  },
  expired: {
    zh: (it) => `【家门口】抱歉，${it.station} 今日已结束服务，${it.number} 号未能办理。欢迎重新预约。`,
    en: (it) =>
      `[Doorstep] We are sorry: ${it.station} has closed and ticket ${it.number} could not be served. Please book again.`,
  },
}

export const noticeText = (kind: keyof typeof texts, language: Language, said: Said): string =>
  texts[kind][language](said)

const when = ({ at }: Said) => (at === undefined ? "" : `${dateOf(at)} ${timeOf(at)}`)
