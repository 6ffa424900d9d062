/** What the pages about one's own data say: seeing, taking along, correcting, deleting, withdrawing a consent. */
import { type Language, type Tell, teller, type Words } from "./t.ts"

export const ownWords = {
  "own-title": { zh: "我的信息", en: "My data" },
  "own-lead": {
    zh: "看看这里存了您的什么，带走一份，或者删除。先验证手机，再填身份证号。",
    en: "See what is kept of you here, take a copy, or delete it. First your phone, then the ID number.",
  },
  "own-mobile-hint": { zh: "预约或取号时用的手机", en: "The phone used to book or to take a ticket" },
  "number-title": { zh: "谁的信息？", en: "Whose data?" },
  "number-lead": {
    zh: "填办理人的身份证号；给孩子约的，填孩子的。",
    en: "The ID number of the person who was booked for; of the child, if you booked for a child.",
  },
  "number-go": { zh: "查看", en: "See it" },
  "all-lead": {
    zh: "这个手机号和身份证号下的全部信息。每次查看都有记录。",
    en: "Everything under this phone and ID number. Each look is recorded.",
  },
  "print-lead": {
    zh: "下面是完整内容。请用浏览器打印，注意保管。",
    en: "Here is all of it, whole. Print it with your browser, and keep it safe.",
  },
  until: { zh: "保存到 {day}", en: "Kept until {day}" },
  since: { zh: "{day} 登记", en: "Given on {day}" },
  appointments: { zh: "预约", en: "Appointments" },
  "see-it": { zh: "打开", en: "Open it" },
  "under-notice": { zh: "按{version}版告知书", en: "Under the notice of {version}" },
  wish: { zh: "想要更早的时间", en: "Would like an earlier time" },
  earlier: { zh: "同类的上一次：{when}", en: "The one before: {when}" },
  missed: { zh: "没有来的预约", en: "Missed appointments" },
  "missed-counts": { zh: "记为未到", en: "Counts as missed" },
  "missed-excused": { zh: "不算未到", en: "Does not count" },
  "missed-appeal": { zh: "您的申诉：{text}", en: "Your appeal: {text}" },
  "missed-reason": { zh: "民警的说明：{text}", en: "The officer says: {text}" },
  "missed-paused": { zh: "网上预约暂停，{day}起恢复。", en: "Online booking is paused until {day}." },
  consents: { zh: "监护人同意", en: "A guardian's consents" },
  "consent-for": { zh: "为预约使用孩子的信息", en: "A child's data, for an appointment" },
  "consent-given": { zh: "{day} 同意", en: "Given on {day}" },
  "consent-withdrawn": { zh: "{day} 已撤回", en: "Withdrawn on {day}" },
  withdraw: { zh: "撤回这个同意", en: "Withdraw this consent" },
  tickets: { zh: "手机取的号", en: "Tickets by phone" },
  "ticket-waits": { zh: "还在排队", en: "Still waiting" },
  lists: { zh: "单位名单", en: "Employer's lists" },
  "list-of": { zh: "{n}人名单，{when} 交", en: "A list of {n}, sent {when}" },
  "list-until": { zh: "保存到 {when}", en: "Kept until {when}" },
  "not-here": { zh: "这里看不到的", en: "What is not shown here" },
  "not-audit": {
    zh: "谁看过、改过的记录：用来查出违规查看，只有审计人员能读。想知道，请到站里提出。",
    en: "The record of who looked and what changed: it is there to find misuse, and only auditors read it. Ask at the station.",
  },
  "not-reports": {
    zh: "孩子走失报告：用报告时给您的链接打开。",
    en: "A lost-child report: open it by the link you were given with it.",
  },
  "take-file": { zh: "下载一份（JSON文件）", en: "Download a copy (a JSON file)" },
  "take-print": { zh: "打印一份", en: "A copy to print" },
  delete: { zh: "删除", en: "Delete it" },
  "correct-where": {
    zh: "姓名、手机号写错了？打开预约，在那里改。",
    en: "A name or phone is wrong? Open the appointment and correct it there.",
  },
  "another-number": { zh: "看另一个身份证号", en: "Another ID number" },

  "delete-title": { zh: "删除这些信息", en: "Delete this data" },
  "delete-goes": { zh: "会删除", en: "This goes" },
  "goes-appointments": {
    zh: "预约里的姓名、身份证号、手机号、事项和时间",
    en: "Name, ID number, phone, service and time of appointments",
  },
  "goes-appeals": { zh: "申诉的内容", en: "What you wrote in appeals" },
  "goes-tickets": { zh: "取号时的手机号", en: "The phone number with your tickets" },
  "goes-lists": {
    zh: "您交的单位名单。名单里还没约上的人，不会再约。",
    en: "The lists you sent. Whoever on them is not booked yet will not be.",
  },
  "goes-links": { zh: "原来的链接和预约号不能再用", en: "Old links and references no longer open anything" },
  "delete-stays": { zh: "暂时不能删，以及为什么", en: "This must stay for now, and why" },
  "stays-missed": {
    zh: "{day} 没有来：还在计入，保存到 {until}。不含姓名和号码。（网上预约规则）",
    en: "Missed on {day}: it still counts, until {until}. Without name or number. (Rules of online booking)",
  },
  "stays-consents": {
    zh: "同意的记录：要能证明有过同意，从办理日起保存{years}年。不含姓名和号码。（个人信息保护法第十四、三十一条）",
    en: "Records of consent: that it was given must be provable, {years} years from the day that was booked. Without name or number. (Personal Information Protection Law, Arts. 14 and 31)",
  },
  "stays-audit": {
    zh: "谁看过、改过的记录：保存{days}天，不含内容。（网络安全法；互联网政务应用安全管理规定第二十条）",
    en: "The record of who looked and what changed: {days} days, without what it said. (Cybersecurity Law; rules for government applications, Art. 20)",
  },
  "stays-week": {
    zh: "最近7天约过几次：防止反复占号，8天内消失。不含姓名和号码。",
    en: "How often you booked in the last 7 days, against hoarding: gone within 8 days. Without name or number.",
  },
  "stays-statistics": { zh: "统计数目，看不出是谁。", en: "Counts in statistics, in which nobody can be seen." },
  "delete-next": { zh: "下一步", en: "Continue" },
  "delete-blocked": { zh: "现在还不能删除", en: "It cannot be deleted yet" },
  "to-appointment": { zh: "打开这个预约", en: "Open the appointment" },
  "to-ticket": { zh: "打开这个号", en: "Open the ticket" },
  "sure-title": { zh: "确定删除吗？", en: "Delete it for good?" },
  "sure-more": {
    zh: "删除后谁也找不回来。您可以马上重新预约。",
    en: "Nobody can bring it back. You can book again at once.",
  },
  "sure-yes": { zh: "确定删除", en: "Delete for good" },
  "sure-no": { zh: "不删了", en: "Keep it" },
  "deleted-title": { zh: "已经删除", en: "Deleted" },
  "deleted-more": {
    zh: "姓名、身份证号和手机号已经删除；备份里的，两天后谁也打不开。",
    en: "Name, ID number and phone are deleted; after two days nobody can open a copy in a backup either.",
  },

  "withdraw-title": { zh: "撤回同意？", en: "Withdraw the consent?" },
  "withdraw-more": {
    zh: "按这个同意约的、还没办的预约会同时取消。已经签到的，由窗口办完。撤回前做过的仍然有效。",
    en: "An appointment still to come that was made under it is cancelled with it. Whoever is checked in is served. What was done before stays valid.",
  },
  "withdraw-yes": { zh: "撤回同意", en: "Withdraw" },
  "withdraw-no": { zh: "不撤回", en: "Leave it" },
  "withdrawn-title": { zh: "已经撤回", en: "Withdrawn" },
  "withdrawn-cancelled": { zh: "这次预约已同时取消。", en: "The appointment was cancelled with it." },
  "withdrawn-at-window": {
    zh: "孩子已经签到，由窗口办完；不想办了，请告诉窗口工作人员。",
    en: "The child is checked in and will be served. If you do not want that, tell the staff at the window.",
  },
  "withdrawn-over": { zh: "这次预约早已结束。", en: "That appointment was over already." },

  "correct-title": { zh: "更正姓名、手机号", en: "Correct the name or phone" },
  "correct-now": { zh: "现在是：{name}，{phone}", en: "Now: {name}, {phone}" },
  "correct-name": { zh: "新的姓名（不改就空着）", en: "New name (leave empty to keep it)" },
  "correct-how": {
    zh: "改姓名：预约时的手机要收一次验证码。改手机号：新手机收验证码，再填办理人身份证号的最后4位。",
    en: "For a name, the booking's phone gets a code. For a new phone, that phone gets it, and we ask for the last 4 characters of the person's ID number.",
  },
  "correct-guardian": { zh: "代约人的新姓名（不改就空着）", en: "New name of whoever booked (leave empty to keep it)" },
  "correct-guardian-now": { zh: "现在是：{name}", en: "Now: {name}" },
  "correct-last4": {
    zh: "办理人身份证号的最后4位（改手机号时填）",
    en: "Last 4 characters of the person's ID number (for a new phone)",
  },
  "correct-last4-hint": { zh: "最后一位可能是X", en: "The last one may be an X" },
  "correct-mobile": { zh: "新的手机号（不改就空着）", en: "New phone (leave empty to keep it)" },
  "correct-mobile-hint": {
    zh: "新号码要收一次验证码；原来的号码会收到通知。",
    en: "The new phone gets a code; the old one is told.",
  },
  "correct-id": {
    zh: "身份证号不能改：那是另一个人。填错了，请取消后重新预约。",
    en: "An ID number cannot be corrected: it is another person. Cancel and book again.",
  },
  "correct-go": { zh: "改好了", en: "Save" },
  "correct-back": { zh: "不改了", en: "Keep it as it is" },

  "notice-title": { zh: "个人信息告知书", en: "Notice on personal data" },
  "notice-version": { zh: "{version}版", en: "Version of {version}" },
  "notice-old": { zh: "这是旧版。", en: "This is an older version." },
  "notice-newest": { zh: "看现在的版本", en: "See the present one" },
  "notice-others": { zh: "以前的版本", en: "Earlier versions" },
} as const satisfies Words

export type OwnTell = Tell<typeof ownWords>
export const ownTeller = (language: Language): OwnTell => teller(ownWords, language)
