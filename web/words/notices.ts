/** Messages to phones. Short, no name, no ID number; a number and where to go. */
import type { MaterialId } from "#domain/catalogue"
import type { ReportStatus } from "#domain/report"
import type { ServiceId } from "#domain/service"
import { dateOf, type Instant, timeOf } from "#domain/time"
import { bringNames, serviceNames } from "./services.ts"

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
  bring?: readonly MaterialId[]
  /** Why the station cannot receive them, where it said so. */
  reason?: string
  /** What was reported: by whoever misses somebody, or has found a child. */
  report?: Pick<ReportStatus, "kind" | "band">
  /** Another place that is held for them. */
  offer?: { station: string; at: Instant; until?: Instant }
}

const texts: Record<
  | "code"
  | "duty"
  | "duty-ended"
  | "duty-pattern"
  | "duty-match"
  | "report-joined"
  | "report-parted"
  | "report-reunited"
  | "booked"
  | "cancelled"
  | "moved"
  | "moved-offer"
  | "station-closed"
  | "as-before"
  | "remind-day"
  | "remind-hours"
  | "earlier-offer"
  | "earlier-gone"
  | "phone-changed"
  | "excused"
  | "upheld"
  | "near"
  | "called"
  | "expired",
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
  moved: {
    zh: (it) => `【家门口】已改到：${when(it)} ${it.station}。预约号不变：${it.ref}。查看或取消：${it.link}`,
    en: (it) =>
      `[Doorstep] Moved to ${when(it)}, ${it.station}. Your reference is the same: ${it.ref}. See or cancel: ${it.link}`,
  },
  "moved-offer": {
    zh: (it) =>
      `【家门口】抱歉，${it.station} ${when(it)} 因${it.reason ?? "故"}停办。已为您留好：${when(it.offer)} ${it.offer?.station}，请在 ${until(it)} 前接受、另选或取消（预约号 ${it.ref}）：${it.link}`,
    en: (it) =>
      `[Doorstep] Sorry: ${it.station} cannot receive you at ${when(it)}${because(it)}. We hold ${when(it.offer)} at ${it.offer?.station} for you: accept, choose another or cancel by ${until(it)} (reference ${it.ref}): ${it.link}`,
  },
  "station-closed": {
    zh: (it) =>
      `【家门口】抱歉，${it.station} ${when(it)} 因${it.reason ?? "故"}停办，暂时没有其他空位（预约号 ${it.ref}）。请另选时间，警务站也会联系您：${it.link}`,
    en: (it) =>
      `[Doorstep] Sorry: ${it.station} cannot receive you at ${when(it)}${because(it)}, and nothing else is free yet (reference ${it.ref}). Choose another time here; the station will also contact you: ${it.link}`,
  },
  "as-before": {
    zh: (it) => `【家门口】${it.station} ${when(it)} 照常办理，您的预约（${it.ref}）不变。查看：${it.link}`,
    en: (it) =>
      `[Doorstep] ${it.station} is open at ${when(it)} after all: your appointment (${it.ref}) stands. See: ${it.link}`,
  },
  "remind-day": {
    zh: (it) => `【家门口】提醒：您预约了 ${when(it)} ${it.station}。${bring(it, "zh")}查看、改约或取消：${it.link}`,
    en: (it) =>
      `[Doorstep] Reminder: your appointment is ${when(it)} at ${it.station}. ${bring(it, "en")}See, move or cancel: ${it.link}`,
  },
  "remind-hours": {
    zh: (it) => `【家门口】您今天的预约快到了：${when(it)} ${it.station}。${bring(it, "zh")}查看：${it.link}`,
    en: (it) => `[Doorstep] Your appointment is soon: ${when(it)} at ${it.station}. ${bring(it, "en")}See: ${it.link}`,
  },
  "earlier-offer": {
    zh: (it) =>
      `【家门口】有更早的时间了：已为您留好 ${when(it.offer)} ${it.offer?.station}，请在 ${until(it)} 前接受或放弃。不答复，原预约 ${when(it)} 不变：${it.link}`,
    en: (it) =>
      `[Doorstep] An earlier time is free: we hold ${when(it.offer)} at ${it.offer?.station} for you. Accept or decline by ${until(it)}; otherwise your appointment ${when(it)} stays: ${it.link}`,
  },
  "earlier-gone": {
    zh: (it) =>
      `【家门口】抱歉，为您留的更早时间 ${when(it.offer)} 因警务站停办不能用了。原预约 ${when(it)} ${it.station} 不变（预约号 ${it.ref}）：${it.link}`,
    en: (it) =>
      `[Doorstep] Sorry: the earlier time that we held for you, ${when(it.offer)}, is gone, since the station closes then. Your appointment ${when(it)} at ${it.station} stands (reference ${it.ref}): ${it.link}`,
  },
  "phone-changed": {
    zh: (it) =>
      `【家门口】${when(it)} ${it.station} 的预约（${it.ref}）已改用别的手机号，以后不再发到这里。不是您改的？请到警务站说明，或用预约号查看。`,
    en: (it) =>
      `[Doorstep] Your appointment ${when(it)} at ${it.station} (${it.ref}) now has another phone; nothing more comes here. Was it not you? Please tell the station.`,
  },
  excused: {
    zh: (it) => `【家门口】您的申诉已由${it.station}民警处理，该次未到不再计入。`,
    en: (it) => `[Doorstep] An officer of ${it.station} has accepted your appeal: that absence no longer counts.`,
  },
  upheld: {
    zh: (it) => `【家门口】您的申诉已由${it.station}民警处理，该次未到仍计入。现场取号随时可以。`,
    en: (it) =>
      `[Doorstep] An officer of ${it.station} has looked at your appeal: that absence still counts. You may always walk in.`,
  },
  duty: {
    zh: (it) => `【家门口】有新的走失警情待签收，请马上打开：${it.link}`,
    en: (it) => `[Doorstep] A missing-child alert awaits you. Open it and acknowledge now: ${it.link}`,
  },
  "duty-ended": {
    zh: (it) => `【家门口】走失警情已结束，不用再找。详情：${it.link}`,
    en: (it) => `[Doorstep] The missing-child alert is over; stop searching. See: ${it.link}`,
  },
  "duty-pattern": {
    zh: (it) => `【家门口】同一地点有多起走失警情，请打开查看：${it.link}`,
    en: (it) => `[Doorstep] Several children are reported missing at one place. See: ${it.link}`,
  },
  "duty-match": {
    zh: (it) => `【家门口】不同单位的两份走失报告可能相关，请打开比对：${it.link}`,
    en: (it) => `[Doorstep] Two reports of different units may belong together. Compare them: ${it.link}`,
  },
  "report-joined": {
    zh: (it) =>
      isFinders(it)
        ? `【家门口】您关于${foundOne(it)}的报告 ${it.ref} 与另一份报告说的是同一个${one(it)}，已合在一起办理，民警会与您联系。进度、补充：${it.link}`
        : `【家门口】您的走失报告 ${it.ref} 与另一份报告说的是同一个${one(it)}，已合在一起找，警方仍在查找。进度、补充：${it.link}`,
    en: (it) =>
      isFinders(it)
        ? `[Doorstep] Your report ${it.ref} of a ${oneEn(it)} that you found and another are of the same ${oneEn(it)}: officers look after both together and will call you. Follow it, add to it: ${it.link}`
        : `[Doorstep] Your report ${it.ref} and another are of the same ${oneEn(it)}: one search goes on for both. Follow it, add to it: ${it.link}`,
  },
  "report-parted": {
    zh: (it) =>
      isFinders(it)
        ? `【家门口】您关于${foundOne(it)}的报告 ${it.ref} 与另一份说的不是同一个${one(it)}，已分开，民警分别办理。进度、补充：${it.link}`
        : `【家门口】您的走失报告 ${it.ref} 与另一份不是同一个${one(it)}，已分开，警方继续查找。进度、补充：${it.link}`,
    en: (it) =>
      isFinders(it)
        ? `[Doorstep] Your report ${it.ref} of a ${oneEn(it)} that you found and the other are of different ${manyEn(it)}: officers look after each. Follow it, add to it: ${it.link}`
        : `[Doorstep] Your report ${it.ref} and the other are of different ${manyEn(it)}: each search goes on. Follow it, add to it: ${it.link}`,
  },
  "report-reunited": {
    zh: (it) =>
      isFinders(it)
        ? `【家门口】谢谢您帮忙：您发现的${one(it)}已交给家人（${it.ref}）。`
        : `【家门口】您报告走失的${one(it)}已找到，并已交给家人（${it.ref}）。谢谢，不用再找了。`,
    en: (it) =>
      isFinders(it)
        ? `[Doorstep] Thank you for your help: the ${oneEn(it)} that you found is with the family (${it.ref}).`
        : `[Doorstep] The ${oneEn(it)} that you reported missing was found and is with the family (${it.ref}). Thank you; the search is over.`,
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

const isFinders = ({ report }: Said) => report?.kind === "found-child"
const isAdults = ({ report }: Said) => report?.band === "adult"
const one = (it: Said) => (isAdults(it) ? "人" : "孩子")
const foundOne = (it: Said) => (isAdults(it) ? "发现走失的人" : "发现孩子")
const oneEn = (it: Said) => (isAdults(it) ? "person" : "child")
const manyEn = (it: Said) => (isAdults(it) ? "people" : "children")
const when = ({ at }: { at?: Instant } = {}) => (at === undefined ? "" : `${dateOf(at)} ${timeOf(at)}`)
const because = ({ reason }: Said) => (reason ? ` (${reason})` : "")
const until = ({ offer }: Said) => (offer?.until === undefined ? "" : when({ at: offer.until }))
const bring = ({ bring: all = [] }: Said, language: Language) => {
  const names = all.map((it) => bringNames[it][language])
  if (!names.length) return ""
  return language === "zh" ? `请带：${names.join("、")}。` : `Please bring: ${names.join("; ")}. `
}
