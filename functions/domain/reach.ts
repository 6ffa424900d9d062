/**
 * How a duty officer is reached away from the screen: a message to their own phone, and a push to browsers that they chose.
 * Neither says anything of a child; both only bring the officer to the screen.
 */
import * as z from "zod/mini"
import { Mobile } from "./person.ts"

/** The push services of the browsers; a subscription names its own, and nothing else is ever called on its word. */
const services = [
  /^fcm\.googleapis\.com$/,
  /^([\w-]+\.)*push\.services\.mozilla\.com$/,
  /^([\w-]+\.)*push\.apple\.com$/,
  /^([\w-]+\.)*notify\.windows\.com$/,
]

/** `demonstration`: one machine plays the push service, too. */
export function isPushService(endpoint: string, demonstration: boolean): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol, hostname, port, username } = new URL(endpoint)
  if (username) return false
  if (demonstration && protocol === "http:" && hostname === "127.0.0.1") return true
  return protocol === "https:" && port === "" && services.some((it) => it.test(hostname))
}

const bytes = (count: number) =>
  z.string().check(z.regex(new RegExp(`^[\\w-]{${Math.ceil((count * 4) / 3)}}$`), "subscription"))

/** As a browser gives it: where to send, its public key (65 bytes) and its secret (16 bytes), for RFC 8291. */
export const Subscription = z
  .object({
    endpoint: z.string().check(z.maxLength(1000, "subscription"), z.refine(URL.canParse, "subscription")),
    keys: z.object({ p256dh: bytes(65), auth: bytes(16) }),
  })
  .check(z.meta({ id: "Subscription" }))
export type Subscription = z.infer<typeof Subscription>

export const languages = ["zh", "en"] as const

/** What an officer changes of it. */
export const Reaching = z.discriminatedUnion("change", [
  z.object({ change: z.literal("phone"), mobile: Mobile, language: z._default(z.enum(languages), "zh") }),
  z.object({ change: z.literal("no-phone") }),
  z.object({ change: z.literal("push"), subscription: Subscription }),
  z.object({ change: z.literal("no-push"), endpoint: z.string().check(z.maxLength(1000, "subscription")) }),
])
export type Reaching = z.infer<typeof Reaching>
