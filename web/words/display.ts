/** The hall display, and the pairing page that it shares with the kiosk. */
import type { Words } from "./t.ts"

export const displayWords = {
  title: { zh: "大厅叫号屏", en: "Hall display" },
  nowCalling: { zh: "请到窗口", en: "Now calling" },
  number: { zh: "号码", en: "Number" },
  window: { zh: "窗口", en: "Window" },
  windowNo: { zh: "{window} 号窗口", en: "Window {window}" },
  noCalls: { zh: "请留意叫号", en: "Please wait to be called" },
  lastCalls: { zh: "刚刚呼叫", en: "Called before" },
  windows: { zh: "窗口", en: "Windows" },
  calledState: { zh: "请到窗口", en: "come now" },
  servingState: { zh: "办理中", en: "serving" },
  freeState: { zh: "即将叫号", en: "ready" },
  closedState: { zh: "暂停", en: "closed" },
  waiting: { zh: "等候人数", en: "Waiting" },
  open: { zh: "服务中", en: "Open" },
  closed: { zh: "现在休息", en: "Closed now" },
  missed: { zh: "过号", en: "Missed" },
  missedHow: { zh: "请到窗口说一声，30 分钟内可以接着排", en: "Ask at a window within 30 minutes to rejoin" },
  rule: {
    zh: "现场等候超过 {limit} 分钟，各窗口预约号与现场号交替呼叫",
    en: "Once a walk-in has waited over {limit} minutes, windows alternate between booked and walk-in",
  },
  soundOff: { zh: "声音未开 — 点一下屏幕打开", en: "Sound is off — touch to turn on" },
  newcomer: { zh: "现在取号约等", en: "A new ticket waits about" },
  minutesWithin: { zh: "{high} 分钟内", en: "{high} min at most" },
  minutes: { zh: "{low}–{high} 分钟", en: "{low}–{high} min" },
  voiceNone: { zh: "语音没有装载，只有提示音", en: "The voice could not be loaded: chime only" },
  offlineSince: { zh: "{time} 起离线，以下是那时的情况", en: "Offline since {time}: this is how it was" },
  childTitle: { zh: "帮忙找孩子", en: "Missing child" },
  childGirl: { zh: "女孩", en: "Girl" },
  childBoy: { zh: "男孩", en: "Boy" },
  childAge: { zh: "约 {age} 岁", en: "about {age}" },
  childSeen: { zh: "{time} 最后见于{place}", en: "Last seen {time}, {place}" },
  childCall: { zh: "如见到请拨打 {hotline} 或告诉民警", en: "If you see this child call {hotline} or tell an officer" },
  demonstration: { zh: "演示数据", en: "Demonstration" },
  switchLanguage: { zh: "English", en: "中文" },
  english: { zh: "英文播报", en: "Speak English too" },
} as const satisfies Words

export const pairingWords = {
  kioskTitle: { zh: "配对自助机", en: "Pair this kiosk" },
  displayTitle: { zh: "配对大厅屏", en: "Pair this hall display" },
  why: {
    zh: "请站长在窗口工作台的“设备”里生成配对码，输入到这里。",
    en: "The chief makes a pairing code under “Devices” of the window console. Enter it here.",
  },
  code: { zh: "配对码", en: "Pairing code" },
  pair: { zh: "配对", en: "Pair" },
  pairing: { zh: "正在配对……", en: "Pairing …" },
  opening: { zh: "正在打开……", en: "Opening …" },
  noAnswer: { zh: "连不上，请检查网络后再试。", en: "No connection. Check the network and try again." },
  insecure: {
    zh: "本页要用 https 打开，才能保存设备的钥匙。",
    en: "Open this page by https, so that the device can keep its key.",
  },
  revoked: {
    zh: "本设备已停用，或不再被承认。请站长重新生成配对码。",
    en: "This device was revoked or is no longer known. Ask the chief for a new code.",
  },
  wrongKind: {
    zh: "这个配对码是给另一种设备的。",
    en: "That code was made for the other kind of device.",
  },
  openOther: { zh: "打开那一页", en: "Open that page" },
  switchLanguage: { zh: "English", en: "中文" },
} as const satisfies Words
