/** The words of the statistics, on the chief's tab and in the exported table. */
import type { cameBy, closureAnswers, endings, Grain, lostBookings, reportEndings } from "#domain/statistics"
import type { Words } from "./t.ts"

type Both = { zh: string; en: string }

export const statisticsWords = {
  title: { zh: "统计", en: "Statistics" },
  reading: { zh: "只有数量，没有个人信息。怎么看这些数", en: "Counts only, with nobody in them. How to read them" },
  why: {
    zh: "小于 5 的数不显示；为了不让人用合计推算出来，旁边的数有时也只给范围，合计就是各天可见数的和。一天的数在三天后公布，此后不再变动。",
    en: "Numbers below 5 are not shown; so that no total gives them away, a number beside one is sometimes a range as well, and totals are sums of what each day shows. A day is published three days later and never changes after.",
  },
  from: { zh: "从", en: "From" },
  to: { zh: "到", en: "To" },
  grain: { zh: "按", en: "By" },
  show: { zh: "查看", en: "Show" },
  print: { zh: "打印", en: "Print" },
  exported: { zh: "导出表格", en: "Export table" },
  nothing: { zh: "这段时间没有已公布的统计。", en: "Nothing is published for this time yet." },
  period: { zh: "时间", en: "Period" },
  open: { zh: "天数", en: "Days" },
  visits: { zh: "到访", en: "Visits" },
  came: { zh: "怎么来的", en: "How they came" },
  ended: { zh: "怎么结束的", en: "How it ended" },
  lost: { zh: "没有办成的预约", en: "Bookings not kept" },
  waits: { zh: "等候（分钟）", en: "Wait (min)" },
  lengths: { zh: "办理（分钟）", en: "At the window (min)" },
  half: { zh: "半数不超过", en: "half, at most" },
  most: { zh: "九成不超过", en: "9 of 10, at most" },
  minutesWhy: {
    zh: "等候和办理的分钟数：前一个是半数人不超过，后一个是九成人不超过；少于 20 人或时段还没结束的写“—”。",
    en: "Minutes of waiting and at the window: half at most the first, nine of ten at most the second; “—” for fewer than 20 people or a period that is not over.",
  },
  beyond: { zh: "更久", en: "longer" },
  chart: { zh: "到访人次", en: "Visits" },
  chartWhy: {
    zh: "深色是至少的人次，浅色是可能还有的。数字见上表。",
    en: "Dark: at least so many. Light: perhaps so many more. The numbers are in the table above.",
  },
  monthTitle: { zh: "{month} 明细", en: "{month} in detail" },
  monthWhy: {
    zh: "整月结束后公布。不足 5 人次的日子不在明细里。",
    en: "Published when the month is over. Days of fewer than 5 visits are not in it.",
  },
  service: { zh: "事项", en: "Service" },
  hour: { zh: "取号时间", en: "Ticket given" },
  hourOf: { zh: "{hour} 点", en: "{hour}:00" },
  more: { zh: "其他", en: "Also" },
  count: { zh: "数量", en: "Count" },
  priority: { zh: "优先办理", en: "Served by priority" },
  offline: { zh: "断网时自助机发的号", en: "Tickets given offline" },
  closure: { zh: "停办改约：{answer}", en: "Closures: {answer}" },
  reportsTitle: {
    zh: "走失报告（全区，按归档月份）",
    en: "Lost-child reports (whole district, by month of archiving)",
  },
  reportsWhy: {
    zh: "报告结束 30 天后，所述内容删除，只在这里计一次。不分站点。",
    en: "Thirty days after its end what was told in a report is erased, and it is counted here once. Never by station.",
  },
  month: { zh: "月份", en: "Month" },
  reports: { zh: "报告", en: "Reports" },
  few: { zh: "小于5", en: "<5" },
} as const satisfies Words

type Named<Name extends string> = Record<Name, Both>

export const grainNames: Named<Grain> = {
  day: { zh: "天", en: "Day" },
  week: { zh: "周", en: "Week" },
  month: { zh: "月", en: "Month" },
}
export const cameNames: Named<(typeof cameBy)[number]> = {
  booked: { zh: "预约", en: "Booked" },
  "walk-in": { zh: "现场取号", en: "Walk-in" },
  phone: { zh: "手机取号", en: "By phone" },
}
export const endingNames: Named<(typeof endings)[number]> = {
  served: { zh: "办结", en: "Served" },
  left: { zh: "自己离开", en: "Left" },
  expired: { zh: "到时未办", en: "Not served" },
}
export const lostNames: Named<(typeof lostBookings)[number]> = {
  "no-show": { zh: "未来", en: "No-show" },
  cancelled: { zh: "取消", en: "Cancelled" },
  moved: { zh: "改到别处", en: "Moved away" },
  unserved: { zh: "来了未办成", en: "Not served" },
}
export const answerNames: Named<(typeof closureAnswers)[number]> = {
  accepted: { zh: "接受建议", en: "offer accepted" },
  "chose-another": { zh: "另选时间", en: "another time chosen" },
  cancelled: { zh: "取消", en: "cancelled" },
  unsettled: { zh: "没有答复", en: "not answered" },
}
export const reportEndingNames: Named<(typeof reportEndings)[number]> = {
  reunited: { zh: "已团圆", en: "Reunited" },
  cancelled: { zh: "报告人撤回", en: "Cancelled" },
  "false-report": { zh: "不属实", en: "False" },
  merged: { zh: "并入其他报告", en: "Merged" },
}

/** "12", "<5" where that is all there is to say, or from–to. */
export const figureText = ({ low, high }: { low: number; high: number }, language: "zh" | "en"): string =>
  low === high ? String(low) : high < 5 ? statisticsWords.few[language] : `${low}–${high}`
