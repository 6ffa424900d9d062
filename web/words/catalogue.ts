/** What the catalogue's pages say: terms of a service, questions about one's own case, and the advice that follows. */
import type { AdviceKey, Fact, Level } from "#domain/advice"
import type { Presence, Terms, Where } from "#domain/catalogue"
import { type Language, teller } from "./t.ts"

type Both = { zh: string; en: string }

export const presenceWords: Record<Presence, Both> = {
  "self-or-guardian": {
    zh: "本人办理。未满16周岁，或行动不便的老人、残疾人，可由监护人或近亲属代办（带双方身份证）。",
    en: "In person. A guardian or near relative may apply for someone under 16, or old or disabled and hardly able to move (with both ID cards).",
  },
  self: { zh: "本人到场：现场照相、采集指纹。", en: "In person: photo and fingerprints are taken there." },
  "with-guardian": {
    zh: "由监护人申请，孩子一起到场。",
    en: "The guardian applies, and the child comes along.",
  },
  "self-only": { zh: "本人到场，不能代办。", en: "In person; nobody else can do it for you." },
  "self-or-relative": {
    zh: "本人领取，或由近亲属带自己的身份证和领取凭证代领。",
    en: "You, or a near relative with their own ID card and the receipt.",
  },
  anyone: { zh: "谁来都可以。", en: "Anyone." },
}

export const whereWords: Record<Where, Both> = {
  "present-address": { zh: "现在居住地的警务站", en: "A station where you live now" },
  "new-address": { zh: "新住址的警务站", en: "A station at your new address" },
  "original-unit": {
    zh: "原来发证的单位",
    en: "The unit that gave you the permit",
  },
  anywhere: {
    zh: "任何一个能办身份证的警务站，外地户口也可以",
    en: "Any station that does ID cards, from wherever your register is",
  },
  applied: { zh: "当时受理的警务站", en: "The station where you applied" },
}

export const validityWords: Record<NonNullable<Terms["validity"]>, Both> = {
  yearly: { zh: "每满一年签注一次", en: "With an endorsement every year (签注)" },
  "by-age": {
    zh: "未满16周岁5年，16～25周岁10年，26～45周岁20年，46周岁起长期",
    en: "5 years under 16, 10 years at 16–25, 20 years at 26–45, for good from 46 (长期)",
  },
  "three-months": { zh: "3个月，领正式身份证时交回", en: "3 months; handed back when the card comes" },
}

const terms = {
  who: { zh: "谁来办", en: "Who comes" },
  where: { zh: "在哪里办", en: "Where" },
  bring: { zh: "要带什么", en: "What to bring" },
  fee: { zh: "费用", en: "Fee" },
  "hardship-free": {
    zh: "低保、农村特困家庭免费；其他困难家庭可申请减免",
    en: "free for households on minimum allowance or in rural hardship; others in hardship may ask for less",
  },
  "hardship-less": { zh: "困难家庭可申请减免", en: "families in hardship may ask for less" },
  limit: { zh: "多久办好", en: "Ready in" },
  "at-once": { zh: "当场办好", en: "At once" },
  within: { zh: "{days}天内", en: "Within {days} days" },
  "within-most": { zh: "{days}天内，最长{most}天", en: "Within {days} days, {most} at most" },
  remote: { zh: "外地户口再加{n}天", en: "{n} more if your register is elsewhere" },
  "permit-paper": { zh: "纸质的当场发", en: "a paper permit is given at once" },
  validity: { zh: "有效期", en: "Valid" },
  machine: { zh: "自助机", en: "Machine" },
  "machine-id": {
    zh: "以前录过指纹的，本人也可以在自助机上办。",
    en: "If your fingerprints are on record, you can use the machine too.",
  },
  "machine-permit": { zh: "也可以在一站式便民服务台自助办。", en: "The self-service desk does it too." },
  book: { zh: "去预约", en: "Book a time" },
  walk: { zh: "不预约也可以直接到站取号。", en: "You can also come and take a ticket." },
  stations: { zh: "哪些警务站能办", en: "Stations that do this" },
  "check-title": { zh: "看看我的情况", en: "Check my own case" },
  "check-lead": {
    zh: "知道的就填，不知道的空着。不用填姓名和证件号码，不保存。",
    en: "Answer what you know. No name or card number is asked for, and nothing is kept.",
  },
  check: { zh: "看提示", en: "Show advice" },
  "advice-title": { zh: "给您的提示", en: "Advice for you" },
  "advice-only": {
    zh: "这只是提示，能不能办由窗口民警决定。",
    en: "This is advice only: the officer at the window decides.",
  },
  "advice-none": {
    zh: "按您填的情况，没有要特别提醒的。",
    en: "Nothing special to tell you from these answers.",
  },
  "fee-yours": { zh: "您的费用：{fee}", en: "Your fee: {fee}" },
  instead: { zh: "改办：{service}", en: "Instead: {service}" },
  unanswered: { zh: "不填", en: "No answer" },
  guide: { zh: "办事指南", en: "Guide to services" },
  "guide-more": {
    zh: "不知道要带什么？看办事指南",
    en: "Not sure what to bring? See the guide",
  },
  "guide-lead": {
    zh: "谁来办、带什么、多少钱、多久好。",
    en: "Who comes, what to bring, what it costs, how long it takes.",
  },
  hmt: { zh: "港澳台居民居住证", en: "Residence permit for Hong Kong, Macao and Taiwan residents (港澳台居民居住证)" },
  "hmt-more": { zh: "网上不能预约，请先到站咨询", en: "Not booked online: please ask at a station first" },
  "hmt-who": {
    zh: "在内地（大陆）居住满半年，并有合法稳定就业、合法稳定住所或连续就读之一的港澳台居民。",
    en: "Residents of Hong Kong, Macao and Taiwan who have lived here for half a year and have a stable job, a stable home or are studying.",
  },
  "hmt-guardian": { zh: "未满16周岁的由监护人代办。", en: "A guardian applies for a child under 16." },
  "hmt-number": {
    zh: "公民身份号码以 810000、820000 或 830000 开头。",
    en: "The number begins with 810000, 820000 or 830000.",
  },
  "hmt-valid": {
    zh: "有效期5年。办理时限以窗口公示为准。",
    en: "Valid for 5 years. How long it takes is posted at the window.",
  },
  "hmt-ask": { zh: "找一个能咨询的警务站", en: "Find a station to ask at" },
} as const
export const termsTeller = (language: Language) => teller(terms, language)

type Question = Both & { hint?: Both; options?: Readonly<Record<string, Both>> }

/** A question without options is a date, but for the age. */
export const questionWords: Record<Fact, Question> = {
  who: {
    zh: "谁到场办理？",
    en: "Who will come?",
    options: {
      self: { zh: "本人", en: "The person concerned" },
      child: { zh: "替未满16周岁的孩子", en: "A guardian, for a child under 16" },
      limited: { zh: "替行动不便的老人或残疾人", en: "A relative, for someone old or disabled who can hardly move" },
      other: { zh: "替其他人", en: "Somebody for another person" },
    },
  },
  age: { zh: "办证人的年龄（周岁）", en: "Age of the person, in full years" },
  hukou: {
    zh: "户口在哪里？",
    en: "Where is the household register (户口)?",
    options: {
      city: { zh: "本市市区", en: "This city proper" },
      county: { zh: "本市下面的县、县级市", en: "A county or county-level city under this city" },
      province: { zh: "本省其他市县", en: "Elsewhere in this province" },
      elsewhere: { zh: "外省", en: "Another province" },
      hmt: { zh: "香港、澳门、台湾", en: "Hong Kong, Macao or Taiwan" },
    },
  },
  registered: {
    zh: "哪一天办的居住登记？",
    en: "When was the residence registered (居住登记)?",
    hint: { zh: "居住登记回执上的日期", en: "The date on the receipt" },
  },
  ground: {
    zh: "凭什么申领？",
    en: "On which ground?",
    options: {
      job: { zh: "合法稳定就业", en: "A stable job" },
      home: { zh: "合法稳定住所", en: "A stable home" },
      study: { zh: "连续就读", en: "Studying" },
      none: { zh: "都没有", en: "None of these" },
    },
  },
  issued: {
    zh: "居住证的签发日期",
    en: "Date of issue of the permit",
    hint: { zh: "逾期后补过签注的，填补签的日期", en: "After a late endorsement, the date of that" },
  },
  last: {
    zh: "上次签注的日期",
    en: "Date of the last endorsement (签注)",
    hint: { zh: "没签注过就空着", en: "Leave it empty if there was none" },
  },
  moved: {
    zh: "搬到了哪里？",
    en: "Where did you move?",
    options: {
      within: { zh: "在本市市区内搬", en: "Within this city proper" },
      across: { zh: "从别的市、县搬来", en: "From another city or county" },
    },
  },
  unit: {
    zh: "居住证是哪里发的？",
    en: "Who gave you the permit?",
    options: {
      same: { zh: "我要去的这个单位", en: "The unit I mean to go to" },
      other: { zh: "别的单位", en: "Another one" },
    },
  },
  expires: {
    zh: "身份证有效期到哪一天？",
    en: "Until when is the ID card valid?",
    hint: { zh: "身份证有国徽的一面", en: "On the side with the emblem" },
  },
  main: {
    zh: "正式身份证申请了吗？",
    en: "Have you applied for the ID card itself?",
    options: {
      with: { zh: "这次一起申请", en: "I do so at the same visit" },
      open: { zh: "已申请，还没领到", en: "Yes, and it has not come yet" },
      none: { zh: "没有", en: "No" },
    },
  },
  soldier: {
    zh: "是现役军人或武警吗？",
    en: "In active military or armed police service?",
    options: { no: { zh: "不是", en: "No" }, yes: { zh: "是", en: "Yes" } },
  },
  hardship: {
    zh: "家庭情况",
    en: "Household",
    options: {
      none: { zh: "一般家庭", en: "Ordinary" },
      allowance: { zh: "城市低保或农村特困家庭", en: "On minimum allowance, or in rural hardship" },
      other: { zh: "其他困难家庭", en: "Otherwise in hardship" },
    },
  },
}

export const levelWords: Record<Level, Both> = {
  fine: { zh: "可以", en: "Fine" },
  note: { zh: "提醒", en: "Note" },
  warn: { zh: "注意", en: "Take care" },
  elsewhere: { zh: "请走别的渠道", en: "Another way" },
}

export const adviceWords: Record<AdviceKey, Both> = {
  "half-year-met": { zh: "居住已满半年，可以申领。", en: "You have lived here for half a year: you may apply." },
  "half-year-not-yet": {
    zh: "居住满半年才能申领，从{date}起可以来办。",
    en: "You may apply after half a year of residence, from {date}.",
  },
  "same-city": {
    zh: "在户口所在的城市内搬家，不属于申领居住证的情形，跨区也一样。",
    en: "A move inside the city of your register does not qualify for a residence permit, from one district to another either.",
  },
  county: {
    zh: "户口在同一设区市的县，能否申领由民警核定，请带好证明来咨询。",
    en: "With a register in a county of the same prefecture, an officer decides. Bring your proof and ask.",
  },
  hmt: {
    zh: "港澳台居民请办港澳台居民居住证。",
    en: "Residents of Hong Kong, Macao and Taiwan apply for a permit of their own (港澳台居民居住证).",
  },
  "ground-job": {
    zh: "就业证明带一种：营业执照、劳动合同，或单位出具的证明。",
    en: "One proof of the job: business licence, contract, or a statement of the employer.",
  },
  "ground-home": {
    zh: "住所证明带一种：租房合同、购房合同、房产证，或房东、单位、学校出具的住宿证明。",
    en: "One proof of the home: lease, purchase contract, deed, or a statement of the landlord, employer or school.",
  },
  "ground-study": {
    zh: "就读证明带一种：学生证，或学校出具的证明。",
    en: "One proof of study: student card, or a statement of the school.",
  },
  "ground-none": {
    zh: "申领要有就业、住所、就读中的一种。可以先办居住登记，再来咨询。",
    en: "You need one of the three: job, home or study. Register your residence first, and ask.",
  },
  "endorse-early": {
    zh: "还没到签注时间：{opens}到{due}之间来办。",
    en: "Too early: come between {opens} and {due}.",
  },
  "endorse-open": { zh: "现在可以签注，请在{due}前办。", en: "You can have it endorsed now, until {due}." },
  "endorse-suspended": {
    zh: "签注{due}已到期，居住证暂时停用，但没有作废。补办签注后恢复，居住年限从补办那天重新算。",
    en: "The endorsement was due on {due}: the permit is suspended, not cancelled. A late endorsement restores it, and its years count from that day.",
  },
  "moved-across": {
    zh: "从别的市、县搬来的，不是地址变更，请先办居住登记，满半年后重新申领。",
    en: "A move from another city or county is no change of address: register your residence, and apply anew after half a year.",
  },
  "moved-within": {
    zh: "到新住址的警务站办地址变更，居住证不用换。",
    en: "Have the address changed at a station there; the permit stays.",
  },
  "unit-same": { zh: "换领、补领就在原来发证的单位办。", en: "The unit that gave the permit renews and replaces it." },
  "unit-other": {
    zh: "换领、补领要到原来发证的单位办。去之前可以先打电话问一下。",
    en: "Only the unit that gave the permit renews or replaces it. You may call first.",
  },
  "unit-welcome": {
    zh: "这个警务站也办理其他单位发的居住证。",
    en: "This station also does permits of other units.",
  },
  "guardian-permit": {
    zh: "监护人代办：带监护人和孩子双方的身份证件。",
    en: "As a guardian, bring your own ID card and the child's papers.",
  },
  "proxy-permit": {
    zh: "监护人或近亲属代办：带双方身份证件。也可以问问上门服务。",
    en: "A guardian or near relative may apply: bring both ID cards. You may also ask for a visit at home.",
  },
  "proxy-refused": {
    zh: "只有未满16周岁、行动不便的老人和残疾人可以代办，其他人请本人来。",
    en: "Others may apply only for someone under 16, or old or disabled and hardly able to move. Otherwise please come in person.",
  },
  "id-valid": { zh: "新身份证有效期{years}年。", en: "The new card is valid for {years} years." },
  "id-valid-for-good": { zh: "新身份证长期有效。", en: "The new card is valid for good (长期)." },
  "first-before-16": {
    zh: "未满16周岁可以自愿申领，由监护人办。",
    en: "Under 16 a card is voluntary, and the guardian applies.",
  },
  "first-three-months": {
    zh: "满16周岁后3个月内要申领。",
    en: "Whoever turns 16 applies within 3 months.",
  },
  "first-until": { zh: "请在{until}前申领。", en: "Please apply by {until}." },
  "first-overdue": {
    zh: "已过满16周岁后3个月的期限，请尽快来办，照常受理。",
    en: "The three months after the 16th birthday are over. Please come soon: you will be received all the same.",
  },
  "minor-over-16": { zh: "已满16周岁，按首次申领办。", en: "From 16 on it is a first card of one's own." },
  "minor-guardian": {
    zh: "监护人带孩子一起来，带户口簿和监护人身份证。",
    en: "The guardian and the child come together, with the household register and the guardian's ID card.",
  },
  "renew-early": {
    zh: "有效期满前3个月起可以换领：从{opens}起来办。",
    en: "A renewal opens 3 months before the end: from {opens}.",
  },
  "renew-open": { zh: "现在可以换领，旧证要交回。", en: "You can renew it now; the old card is handed in." },
  "renew-expired": {
    zh: "身份证{expires}已到期，请尽快换领。急用可以同时办临时身份证。",
    en: "The card ended on {expires}: please renew it soon. If it is urgent, take a temporary card as well.",
  },
  "presence-child": {
    zh: "孩子要和监护人一起到场。",
    en: "The child comes, with the guardian.",
  },
  "presence-limited": {
    zh: "要本人照相、录指纹。来不了的，请打电话问上门服务。",
    en: "Photo and fingerprints take the person. If they cannot come, ask the station for a visit at home.",
  },
  "presence-other": {
    zh: "身份证不能代办：要本人照相、录指纹。",
    en: "Nobody can apply for another: photo and fingerprints take the person.",
  },
  soldier: {
    zh: "现役军人、武警的身份证由团级以上单位统一申请，这里不受理个人申请；其他事项照常办理。",
    en: "A soldier's card is applied for by the unit (regiment or above), not here. Every other service is open to you.",
  },
  remote: {
    zh: "外地户口也可以在这里办，时间加30天，共75天左右。",
    en: "You can apply here although your register is elsewhere: 30 days more, about 75 in all.",
  },
  "remote-refused": {
    zh: "身份一时核实不了、曾用假证或冒用他人证件、有不良信用记录的，异地不受理，请回户口所在地办。",
    en: "Not from elsewhere: if identity cannot be made certain, after use of a false or another's card, or with a bad record. Then apply where the register is.",
  },
  "hardship-free": { zh: "您的情况免收工本费，请带低保证等证明。", en: "No fee in your case: bring the certificate." },
  "hardship-less": { zh: "可以申请减免工本费。", en: "You may ask for a lower fee." },
  "temporary-charged": {
    zh: "首次申领免费；同时办临时身份证的，临时身份证收10元。",
    en: "The first card is free; a temporary card beside it costs 10 yuan.",
  },
  "temporary-needs-main": {
    zh: "临时身份证要和正式身份证一起申请，请先申请换领或补领。",
    en: "A temporary card goes with an application for the card itself: apply for that first, or at the same visit.",
  },
  "temporary-three-days": {
    zh: "3天内发给，有效3个月，领正式身份证时交回。",
    en: "Given within 3 days, valid for 3 months, handed back when the card comes.",
  },
  "loss-in-person": {
    zh: "挂失要本人来，录过指纹的现场比对。",
    en: "Come in person: fingerprints on record are compared.",
  },
  "pickup-relative": {
    zh: "代领的近亲属带自己的身份证和领取凭证。",
    en: "A near relative brings their own ID card and the pick-up receipt.",
  },
}
