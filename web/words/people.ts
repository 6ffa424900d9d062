import type { Words } from "./t.ts"

/** The chief's people: who is signed in, and who is locked. */
export const peopleWords = {
  title: { zh: "本站人员", en: "The station's people" },
  why: {
    zh: "角色和单位来自人员名单。停用登录立即生效，对方正在用的页面会回到登录页；改动前要再核验一次您的身份。",
    en: "Roles and units come from the roster. A lock holds at once: pages in use go back to the sign-in. You confirm first that it is you.",
  },
  me: { zh: "您", en: "you" },
  signedIn: { zh: "已登录 {count} 处", en: "signed in: {count}" },
  seen: { zh: "最近使用 {time}", en: "last used {time}" },
  signedOut: { zh: "未登录", en: "not signed in" },
  left: { zh: "已不在名单", en: "no longer on the roster" },
  barred: { zh: "已停用登录", en: "locked by the chief" },
  lockedUntil: { zh: "多次登录未通过，{time} 前不能新登录", en: "too many refused sign-ins: no new one before {time}" },
  lock: { zh: "停用登录", en: "Lock" },
  lockSure: { zh: "立即退出并不能再登录？", en: "Signed out at once, and no sign-in any more?" },
  unlock: { zh: "恢复登录", en: "Unlock" },
  unlockSure: { zh: "允许再登录？", en: "May sign in again?" },
  end: { zh: "全部退出", en: "Sign out everywhere" },
  endSure: { zh: "退出全部设备？", en: "End every session?" },
  yes: { zh: "确定", en: "Yes" },
  no: { zh: "返回", en: "No" },
  saidLocked: { zh: "{name} 已停用登录", en: "{name} is locked" },
  saidUnlocked: { zh: "{name} 可以再登录", en: "{name} may sign in again" },
  saidEnded: { zh: "{name} 已在各处退出", en: "{name} is signed out everywhere" },
} as const satisfies Words
