/** What the pages of a lost child say: to somebody who is crying, in a hurry, on a bad network. Short, calm, and 110 first. */
import type { DetailName, Relation } from "#domain/told"
import { type Language, type Tell, teller, type Words } from "./t.ts"

export const reportWords = {
  title: { zh: "孩子走失报告", en: "Report a lost child" },
  "found-title": { zh: "我遇到了走失的孩子", en: "I have found a lost child" },
  "call-110": { zh: "拨打 110", en: "Call 110" },
  "call-first": {
    zh: "孩子走失请立即拨打110，不必等24小时。",
    en: "If a child is lost, call 110 at once. There is no need to wait 24 hours.",
  },
  "call-why": {
    zh: "本页面不能代替报警电话；提交后信息会直接送到最近警务站值班民警。",
    en: "This page cannot replace the call. What you send goes straight to the officer on duty at the nearest station.",
  },
  "text-alarm": { zh: "听不清或说不出话？发短信到 12110", en: "Cannot hear or speak? Text 12110" },
  four: { zh: "填好这几项就能报，其他以后再补。", en: "These few are enough. The rest can follow." },
  "found-four": {
    zh: "请先陪着孩子。填好这几项，民警马上联系您。",
    en: "Please stay with the child. With these few, an officer will contact you at once.",
  },

  where: { zh: "最后在哪里看见？", en: "Where last seen?" },
  "found-where": { zh: "孩子现在在哪里？", en: "Where is the child now?" },
  "where-text": { zh: "写地点", en: "The place, in words" },
  "where-hint": { zh: "例如：商场一楼喷泉旁", en: "Such as: the mall, ground floor, by the fountain" },
  "where-list": { zh: "或者选一个地方", en: "Or choose one" },
  "where-any": { zh: "不在下面 / 不知道", en: "Not listed / not sure" },
  "position-use": { zh: "用我现在的位置", en: "Use my position" },
  "position-why": {
    zh: "您还在那里才用。位置只随这份报告发出。",
    en: "Only if you are still there. It is sent with this report and nothing else.",
  },
  "position-asking": { zh: "正在取得位置…", en: "Finding your position…" },
  "position-taken": { zh: "已记下您的位置（误差约{n}米）", en: "Your position is noted (within about {n} m)" },
  "position-failed": { zh: "没有取得位置，请写地点。", en: "Your position could not be read. Please write the place." },

  when: { zh: "最后什么时候看见？", en: "When last seen?" },
  "found-when": { zh: "什么时候遇到的？", en: "When did you find the child?" },
  "when-0": { zh: "刚刚", en: "Just now" },
  "when-10": { zh: "约10分钟前", en: "About 10 minutes ago" },
  "when-30": { zh: "约半小时前", en: "About half an hour ago" },
  "when-at": { zh: "别的时间：", en: "Another time:" },
  "when-day": { zh: "哪一天", en: "Day" },
  "when-time": { zh: "几点，例如 18:20", en: "Time, such as 18:20" },
  "day-0": { zh: "今天", en: "Today" },
  "day-1": { zh: "昨天", en: "Yesterday" },
  "day-2": { zh: "更早", en: "Earlier" },
  "when-ahead": {
    zh: "这个时间还没有到。照样可以提交，会按“刚刚”记下。",
    en: "That time is still to come. You can send it all the same: it is noted as “just now”.",
  },

  phone: { zh: "您的电话", en: "Your phone number" },
  "phone-hint": { zh: "民警会打给您，请保持畅通。", en: "An officer will call you. Keep it free." },
  sex: { zh: "孩子是", en: "The child is" },
  girl: { zh: "女", en: "Female" },
  boy: { zh: "男", en: "Male" },
  age: { zh: "大约几岁", en: "About how old" },
  "age-hint": {
    zh: "一岁以下写0。走失的老人、大人也可以在这里报。",
    en: "0 if under one. A lost adult can be reported here, too.",
  },
  send: { zh: "立即报告", en: "Send the report" },
  sending: { zh: "正在发送…", en: "Sending…" },
  honest: {
    zh: "请只报真实情况：民警会马上出动。故意谎报要依法承担责任。",
    en: "Please report only what is real: officers set out at once. Reporting falsely on purpose is punishable.",
  },
  "to-found": { zh: "我遇到了走失的孩子", en: "I have found a lost child" },
  "to-missing": { zh: "我的孩子走失了", en: "My child is lost" },
  notice: { zh: "您的信息怎样使用", en: "How what you tell is used" },

  "stuck-title": { zh: "网络不通，请立即拨打110", en: "No connection. Call 110 now" },
  "stuck-still": {
    zh: "您填的都在。本页正在自动重发（第{n}次），请不要关闭。",
    en: "Nothing you typed is lost. This page keeps sending by itself (try {n}). Do not close it.",
  },
  "stuck-through": { zh: "已经送到了！正在打开…", en: "It got through! Opening it…" },
  "stuck-back": { zh: "回到表单", en: "Back to the form" },

  "received-title": { zh: "报告已收到", en: "Your report has been received" },
  number: { zh: "报告编号", en: "Report number" },
  "sent-to": { zh: "已发给", en: "Sent to" },
  "sent-at": { zh: "收到时间", en: "Received at" },
  drill: { zh: "演练：不是真实的报告", en: "Drill: not a real report" },
  "seen-not": {
    zh: "还没有民警签收。正在提醒值班民警；没有人签收，会自动提醒更多的人。",
    en: "No officer has confirmed it yet. The officer on duty is being alerted. Until somebody confirms, more officers are alerted automatically.",
  },
  "seen-at": { zh: "{time} 民警已经看到并签收。", en: "An officer saw it at {time} and is on it." },
  dispatched: { zh: "等待签收", en: "Waiting for an officer" },
  acknowledged: { zh: "民警已签收", en: "An officer has it" },
  searching: { zh: "民警正在寻找", en: "Officers are searching" },
  escalated: { zh: "正在寻找，已增派力量", en: "Searching, with more forces" },
  "found-unverified": { zh: "有人说找到了，民警正在核实", en: "Said to be found; an officer is checking" },
  reunited: { zh: "孩子已经和家人团聚", en: "The child is with the family again" },
  closed: { zh: "已办结", en: "Closed" },
  "false-report": { zh: "民警已结束这份报告", en: "An officer has ended this report" },
  cancelled: { zh: "民警已撤销这份报告", en: "An officer has withdrawn this report" },
  merged: { zh: "已与另一份报告合在一起找", en: "Joined with another report; the search goes on" },
  "call-now-title": { zh: "请现在就拨打110", en: "Call 110 now" },
  "call-now": {
    zh: "两分钟内没有民警签收。打110时请报上面的编号。",
    en: "Nobody has confirmed within two minutes. Tell 110 the number above.",
  },
  meanwhile: { zh: "现在请您", en: "Meanwhile" },
  "do-call": { zh: "还没打110的，请马上打。", en: "If you have not called 110 yet, call now." },
  "do-stay": {
    zh: "留一个人守在最后看见孩子的地方，别都走开。",
    en: "Somebody stays where the child was last seen. Do not all leave.",
  },
  "do-phone": { zh: "保持电话畅通，省着用电。", en: "Keep your phone free and save its battery." },
  "do-venue": {
    zh: "请商场、车站的工作人员广播，并看好出口。",
    en: "Ask the staff of the mall or station to announce it and to watch the exits.",
  },
  "do-photo": {
    zh: "找一张最近的照片，点“补充情况、发照片”发来。",
    en: "Find a recent photo and send it under “Tell more”.",
  },
  "found-do-stay": { zh: "请陪着孩子，留在原地。", en: "Stay with the child, where you are." },
  "found-do-staff": {
    zh: "请旁边的工作人员帮忙，不要把孩子交给自称家长的人，等民警来。",
    en: "Ask staff nearby for help. Hand the child to nobody who says they are a parent: wait for the officer.",
  },
  refresh: { zh: "看最新情况", en: "See how it stands" },
  live: { zh: "这里会自动更新。", en: "This keeps itself up to date." },
  "live-lost": { zh: "网络断了，显示的是 {time} 的情况。", en: "No connection: this is how it stood at {time}." },
  "to-more": { zh: "补充情况、发照片", en: "Tell more, send a photo" },
  "to-found-now": { zh: "孩子找到了", en: "The child is found" },
  another: { zh: "还有另一个孩子？再报一份", en: "Another child, too? Report again" },
  keep: {
    zh: "把本页留着或收藏：只有它能打开这份报告。",
    en: "Keep or bookmark this page: only it opens this report.",
  },
  "adjusted-when": {
    zh: "您填的时间还没有到，已按“刚刚”记下。",
    en: "The time you gave is still to come: it is noted as “just now”.",
  },
  "adjusted-some": {
    zh: "有的内容没有看懂，先空着。报告已经送出。",
    en: "Something could not be read and was left open. The report itself was sent.",
  },
  "adjusted-again": {
    zh: "这份报告之前已经收到，没有重复。改动请写在“补充情况”里；另一个孩子请另报一份。",
    en: "This report was received before and is not doubled. Changes go under “Tell more”; for another child, report again.",
  },

  "more-title": { zh: "补充情况", en: "Tell more" },
  "more-lead": {
    zh: "知道什么写什么，不用写全。写过的会直接给民警，为保护孩子不再显示。",
    en: "Whatever you know, in any order. It goes straight to the officer; to protect the child it is not shown again.",
  },
  "group-child": { zh: "孩子", en: "The child" },
  "group-clothes": { zh: "衣服", en: "Clothes" },
  "group-way": { zh: "去向", en: "Which way" },
  "group-you": { zh: "您", en: "You" },
  "group-later": { zh: "还可以说说", en: "More that helps" },
  "group-correct": { zh: "改正前面填的", en: "Correct what you sent" },
  save: { zh: "保存", en: "Save" },
  saved: { zh: "已保存，民警看得到。", en: "Saved. The officer can see it." },
  "saved-field": { zh: "已保存", en: "Saved" },
  "saving-field": { zh: "正在保存…", en: "Saving…" },
  "waiting-field": {
    zh: "网络不通，存在这部手机里，通了就发",
    en: "No connection: kept on this phone until it can be sent",
  },
  clear: { zh: "清除这部手机里没发出的内容", en: "Clear what is unsent on this phone" },
  "to-status": { zh: "回到报告", en: "Back to the report" },
  "choose-one": { zh: "请选择", en: "Please choose" },
  "yes-dispute": { zh: "家里正为孩子归谁带有争执", en: "There is a family dispute about who has the child" },
  "yes-venueAlert": { zh: "商场、车站已经在广播寻找", en: "The mall or station has started its own search" },
  relation: { zh: "您是孩子的", en: "You are the child's" },

  photo: { zh: "最近的照片", en: "A recent photo" },
  "photo-hint": {
    zh: "一张清楚的脸。照片里的拍摄地点等信息会自动去掉，只有值班民警看得到。",
    en: "One with a clear face. Where it was taken and the like is removed; only officers on duty see it.",
  },
  "photo-choose": { zh: "选一张照片", en: "Choose a photo" },
  "photo-send": { zh: "发送照片", en: "Send the photo" },
  "photo-sent": { zh: "照片已经发给民警。", en: "The photo has been sent to the officer." },
  "photo-unsent": {
    zh: "照片还没有发出去。请不要离开这一页：正在再试，您也可以再按一次。报告没有受影响。",
    en: "The photo has not been sent yet. Please stay on this page: we keep trying, and you can press again. The report stands.",
  },
  "photo-again": { zh: "报告没有受影响，换一张再试。", en: "The report stands. Please try another photo." },

  "said-title": { zh: "孩子找到了？", en: "Is the child found?" },
  "said-lead": {
    zh: "太好了。民警会打电话或上门核实后才结束；在那之前不会停止寻找。",
    en: "Good news. An officer will call or come and make sure before it ends; until then the search goes on.",
  },
  "said-text": { zh: "在哪里、怎样找到的（可以不写）", en: "Where and how (you may leave this empty)" },
  "said-send": { zh: "是的，孩子找到了", en: "Yes, the child is found" },
  "said-done": {
    zh: "已告诉民警。请保持电话畅通，民警会与您核实。",
    en: "The officer has been told. Keep your phone free: they will check with you.",
  },
  "said-back": { zh: "还没有", en: "Not yet" },

  "failed-title": { zh: "这一次没有办成", en: "That did not work" },
  "failed-call": { zh: "请不要等：现在就拨打110。", en: "Do not wait: call 110 now." },
  "failed-again": { zh: "重新打开报告页", en: "Open the report page again" },

  "notice-title": { zh: "走失报告的个人信息说明", en: "How a lost-child report uses personal information" },
  "notice-version": { zh: "第1版，2026年11月22日", en: "Version 1, 22 November 2026" },
  "notice-basis": {
    zh: "依据：为履行法定职责、在紧急情况下保护生命健康所必需，依《个人信息保护法》第十三条第一款第三、四项，不需要先取得同意；第十八条第二款：紧急情况消除后及时告知，本页就是告知。",
    en: "Basis: a legal duty, and an emergency in which a life is to be protected (Personal Information Protection Law, Art. 13 items 3 and 4): no consent is asked first. Art. 18(2) asks that you are told afterwards; this page tells you.",
  },
  "notice-use": {
    zh: "用途：只用来寻找这个孩子、与您联系。不做其他用途，本网站自己不向社会发布。",
    en: "Use: to find this child and to reach you, and for nothing else. This portal publishes nothing by itself.",
  },
  "notice-who": {
    zh: "谁能看：被提醒的警务站和派出所的值班民警、指挥中心。每次查看都有记录。窗口人员看不到。",
    en: "Who sees it: the officers on duty of the units that were alerted, and the command centre. Every look is recorded. Window staff do not see it.",
  },
  "notice-volunteers": {
    zh: "志愿者：只有民警决定时，才会看到性别、年龄、衣着、地点；没有姓名、住址、学校、您的电话。",
    en: "Volunteers: only when an officer decides, and then sex, age, clothes and place; no name, home, school or phone.",
  },
  "notice-kept": {
    zh: "保存：加密保存。结束7天后删除照片，30天后删除报告。查看记录保存400天。",
    en: "Kept: encrypted. Photos are deleted 7 days after the end, the report after 30. The record of who looked stays 400 days.",
  },
  "notice-child": {
    zh: "不满14周岁孩子的信息是敏感个人信息，按上面的专门规则处理。",
    en: "What concerns a child under 14 is sensitive personal information and is handled by these rules of its own.",
  },
  "notice-rights": {
    zh: "您可以补充、改正；结束后可以向接收的警务站要求查阅、复制、删除。",
    en: "You may add and correct; afterwards you may ask the station for access, a copy, or deletion.",
  },
} as const satisfies Words

export type ReportTell = Tell<typeof reportWords>
export const reportTeller = (language: Language): ReportTell => teller(reportWords, language)

type Both = Readonly<Record<Language, string>>

export const detailWords: Record<DetailName, { label: Both; hint?: Both }> = {
  name: { label: { zh: "姓名", en: "Name" } },
  nickname: {
    label: { zh: "小名", en: "Pet name" },
    hint: { zh: "孩子听得懂的叫法", en: "What the child answers to" },
  },
  height: { label: { zh: "身高", en: "Height" }, hint: { zh: "例如：到大人腰", en: "Such as: up to my waist" } },
  build: { label: { zh: "胖瘦", en: "Build" } },
  hair: { label: { zh: "头发", en: "Hair" } },
  top: { label: { zh: "上衣", en: "Top" }, hint: { zh: "颜色和样子", en: "Colour and kind" } },
  bottom: { label: { zh: "裤子或裙子", en: "Trousers or skirt" } },
  shoes: { label: { zh: "鞋", en: "Shoes" } },
  bag: { label: { zh: "书包、帽子、玩具", en: "Bag, hat, toy" } },
  direction: { label: { zh: "往哪个方向去了", en: "Which way they went" } },
  companion: { label: { zh: "和谁在一起", en: "With whom" } },
  reporter: { label: { zh: "您的姓名", en: "Your name" } },
  reporterPlace: { label: { zh: "您现在在哪里", en: "Where you are now" } },
  marks: { label: { zh: "特别的记号（疤、痣、牙）", en: "Marks (scar, mole, teeth)" } },
  accent: { label: { zh: "说什么话", en: "Language or accent" } },
  health: { label: { zh: "病、药、自闭症", en: "Illness, medicine, autism" } },
  glasses: { label: { zh: "眼镜、助听器", en: "Glasses, hearing aid" } },
  watch: { label: { zh: "孩子的手机或电话手表", en: "The child's own phone or watch" } },
  school: { label: { zh: "学校、班级", en: "School and class" } },
  home: { label: { zh: "家在哪里", en: "Home" } },
  habits: { label: { zh: "习惯、喜欢什么", en: "Habits, what they like" } },
  places: { label: { zh: "可能会去的地方", en: "Where they may go" } },
  done: { label: { zh: "已经找过哪里", en: "Where you have looked" } },
  otherPhone: { label: { zh: "另一位家长的电话", en: "Another guardian's phone" } },
  note: { label: { zh: "其他", en: "Anything else" } },
}

export const relationWords: Record<Relation, Both> = {
  parent: { zh: "父母", en: "Parent" },
  guardian: { zh: "其他监护人", en: "Other guardian" },
  relative: { zh: "亲戚", en: "Relative" },
  school: { zh: "学校老师", en: "School" },
  venue: { zh: "商场、车站工作人员", en: "Staff of the mall or station" },
  "passer-by": { zh: "路人", en: "Passer-by" },
  finder: { zh: "遇到孩子的人", en: "Finder of the child" },
}
