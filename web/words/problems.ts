/** Every refusal and every field's fault, worded for people: what happened, and what to do now. */
import { movesADay } from "#domain/limits"
import type { ProblemCode } from "#domain/problem"
import { signInWords } from "./sign-in.ts"

export const problemWords: Record<ProblemCode, { zh: string; en: string }> = {
  "invalid-input": { zh: "有几处需要改一下", en: "Please check what you entered" },
  "malformed-body": { zh: "请求的格式无法读取", en: "The request could not be read" },
  "key-invalid": {
    zh: "这张表单无法识别，请重新打开页面再填",
    en: "This form is not one of ours. Please open the page again",
  },
  "not-signed-in": { zh: "请先登录", en: "Please sign in first" },
  "phone-unverified": { zh: "请先用短信验证码验证手机号", en: "Please verify your phone with the code first" },
  "device-unknown": {
    zh: "本设备未登记或已停用，请联系站长",
    en: "This device is not registered, or was revoked. Please ask the station chief",
  },
  "not-allowed": { zh: "您没有办理这一步的权限", en: "You may not do this" },
  ...signInWords,
  "member-unknown": { zh: "本站没有这个人", en: "Nobody of this station" },
  "not-yourself": { zh: "不能停用您自己的登录", en: "You cannot lock yourself out" },
  "cross-site": { zh: "请从本站页面操作", en: "Please do this from our own pages" },
  "code-wrong": {
    zh: "验证码不对或已过期，请核对后再输，或重新获取",
    en: "The code is wrong or has expired. Check it, or ask for a new one",
  },
  "pairing-wrong": {
    zh: "配对码不对或已过期，请站长重新生成",
    en: "The pairing code is wrong or has expired. Ask the chief for a new one",
  },
  "not-found": { zh: "没有这个页面", en: "There is no such page" },
  "station-unknown": { zh: "没有这个警务站", en: "There is no such station" },
  "service-unknown": { zh: "没有这个事项", en: "There is no such service" },
  "place-unknown": {
    zh: "没有找到这个地方，请换一个写法，或在列表里选",
    en: "We do not know this place. Write it another way, or choose from the list",
  },
  "window-unknown": { zh: "本站没有这个窗口", en: "This station has no such window" },
  "nothing-found": {
    zh: "这个手机号和身份证号下没有找到信息。请核对号码；如果当时用的是别的手机号，请换那个号码再试",
    en: "There is nothing under this phone and ID number. Check the number; if it was another phone then, try with that one",
  },
  "still-booked": {
    zh: "还有没办完的预约。请先取消或办完（没去的，次日凌晨后），再删除",
    en: "There is still an appointment. Cancel it or keep it first (one that was missed is over after the night), then delete",
  },
  "still-waiting": {
    zh: "您还有一个在等的号。请先离开排队，再删除",
    en: "You still have a ticket waiting. Leave the line first, then delete",
  },
  "appointment-not-found": {
    zh: "没有找到预约，请核对预约号和手机尾号，或请工作人员帮忙",
    en: "No appointment found. Check the reference and the digits, or ask the staff",
  },
  "ticket-not-found": { zh: "没有找到这个号", en: "There is no such ticket" },
  "closure-not-found": { zh: "没有这次停办", en: "There is no such closure" },
  "device-not-found": { zh: "本站没有这台设备", en: "This station has no such device" },
  "report-state": {
    zh: "按这份走失报告现在的状态，不能这样办，请看最新情况",
    en: "As the report stands now, this cannot be done. Look at how it stands",
  },
  "report-ended": { zh: "这份走失报告已经结束", en: "This report has ended" },
  "report-held-elsewhere": {
    zh: "这一步由现在负责的单位办理；您可以记录情况，或请对方移交",
    en: "Only the unit that is responsible now does this. You can add a note, or ask them to hand it over",
  },
  "out-of-area-refused": {
    zh: "不得以不在本责任区为由拒绝或推迟。请先处置，再按需要移交",
    en: "“Out of my area” is no reason to refuse or delay. Respond first, then transfer if it is needed",
  },
  "drill-apart": {
    zh: "演练与真实警情必须分开：演练只留在本单位，不能与真实报告关联，也不能移交或对外发布",
    en: "Drills and real reports are kept apart: a drill stays with its own unit, is joined with no real report and goes nowhere outside",
  },
  "nothing-offered": { zh: "没有要移交给您单位的报告，可能已被收回", en: "Nothing is offered to your unit (any more)" },
  "handover-refused": {
    zh: "有监护争议或冲突，系统不办理移交孩子；请民警现场处理，争议解除后再办",
    en: "There is a dispute over the child: nobody is handed over in the software. Officers decide in person; lift the dispute first",
  },
  "reopen-too-late": {
    zh: "结束已超过30天，不能重新打开，请重新报告",
    en: "It ended over 30 days ago. Make a new report",
  },
  "review-too-late": {
    zh: "查看已超过30天，不能再评议",
    en: "It was opened over 30 days ago and can no longer be reviewed",
  },
  "photo-gone": {
    zh: "照片已不能查看：报告已结束，或照片已删除",
    en: "The photo can no longer be seen: the report has ended, or it was deleted",
  },
  "report-over": {
    zh: "这份报告已经关闭，不能再补充。需要帮助请立即拨打110，或重新报告",
    en: "This report is closed and takes nothing more. If you need help, dial 110 now, or make a new report",
  },
  "unit-unknown": { zh: "没有这个单位，请从名单中选择", en: "There is no such unit. Choose one of the list" },
  "report-not-found": { zh: "没有这份报告，或不由您单位处理", en: "There is no such report, or it is not your unit’s" },
  "method-not-allowed": { zh: "不能这样操作", en: "This cannot be done that way" },
  "place-taken": { zh: "这个时间刚被约走，请换一个时间", en: "That time has just been taken. Please choose another" },
  "place-not-offered": {
    zh: "这个时间不接受预约，请从列出的时间里选",
    en: "That is not a time for appointments. Please choose one of those shown",
  },
  "not-on-sale": {
    zh: "这一天还没有放号，请过些天再约，或换一天",
    en: "That day is not on sale yet. Try again later, or choose another day",
  },
  "day-closed": {
    zh: "本站这一天不办理所选事项，请换一天",
    en: "The station does not do this on that day. Please choose another day",
  },
  "outside-hours": {
    zh: "这个时间不办理（未开门、午休或已下班），请换一个时间",
    en: "The station does not do this at that hour. Please choose another time",
  },
  "visit-too-long": {
    zh: "从这个时间起，可预约的时间不够办完所选事项，请换一个时间",
    en: "From then on there is too little time to book for this visit. Please choose another time",
  },
  "time-past": { zh: "这个时间已经过了，请换一个时间", en: "That time has passed. Please choose another" },
  "already-booked": {
    zh: "您已有一个同类事项的预约：可以改时间、换站，或先取消它",
    en: "You already have an appointment of this kind. Move it, or cancel it first",
  },
  "key-reused": {
    zh: "这张表单已经用过，请重新打开页面",
    en: "This form was already used. Please open the page again",
  },
  "changed-meanwhile": {
    zh: "刚刚有变动，请看一下最新情况再操作",
    en: "Something has just changed. Look again, then decide",
  },
  "appointment-ended": {
    zh: "这个预约已经结束（已办理、已取消或已过期）",
    en: "This appointment is over (served, cancelled or past)",
  },
  "booking-paused": {
    zh: "您有几次预约后没有来，网上预约已暂停一段时间。现场取号随时可以办理；有原因可以申诉，由民警处理",
    en: "Online booking is paused for a while, because several appointments were missed. You may always walk in; if there was a reason, appeal and an officer will decide",
  },
  "nothing-to-appeal": {
    zh: "这个预约没有记为未到，或者民警已经处理过",
    en: "This appointment does not count as missed, or an officer has already decided",
  },
  "offer-lapsed": {
    zh: "这个名额已不再为您保留，请另选时间",
    en: "This place is no longer held for you. Choose another time",
  },
  "too-early": {
    zh: "还没到签到时间，请在预约时间前20分钟内签到",
    en: "Too early to check in: from 20 minutes before your time",
  },
  "wrong-station": {
    zh: "您预约的不是本站，请看预约凭证上的地址",
    en: "Your appointment is at another station. See the address on your voucher",
  },
  "wrong-day": {
    zh: "您预约的不是今天，请看预约凭证上的日期",
    en: "Your appointment is on another day. See the date on your voucher",
  },
  "station-closed": { zh: "本站现在不在服务时间", en: "The station is closed now" },
  "service-not-here": {
    zh: "本站不办理这个事项，请换一个站",
    en: "This station does not offer that service. Please choose another",
  },
  "window-not-open": { zh: "您还没有坐到这个窗口", en: "You are not at this window" },
  "window-taken": { zh: "这个窗口已有同事", en: "A colleague is at this window" },
  "window-busy": { zh: "窗口还有一位在办理，请先办完", en: "Somebody is still at the window. Finish first" },
  "window-empty": { zh: "窗口现在没有人", en: "Nobody is at the window" },
  "nobody-waiting": { zh: "现在没有人在等", en: "Nobody is waiting" },
  "ticket-changed": {
    zh: "窗口上已经是另一个号了，请看一下再操作",
    en: "Another ticket is at the window now. Look again",
  },
  "not-called": { zh: "这个号不在叫号状态", en: "This ticket is not being called" },
  "not-serving": { zh: "还没有开始办理", en: "Service has not started" },
  "recall-too-soon": { zh: "请稍等再重呼（间隔20秒）", en: "Wait a little before calling again (20 seconds)" },
  "recall-used-up": { zh: "已经重呼两次，可以过号", en: "Called three times already. You may mark it missed" },
  "return-too-late": {
    zh: "过号已超过30分钟，请重新取号",
    en: "Missed more than 30 minutes ago. Please take a new ticket",
  },
  "remote-not-allowed": {
    zh: "本站不能用手机取号，请到站取号或先预约",
    en: "This station gives no tickets by phone. Come and take one there, or book a time",
  },
  "already-waiting": {
    zh: "您今天已有一个手机号在排队",
    en: "Your phone already has a ticket waiting today",
  },
  "tickets-stopped": {
    zh: "今天排队的人已满到下班，现在取号恐怕办不上，已停止发号。有预约的仍可签到；也可问工作人员附近哪个站更快",
    en: "The line already reaches closing time, so no more tickets today. Appointments still check in; ask the staff for a quicker station nearby",
  },
  "window-paused": { zh: "窗口已暂停，请先恢复叫号", en: "This window is paused. Resume it first" },
  "park-too-long": {
    zh: "挂起已超过30分钟，请让本人回到队列",
    en: "Parked for more than 30 minutes. Put them back in the line",
  },
  "undo-too-late": { zh: "已超过30秒，不能撤销", en: "More than 30 seconds ago: it can no longer be undone" },
  "nothing-to-undo": { zh: "没有可以撤销的操作", en: "There is nothing to undo" },
  "letters-used-up": {
    zh: "本站今天的离线号段已用完，断网时请人工发号",
    en: "All letters for offline kiosks are in use today: without a network, give numbers by hand",
  },
  "lease-over": {
    zh: "那一天已经结束，断网时发的号不再有效，请到窗口重新取号",
    en: "That day is over: its offline numbers no longer count. Please take a new one",
  },
  "key-expired": {
    zh: "这张表单已过24小时，请重新打开页面",
    en: "This form is more than 24 hours old. Please open the page again",
  },
  "details-deleted": {
    zh: "这份预约的个人信息已按规定删除",
    en: "The personal details of this booking were deleted, as the rules require",
  },
  "body-too-large": { zh: "内容太大了", en: "That is too large" },
  "wrong-content-type": { zh: "请求的格式不对", en: "Wrong kind of request" },
  "too-many-codes": { zh: "获取验证码太频繁，请过一会儿再试", en: "Too many codes asked for. Please try again later" },
  "too-many-tries": { zh: "试的次数太多，请过一会儿再试", en: "Too many tries. Please try again later" },
  "not-your-wave": {
    zh: "新一天的号刚放出，正在分批预约，还没轮到您。轮到前不用刷新，其他日子现在就能约",
    en: "A new day has just come on sale and people are let in by turns. Yours has not begun; there is no need to reload, and other days can be booked now",
  },
  "too-many-bookings": {
    zh: "今天预约和取消的次数太多，请明天再约，或直接到站取号",
    en: "Too many bookings today. Try tomorrow, or take a ticket at the station",
  },
  "too-many-moves": {
    zh: `这个预约今天已改过${movesADay}次，明天起可以再改；也可以取消，或到站取号`,
    en: `This appointment was moved ${movesADay} times today and can be moved again tomorrow. You can still cancel it, or walk in`,
  },
  "too-many-tickets": {
    zh: "今天用手机取号的次数太多，请到站取号",
    en: "Too many tickets by phone today. Please take one at the station",
  },
  fault: {
    zh: "系统出了点问题，请稍后再试；急事请直接到站或拨打110",
    en: "Something went wrong on our side. Try again later; in an emergency dial 110",
  },
  busy: { zh: "现在人多，请过几秒再试", en: "Very busy now. Please try again in a few seconds" },
}

export const faultWords: Record<string, { zh: string; en: string }> = {
  notice: { zh: "没有这一版个人信息告知", en: "There is no such version of the notice on personal data" },
  check: { zh: "没有这个检查项", en: "There is no such step" },
  note: { zh: "写2到500个字", en: "2 to 500 characters" },
  "must-be-checked": { zh: "必须先核对这一项", en: "This must be checked first" },
  "staff-unknown": { zh: "本单位没有这位民警", en: "Your unit has no such officer" },
  subscription: { zh: "浏览器给的推送地址无法使用", en: "The browser’s push address cannot be used" },
  subscriptions: {
    zh: "登记的设备太多，请先在不用的设备上关闭推送",
    en: "Too many devices. Stop pushes on one that you no longer use",
  },
  "photo-kind": { zh: "这不是照片，请选 JPG、PNG 或 WebP 图片", en: "This is not a photo. Choose a JPG, PNG or WebP" },
  "photo-heic": {
    zh: "这种格式（HEIC）打不开。请把照片截屏，再发截图",
    en: "This format (HEIC) cannot be opened. Take a screenshot of the photo and send that",
  },
  "photo-broken": { zh: "照片不完整或已损坏，请换一张", en: "The photo is incomplete or damaged. Choose another" },
  "photo-pixels": { zh: "照片太大，请截屏后发截图", en: "The photo is too large. Send a screenshot of it" },
  dialable: { zh: "电话号码不对，请核对", en: "This is not a phone number, please check" },
  point: { zh: "这个位置不对", en: "This is not a position" },
  where: { zh: "列表里没有这个地方", en: "This place is not in the list" },
  "when-missing": { zh: "请填最后看见的时间", en: "Please say when the child was last seen" },
  "where-missing": { zh: "请写地点，或在列表里选一个", en: "Write the place, or choose one from the list" },
  "sex-missing": { zh: "请选女或男", en: "Please choose one" },
  photo: { zh: "没有这张照片", en: "There is no such photo" },
  report: { zh: "报告编号不对，请核对", en: "This is not a report’s number, please check" },
  missing: { zh: "请填写", en: "Please fill this in" },
  other: { zh: "这里填得不对，请检查", en: "This is not right, please check" },
  "id-form": { zh: "身份证号应为18位，最后一位可以是X", en: "The ID number has 18 characters; the last may be X" },
  "id-fifteen": { zh: "15位的旧身份证号已停用，请填18位的", en: "15-digit numbers are no longer in use; enter all 18" },
  "id-area": { zh: "身份证号前两位不对，请核对", en: "The first two digits are not a province, please check" },
  "id-birth": {
    zh: "身份证号里的出生日期不对，请核对",
    en: "The date of birth in the number is not possible, please check",
  },
  "id-check": { zh: "身份证号有一位输错了，请逐位核对", en: "One digit is wrong, please check each" },
  "name-missing": { zh: "请填写姓名", en: "Please enter the name" },
  "name-long": { zh: "姓名最多50个字", en: "At most 50 characters" },
  "name-characters": {
    zh: "姓名只能写文字和间隔号“·”，不能有数字或符号",
    en: "Letters and · only, no digits or signs",
  },
  "wish-window": {
    zh: "请把日期和时间从早到晚填，并早于现在的预约",
    en: "Days and times go from earlier to later, and lie before your appointment",
  },
  proposal: { zh: "没有这个待确认的名额", en: "There is no such offer" },
  "guardian-missing": {
    zh: "请填写代办的监护人或近亲属的姓名和身份证号（未满14岁必须由监护人预约）",
    en: "Enter the name and ID number of the guardian or near relative who books (required for anyone under 14)",
  },
  "guardian-same": { zh: "监护人和办理人不能是同一个身份证号", en: "The guardian and the person cannot be the same" },
  "guardian-age": { zh: "监护人应年满18岁，请核对身份证号", en: "A guardian is 18 or older, please check the number" },
  consent: {
    zh: "为未满14岁的孩子预约，需要监护人同意个人信息告知书",
    en: "For a child under 14 the guardian must consent to the notice on personal data",
  },
  rows: { zh: "名单最多200人，至少1人", en: "A list has 1 to 200 people" },
  "rows-twice": { zh: "这个身份证号在名单里出现了两次", en: "This ID number is in the list twice" },
  "rows-file": {
    zh: "读不出这个文件，请用CSV（UTF-8或GB18030）",
    en: "This file cannot be read. Use CSV in UTF-8 or GB18030",
  },
  mobile: {
    zh: "手机号应为11位（也可填 +852、+853、+886 开头的号码）",
    en: "A mobile number has 11 digits (or starts with +852, +853, +886)",
  },
  code: { zh: "验证码是6位数字", en: "The code has 6 digits" },
  "id-last4": {
    zh: "与办理人身份证号的最后4位不符，请核对",
    en: "Not the last 4 characters of the person’s ID number, please check",
  },
  last4: { zh: "请填手机号的最后4位数字", en: "Enter the last 4 digits of the phone" },
  reference: { zh: "预约号应为12位字母和数字，请核对", en: "The reference has 12 letters and digits, please check" },
  link: { zh: "链接不完整", en: "The link is incomplete" },
  date: { zh: "没有这个日期", en: "There is no such date" },
  period: { zh: "结束日期要在开始日期之后，最多两年", en: "The last day comes after the first, within two years" },
  grain: { zh: "只能按天、周或月", en: "By days, weeks or months only" },
  session: {
    zh: "时段应从早到晚、以5分钟为步，一天最多8段",
    en: "Hours run from earlier to later, in steps of five minutes, eight a day at most",
  },
  season: {
    zh: "季节的起止应为 06-15 这样的月和日，最多6个",
    en: "A season begins and ends on a day like 06-15; six at most",
  },
  exceptions: { zh: "特别日期最多100个", en: "At most 100 special dates" },
  scope: { zh: "没有这个单位", en: "There is no such unit" },
  "entry-name": { zh: "没有这条记录", en: "There is no such entry" },
  filter: { zh: "筛选条件只能用字母、数字和 : . # / -", en: "Filter by letters, digits and : . # / - only" },
  closure: { zh: "停办的编号不完整", en: "This is not a closure's number" },
  span: {
    zh: "结束应在开始之后、现在之后，最长一年",
    en: "The end is after the beginning and after now, within a year",
  },
  time: { zh: "时间应为 09:30 这样", en: "A time looks like 09:30" },
  "time-to-come": { zh: "这个时间还没有到，请核对", en: "That time is yet to come, please check it" },
  station: { zh: "没有这个警务站", en: "There is no such station" },
  service: { zh: "没有这个事项", en: "There is no such service" },
  "services-none": { zh: "请至少选一个事项", en: "Choose one service at least" },
  "services-most": { zh: "一次最多办4个事项", en: "At most 4 services in one visit" },
  "services-twice": { zh: "同一个事项写了两次，请去掉一个", en: "The same service is named twice. Remove one" },
  window: { zh: "没有这个窗口", en: "There is no such window" },
  age: { zh: "请填0到120之间的整数", en: "A whole number from 0 to 120" },
  choice: { zh: "请从选项里选一个", en: "Please choose one of the options" },
  place: { zh: "位置不对", en: "That is not a place" },
  key: { zh: "表单标识不对", en: "The form's key is not right" },
  "not-released": {
    zh: "这一天还没有放号，请选已经放号的日子",
    en: "That day is not on sale yet, please choose an earlier one",
  },
  "one-group": { zh: "一次只能预约同一类事项", en: "One visit is for services of one kind" },
  "operation-id": { zh: "操作标识不对", en: "The operation's id is not right" },
  "ticket-number": { zh: "号码应为 A012 这样", en: "A ticket number looks like A012" },
  outcome: { zh: "请选择办理结果", en: "Choose how the visit ended" },
  "glass-reason": {
    zh: "请写明为什么来不及核验，4 到 200 个字",
    en: "Please say why it cannot wait, in 4 to 200 characters",
  },
  reason: { zh: "请写明原因，至少2个字，不要太长", en: "Please give a reason of 2 characters or more, not too long" },
  pairing: { zh: "请输入配对码", en: "Enter the pairing code" },
  scanned: { zh: "二维码无法识别", en: "The QR code could not be read" },
  device: { zh: "没有这个设备", en: "There is no such device" },
  "device-name": { zh: "请填设备名称（最多40个字）", en: "Name the device (at most 40 characters)" },
  "policy-number": { zh: "数值超出允许的范围", en: "This number is outside what is allowed" },
  "policy-empty": { zh: "没有要改的内容", en: "There is nothing to change" },
  "policy-block": {
    zh: "预约时段要放得下最长的事项，并且是号源单位的整数倍",
    en: "A block must hold the longest service and be a whole number of units",
  },
  "card-text": {
    zh: "请填1到60个字，不要用特殊符号",
    en: "1 to 60 characters, without special signs",
  },
  "card-private": {
    zh: "不能写电话、证件号等号码：大厅里人人看得到",
    en: "No phone or ID numbers: everyone in the hall reads this",
  },
  "card-age": { zh: "年龄应为0到17岁", en: "The age is from 0 to 17" },
  "card-hotline": {
    zh: "电话应为3到12位的公开号码，不能填手机号",
    en: "A public number of 3 to 12 digits, not anybody's mobile",
  },
  "card-minutes": { zh: "展示时长应为10分钟到6小时", en: "It is shown for 10 minutes to 6 hours" },
  "policy-order": { zh: "这个数与另一个数矛盾，请一起调整", en: "This contradicts another number; change both" },
}
