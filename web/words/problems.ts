/** Every refusal and every field's fault, worded for people: what happened, and what to do now. */
import type { ProblemCode } from "#domain/problem"

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
  "window-unknown": { zh: "本站没有这个窗口", en: "This station has no such window" },
  "appointment-not-found": {
    zh: "没有找到预约，请核对预约号和手机尾号，或请工作人员帮忙",
    en: "No appointment found. Check the reference and the digits, or ask the staff",
  },
  "ticket-not-found": { zh: "没有找到这个号", en: "There is no such ticket" },
  "device-not-found": { zh: "本站没有这台设备", en: "This station has no such device" },
  "method-not-allowed": { zh: "不能这样操作", en: "This cannot be done that way" },
  "place-taken": { zh: "这个时间刚被约走，请换一个时间", en: "That time has just been taken. Please choose another" },
  "place-not-offered": {
    zh: "这个时间不开放预约，请换一个时间",
    en: "That time cannot be booked. Please choose another",
  },
  "time-past": { zh: "这个时间已经过了，请换一个时间", en: "That time has passed. Please choose another" },
  "already-booked": {
    zh: "您已有一个同类事项的预约，请先取消原预约",
    en: "You already have an appointment of this kind. Cancel it first",
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
  "body-too-large": { zh: "内容太大了", en: "That is too large" },
  "wrong-content-type": { zh: "请求的格式不对", en: "Wrong kind of request" },
  "too-many-codes": { zh: "获取验证码太频繁，请过一会儿再试", en: "Too many codes asked for. Please try again later" },
  "too-many-tries": { zh: "试的次数太多，请过一会儿再试", en: "Too many tries. Please try again later" },
  "too-many-bookings": {
    zh: "今天预约和取消的次数太多，请明天再约，或直接到站取号",
    en: "Too many bookings today. Try tomorrow, or take a ticket at the station",
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
  mobile: {
    zh: "手机号应为11位（也可填 +852、+853、+886 开头的号码）",
    en: "A mobile number has 11 digits (or starts with +852, +853, +886)",
  },
  code: { zh: "验证码是6位数字", en: "The code has 6 digits" },
  last4: { zh: "请填手机号的最后4位数字", en: "Enter the last 4 digits of the phone" },
  reference: { zh: "预约号应为12位字母和数字，请核对", en: "The reference has 12 letters and digits, please check" },
  link: { zh: "链接不完整", en: "The link is incomplete" },
  date: { zh: "没有这个日期", en: "There is no such date" },
  time: { zh: "时间应为 09:30 这样", en: "A time looks like 09:30" },
  station: { zh: "没有这个警务站", en: "There is no such station" },
  service: { zh: "没有这个事项", en: "There is no such service" },
  window: { zh: "没有这个窗口", en: "There is no such window" },
  place: { zh: "位置不对", en: "That is not a place" },
  key: { zh: "表单标识不对", en: "The form's key is not right" },
  "one-group": { zh: "一次只能预约同一类事项", en: "One visit is for services of one kind" },
  "operation-id": { zh: "操作标识不对", en: "The operation's id is not right" },
  "ticket-number": { zh: "号码应为 A012 这样", en: "A ticket number looks like A012" },
  outcome: { zh: "请选择办理结果", en: "Choose how the visit ended" },
  reason: { zh: "请写明原因（2到200个字）", en: "Please give a reason (2 to 200 characters)" },
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
