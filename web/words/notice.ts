/**
 * The notice on personal data, by version. A published version is never changed: its words are what people agreed to. The newest
 * says how long from the same constants that things are kept by.
 */
import type { NoticeVersion } from "#domain/notice"
import { photoKept, reportKept } from "#domain/report"
import { kept } from "#domain/retention"
import { day, minute } from "#domain/time"
import type { Language } from "./t.ts"

type Both = Readonly<Record<Language, string>>
export type Part = { id: string; title: Both; list: readonly Both[] }

const days = (time: number) => Math.round(time / day)
const years = (time: number) => Math.round(time / (365 * day))
const minutes = (time: number) => Math.round(time / minute)

const first: readonly Part[] = [
  {
    id: "appointment",
    title: { zh: "预约", en: "Appointments" },
    list: [
      {
        zh: "只用来办理这次预约、核对身份和发短信。加密保存，办理之日起90天后删除。您可以随时取消预约。",
        en: "Only for this appointment: to check who comes and to send messages. Kept encrypted and deleted 90 days after the visit. You can cancel at any time.",
      },
    ],
  },
  {
    id: "children",
    title: { zh: "儿童个人信息", en: "A child's personal data" },
    list: [
      {
        zh: "用什么：孩子的姓名、身份证号，您的姓名、身份证号和手机号。做什么：只用来预约、核对身份、发通知。",
        en: "What: the child's name and ID number; your name, ID number and phone. What for: this appointment, checking who comes, and messages about it.",
      },
      {
        zh: "加密保存，办理之日起90天后删除，不给别人。您可以随时取消预约；不同意也可以直接到站办理。",
        en: "Kept encrypted, deleted 90 days after the visit, given to nobody else. You may cancel at any time; without consent, simply come to the station.",
      },
    ],
  },
]

const second: readonly Part[] = [
  {
    id: "who",
    title: { zh: "谁在处理", en: "Who" },
    list: [
      {
        zh: "您预约、取号或报告的警务站和它所属的派出所。要问、要投诉，可以到站里说，也可以看“附近的警务站”里的地址和开放时间。",
        en: "The station where you book, take a ticket or report, and its police station. To ask or complain, go there: addresses and hours are under “Stations near me”.",
      },
    ],
  },
  {
    id: "what",
    title: { zh: "用什么、做什么、保存多久", en: "What, what for, how long" },
    list: [
      {
        zh: `预约：姓名、身份证号、手机号、事项和时间；代约时还有代约人的姓名、身份证号。用来安排、核对身份、发通知。办理之日起保存${days(kept.appointment)}天。`,
        en: `An appointment: name, ID number, phone, service and time; and the name and ID number of whoever books for another. To arrange it, to check who comes, to send messages. Kept ${days(kept.appointment)} days after the visit.`,
      },
      {
        zh: `手机取号：手机号。用来发叫号短信。保存${days(kept.ticket)}天。`,
        en: `A ticket by phone: the phone number, to tell you when to come. Kept ${days(kept.ticket)} days.`,
      },
      {
        zh: `单位名单：名单上的姓名、身份证号、手机号。用来逐个预约。保存${days(kept.list)}天。`,
        en: `An employer's list: its names, ID numbers and phones, to book for each. Kept ${days(kept.list)} day.`,
      },
      {
        zh: `验证码${minutes(kept.code)}分钟有效，验证过的手机在这个浏览器里${minutes(kept.session)}分钟有效。`,
        en: `A code is valid for ${minutes(kept.code)} minutes, a verified phone in this browser for ${minutes(kept.session)}.`,
      },
      {
        zh: `没来的预约：哪天、哪个站，不存姓名和号码。从那天起保存${days(kept.standing)}天。`,
        en: `Missed appointments: the day and the station, without name or number. Kept ${days(kept.standing)} days from that day.`,
      },
      {
        zh: `同意和撤回的记录：谁、何时、哪一版告知，不存姓名和号码。从约好的办理日起保存${years(kept.consent)}年。`,
        en: `Consents and their withdrawal: who, when and which notice, without name or number. Kept ${years(kept.consent)} years from the day that was booked.`,
      },
      {
        zh: `谁看过、谁改过的记录，不存内容。保存${days(kept.audit)}天。`,
        en: `The record of who looked at and changed what, never what it said. Kept ${days(kept.audit)} days.`,
      },
      {
        zh: "统计只有数目，看不出是谁。",
        en: "Statistics are counts; nobody can be seen in them.",
      },
    ],
  },
  {
    id: "why",
    title: { zh: "依据和必要性", en: "Why we may, and must" },
    list: [
      {
        zh: "依据：履行户籍、身份证、居住证的法定职责（《个人信息保护法》第十三条第一款第三项）。",
        en: "Basis: the statutory duty of issuing ID cards and residence permits (Personal Information Protection Law, Art. 13(1) item 3).",
      },
      {
        zh: "身份证号是敏感信息：不用它，就不能保证一人一号、不被别人占用。它加密保存，页面上只显示头尾几位。",
        en: "An ID number is sensitive: without it nobody could know that each person has one place, and nobody else's. It is kept encrypted, and pages show only its ends.",
      },
      {
        zh: "不想在网上填写，随时可以到站取号，一样办理。",
        en: "You need not give any of it here: take a ticket at the station and you are served just the same.",
      },
      {
        zh: "多次约了不来，网上预约会自动暂停，写明原因；可以申诉，由民警决定。现场取号不受影响。",
        en: "After several missed appointments online booking pauses by itself, and says why. You may appeal, and an officer decides. Walking in is never affected.",
      },
    ],
  },
  {
    id: "seen",
    title: { zh: "谁能看到", en: "Who sees it" },
    list: [
      {
        zh: "为您办事的窗口人员和本站民警，只看到部分号码；看完整手机号要说明理由，每次都有记录。",
        en: "The staff at your window and the station's officers, with most digits hidden; a whole phone number needs a reason, and every look is recorded.",
      },
      {
        zh: "大厅屏幕、叫号和短信里没有姓名和身份证号。不提供给其他单位，不用来做广告。",
        en: "Hall screens, calls and messages carry no name and no ID number. Nothing is given to anybody else or used for advertising.",
      },
    ],
  },
  {
    id: "rights",
    title: { zh: "您的权利，怎么用", en: "Your rights, and how to use them" },
    list: [
      {
        zh: "查看、带走一份、删除：首页底部“我的信息”，用手机号和身份证号。",
        en: "See it, take a copy, delete it: “My data” at the foot of the first page, with your phone and ID number.",
      },
      {
        zh: "更正姓名：在预约页上，预约时的手机收一次验证码。更正手机号：新手机收验证码，再填办理人身份证号的最后4位。身份证号填错，请取消后重新预约。",
        en: "Correct a name: on the appointment's own page, with a code to the booking's phone. Correct the phone: with a code to the new one and the last 4 characters of the person's ID number. If the ID number is wrong, cancel and book again.",
      },
      {
        zh: "不能马上删的，会说明是什么、为什么、到哪天。办不了的，可以到站里提出。",
        en: "What cannot go at once is named, with the reason and the day. If this does not help, ask at the station.",
      },
    ],
  },
  {
    id: "children",
    title: { zh: "不满14周岁的孩子：专门规则", en: "Children under 14: rules of their own" },
    list: [
      {
        zh: "孩子的信息是敏感个人信息。由监护人预约，并单独同意；同意有单独的记录。",
        en: "A child's data is sensitive. A guardian books and consents separately; the consent is a record of its own.",
      },
      {
        zh: "只用孩子的姓名、身份证号和监护人的姓名、身份证号、手机号，只为这次预约。期限和上面一样。",
        en: "Only the child's name and ID number and the guardian's name, ID number and phone, for this appointment alone. Kept as long as above.",
      },
      {
        zh: "可以在“我的信息”里随时撤回同意：没办的预约同时取消；已经签到的，由窗口办完。撤回前的处理仍然有效。",
        en: "Withdraw at any time under “My data”: an appointment still to come is cancelled with it; whoever is checked in is served. What was done before stays valid.",
      },
      {
        zh: "不同意，也可以带孩子直接到站办理。",
        en: "Without consent, simply bring the child to the station.",
      },
    ],
  },
  {
    id: "report",
    title: { zh: "孩子走失报告", en: "A lost-child report" },
    list: [
      {
        zh: "依据：法定职责、紧急情况下保护生命健康（第十三条第一款第三、四项），不用先同意，事后告知（第十八条第二款）。",
        en: "Basis: a legal duty, and an emergency that threatens a life (Art. 13(1) items 3 and 4). Nobody is asked to consent first; you are told afterwards (Art. 18(2)).",
      },
      {
        zh: `只用来找孩子，由接警的值班民警和指挥中心查看，每次都有记录。结束后照片保存${days(photoKept)}天，报告保存${days(reportKept)}天。`,
        en: `Only to find the child; seen by the officers on duty who were alerted and by the command centre, each look recorded. After the end, photos are kept ${days(photoKept)} days and the report ${days(reportKept)}.`,
      },
    ],
  },
]

export const noticeTexts: Readonly<Record<NoticeVersion, readonly Part[]>> = {
  "2026-11-22": first,
  "2026-11-23": second,
}
