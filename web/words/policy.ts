/** What each number of a station's policy is called, and what turning it does. */
import type { Measure, PolicyName } from "#domain/policy"

type Both = { zh: string; en: string }

export const policyWords: Record<PolicyName, { name: Both; meaning: Both }> = {
  bookable: {
    name: { zh: "可预约比例", en: "Share that can be booked" },
    meaning: {
      zh: "窗口时间中开放预约的部分，其余留给现场取号的人。超过一半，现场等候会明显变长。",
      en: "How much of the windows' time is offered for booking; the rest is for those who walk in. Above half, walk-ins wait much longer.",
    },
  },
  unit: {
    name: { zh: "号源单位", en: "Unit of a place" },
    meaning: { zh: "一个预约号源的最小时长。", en: "The shortest piece of time that can be booked." },
  },
  block: {
    name: { zh: "预约时段长度", en: "Length of a booking block" },
    meaning: {
      zh: "可预约的时间按整段排列，不短于最长的事项。",
      en: "Bookable time is laid out in whole blocks, no shorter than the longest service.",
    },
  },
  unitRp: {
    name: { zh: "居住证号源单位", en: "Unit for residence permits" },
    meaning: { zh: "居住证类单独的号源单位；0 表示同上。", en: "Residence permits' own unit; 0 for the one above." },
  },
  unitId: {
    name: { zh: "身份证号源单位", en: "Unit for ID cards" },
    meaning: { zh: "身份证类单独的号源单位；0 表示同上。", en: "ID cards' own unit; 0 for the one above." },
  },
  unitPickup: {
    name: { zh: "领证咨询号源单位", en: "Unit for pick-up and advice" },
    meaning: {
      zh: "领证咨询类单独的号源单位；0 表示同上。",
      en: "Pick-up and advice's own unit; 0 for the one above.",
    },
  },
  horizon: {
    name: { zh: "可约天数", en: "Days ahead" },
    meaning: { zh: "最早能提前几个工作日预约。", en: "How many open days ahead people may book." },
  },
  release: {
    name: { zh: "放号时刻", en: "New day on sale at" },
    meaning: { zh: "每天这时放出新一天的号源。", en: "The hour at which one more day can be booked." },
  },
  waves: {
    name: { zh: "放号批次", en: "Waves at a release" },
    meaning: {
      zh: "新一天的号放出时，按抽签分成几批先后预约；0 表示不分批。",
      en: "When a new day comes on sale, people are let in by lot in so many waves; 0 lets in everybody at once.",
    },
  },
  waveGap: {
    name: { zh: "批次间隔", en: "Time between waves" },
    meaning: { zh: "前后两批之间相隔多久。", en: "How long after one wave the next begins." },
  },
  answerWithin: {
    name: { zh: "改约答复期限", en: "Time to answer an offer" },
    meaning: {
      zh: "本站因故改约时，为居民保留新时间多久，等其答复。",
      en: "When the station offers another time, how long that place is held for the person's answer.",
    },
  },
  earlierWithin: {
    name: { zh: "候补答复期限", en: "Time to take an earlier place" },
    meaning: {
      zh: "有更早的时间空出时，为候补的居民保留多久；不答复就问下一位。晚上9点到早上8点不问。",
      en: "How long an earlier place is held for a person on the waiting list before the next one is asked. Nobody is asked between 21:00 and 08:00.",
    },
  },
  notice: {
    name: { zh: "停约提前量", en: "Last booking before the time" },
    meaning: {
      zh: "离预约时间不足这么久时，不再接受预约。",
      en: "A time that is nearer than this can no longer be booked.",
    },
  },
  reopenFrom: {
    name: { zh: "退号最早放出", en: "Cancelled place reopens, earliest" },
    meaning: {
      zh: "取消的号源在这之后的随机时刻放出，避免转让号源。",
      en: "A cancelled place reopens at a random time from here on, so that nobody trades places.",
    },
  },
  reopenTo: {
    name: { zh: "退号最晚放出", en: "Cancelled place reopens, latest" },
    meaning: { zh: "取消的号源最迟这时放出。", en: "By then a cancelled place is open again." },
  },
  perWeek: {
    name: { zh: "每周预约次数", en: "Bookings a week" },
    meaning: {
      zh: "同一个人同一类事项7天内可网上预约几次；改期不算，警务站取消的不算。",
      en: "How often a person may book online in a group within 7 days. A move is none, nor is one that the station ended.",
    },
  },
  noShows: {
    name: { zh: "未到几次暂停", en: "Absences until a pause" },
    meaning: {
      zh: "预约后未到达到这个次数，暂停网上预约；现场取号不受影响。迟到不算，闭站不算。",
      en: "So many absences pause online booking; walking in stays open. Late is no absence, nor is a closed station.",
    },
  },
  noShowDays: {
    name: { zh: "未到统计天数", en: "Absences are counted over" },
    meaning: { zh: "在这么多天内统计未到次数。", en: "Absences within so many days count together." },
  },
  pauseDays: {
    name: { zh: "暂停天数", en: "Length of a pause" },
    meaning: {
      zh: "从最后一次未到起，网上预约暂停这么多天。",
      en: "Online booking pauses for so many days from the last absence.",
    },
  },
  checkInEarly: {
    name: { zh: "提前签到", en: "Check-in opens" },
    meaning: { zh: "预约时间前多久可以签到。", en: "How long before their time people may check in." },
  },
  onTime: {
    name: { zh: "准时宽限", en: "On time until" },
    meaning: {
      zh: "晚到不超过这么久，仍按预约时间排。",
      en: "Whoever comes no later than this keeps the place of their booked time.",
    },
  },
  late: {
    name: { zh: "迟到照顾", en: "Late until" },
    meaning: {
      zh: "晚到不超过这么久，排入现场队列并给予照顾；再晚按现场取号。",
      en: "Until then a late person joins the walk-ins with a credit; after that as a walk-in.",
    },
  },
  lateCredit: {
    name: { zh: "迟到照顾时长", en: "Credit for the late" },
    meaning: {
      zh: "迟到的预约者按到站时间提前这么久排队。",
      en: "A late person stands as if they had arrived so much earlier.",
    },
  },
  callableBefore: {
    name: { zh: "可提前叫号", en: "May be called early" },
    meaning: {
      zh: "有人等候时，预约者最早在预约时间前多久被叫。没有别人等时随时可叫。",
      en: "How long before their time a booked person may be called while others wait. With nobody else waiting, at once.",
    },
  },
  overWaiting: {
    name: { zh: "久等界限", en: "Waited too long after" },
    meaning: {
      zh: "现场等候超过这么久，各窗口预约号与现场号交替呼叫。",
      en: "Once a walk-in has waited longer, each window calls appointments and walk-ins in turn.",
    },
  },
  recalls: {
    name: { zh: "重呼次数", en: "Repeats of a call" },
    meaning: { zh: "叫号后最多再叫几次。", en: "How often a call may be repeated." },
  },
  recallGap: {
    name: { zh: "重呼间隔", en: "Time between repeats" },
    meaning: { zh: "两次呼叫之间至少隔多久。", en: "The least time between two calls of one number." },
  },
  returnWithin: {
    name: { zh: "过号可返回", en: "May come back within" },
    meaning: {
      zh: "过号后多久之内回来，不用重新取号。",
      en: "Whoever missed the call and comes back within this keeps the number.",
    },
  },
  returnBehind: {
    name: { zh: "返回后排在", en: "Comes back behind" },
    meaning: {
      zh: "过号返回的人排在接下来几位之后。",
      en: "Whoever comes back stands behind the next so many people.",
    },
  },
  parkFor: {
    name: { zh: "挂起时长", en: "Parked for at most" },
    meaning: {
      zh: "去补材料或填表的人可保留号多久。",
      en: "How long whoever fetches or fills in something keeps the number.",
    },
  },
  remote: {
    name: { zh: "手机远程取号", en: "Tickets by phone" },
    meaning: {
      zh: "开启后，验证过手机号的居民不到站也能取号。",
      en: "When on, a verified phone may take a ticket from anywhere.",
    },
  },
  renewHere: {
    name: { zh: "办理其他单位的居住证换补领", en: "Permits of other units" },
    meaning: {
      zh: "开启后，提示居民别的单位发的居住证也可在本站换领、补领；须经分局同意。",
      en: "When on, residents are told that permits of other units are renewed and replaced here too; the bureau must have agreed.",
    },
  },
  near: {
    name: { zh: "临近提醒", en: "Told to come when" },
    meaning: {
      zh: "前面还有几位时，通知手机用户到大厅等候。",
      en: "A phone is told to come to the hall when so many people are ahead.",
    },
  },
}

/** "{n}" is the number, a share as per cent. */
export const measureWords: Record<Measure, Both> = {
  minutes: { zh: "{n} 分钟", en: "{n} min" },
  seconds: { zh: "{n} 秒", en: "{n} s" },
  days: { zh: "{n} 天", en: "{n} days" },
  times: { zh: "{n} 次", en: "{n} times" },
  people: { zh: "{n} 人", en: "{n} people" },
  share: { zh: "{n}%", en: "{n}%" },
  switch: { zh: "开启", en: "on" },
  hours: { zh: "{n} 小时", en: "{n} h" },
  clock: { zh: "{n} 点", en: "{n}:00" },
}

export const policyNotes = {
  grid: {
    zh: "影响号源的改动从 {date} 起生效：之前的日子已开放预约，不动。",
    en: "Changes of bookable places hold from {date}: earlier days are on sale already and stay as they are.",
  },
  soon: { zh: "保存后约 10 秒内在各处生效。", en: "Saved changes reach everyone within about 10 seconds." },
  notSimulated: { zh: "模拟中看不出这一项的影响。", en: "The simulation does not show the effect of this one." },
} as const satisfies Record<string, Both>
