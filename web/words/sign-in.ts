/** What became of a sign-in or of proving again who one is, told on the page that it was begun from. */
import type { ProblemCode } from "#domain/problem"
import type { Words } from "./t.ts"

export const signInWords = {
  "step-up-needed": {
    zh: "这一步涉及敏感信息，请先再核验一次您的身份。",
    en: "This concerns sensitive data: please confirm once more that it is you.",
  },
  "sign-in-incomplete": { zh: "登录没有完成，请再试一次。", en: "The sign-in was not completed. Please try again." },
  "sign-in-locked": {
    zh: "多次登录未通过，暂停新的登录。已登录的设备不受影响；也可以请站长解除。",
    en: "Too many refused sign-ins: no new one for now. Where you are signed in you stay; your chief can open it.",
  },
  "step-up-refused": {
    zh: "身份没有核验通过：请用您本人的工号，在核验页面上重新登录一次。",
    en: "You were not recognised. Please sign in once more there, as yourself.",
  },
  "provider-away": {
    zh: "统一身份认证暂时没有应答，请稍后再试。接收和签收警情不受影响。",
    en: "The identity service does not answer for now. Please try again. Alerts come and are acknowledged as always.",
  },
} as const satisfies Partial<Record<ProblemCode, { zh: string; en: string }>>

/** Around it, on the pages of the staff. */
export const provingWords = {
  notOnRoster: {
    zh: "这个账号不在本系统的人员名单里，或已停用，请联系站长。",
    en: "This account is not on our roster, or is locked. Please ask the station chief.",
  },
  opensAt: { zh: "{time} 起可以再登录。", en: "It opens again at {time}." },
  prove: { zh: "核验身份", en: "Confirm it is me" },
  proveWhere: {
    zh: "在新窗口登录一次，这里的内容原样保留。",
    en: "You sign in once more in a new window; everything here stays as it is.",
  },
  cannotProve: { zh: "现在无法验证？", en: "Cannot prove it now?" },
  cannotWhy: {
    zh: "为什么现在就要看（4 到 200 个字，留下备查）",
    en: "Why it cannot wait (4 to 200 characters, kept)",
  },
  cannotHint: {
    zh: "只写缘由，不要写姓名、证件号码和手机号码。",
    en: "Only the cause: no names, no ID or phone numbers.",
  },
  openNow: { zh: "先看信息，事后复核", en: "Open now, reviewed afterwards" },
  proved: { zh: "已核验", en: "Confirmed" },
  provedWhy: {
    zh: "可以关闭这个窗口，回到刚才的页面继续。",
    en: "You can close this window and go on where you were.",
  },
  provedHere: { zh: "在这里继续", en: "Go on here" },
  saidProved: { zh: "身份已核验，请继续。", en: "Confirmed. Please go on." },
  proveAhead: {
    zh: "离上次登录已久：现在核验一次，警情来时可以直接打开。",
    en: "You signed in a while ago. Confirm now, and a report opens at once when it comes.",
  },
  sessions: { zh: "您的登录", en: "Where you are signed in" },
  since: { zh: "{time} 登录", en: "since {time}" },
  seen: { zh: "最近使用 {time}", en: "last used {time}" },
  thisOne: { zh: "这一处", en: "this one" },
  endOthers: { zh: "退出其他各处", en: "Sign out everywhere else" },
  endSure: { zh: "退出其他各处？", en: "End the others?" },
  endYes: { zh: "确定", en: "Yes" },
  endNo: { zh: "返回", en: "No" },
  leaveElsewhere: { zh: "同时退出统一身份认证", en: "Sign out of the city account too" },
} as const satisfies Words
