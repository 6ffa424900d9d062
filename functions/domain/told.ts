/**
 * What a reporter tells (domain.md §5.3). Four things make a report: where, when, a phone, and the child's sex and age. All
 * else may follow, and nothing of it is refused for being long or odd: what is too long is cut, for an officer to ask again.
 */
import * as z from "zod/mini"
import { sexes } from "./card.ts"
import { tidyMobile } from "./person.ts"
import { hour, type Instant } from "./time.ts"

/** "+86 0591 …" is written often and dialled by nobody. */
const tidyPhone = (typed: string) => tidyMobile(typed).replace(/^\+860+/, "+86")

/** Any number that an officer can dial: nobody is sent away for having only a landline, a mall's hotline or a number from abroad. */
export const Phone = z.pipe(
  z.pipe(z.string().check(z.maxLength(40, "dialable")), z.transform(tidyPhone)),
  z
    .string()
    .check(
      z.regex(/^(\+861[3-9]\d{9}|\+86[2-9]\d{8,10}|\+(?!86)\d{7,15}|0\d{9,11}|[48]00\d{7}|[2-8]\d{6,7})$/, "dialable"),
      z.meta({ id: "Phone", examples: ["13800138000"] }),
    ),
)

export type Sex = (typeof sexes)[number]

/** Who reports. A finder has a child beside them and looks for the parents: another kind of report. */
export const relations = ["parent", "guardian", "relative", "school", "venue", "passer-by", "finder"] as const
export type Relation = (typeof relations)[number]

/** As somebody typed it in a hurry: control characters gone, cut after so many characters, never refused. */
const words = (most: number) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => [...text.replace(/\p{Cc}+/gu, " ").trim()].slice(0, most).join("")),
    ),
    z.string(),
  )

export const Point = z.object({
  lat: z.number("point").check(z.gte(-90, "point"), z.lte(90, "point")),
  lng: z.number("point").check(z.gte(-180, "point"), z.lte(180, "point")),
})
type Point = z.infer<typeof Point>

/** A point as machines send it: numbers as text, the two turned round where only that is a place. Null: sent, and not to be read. */
export function pointSent(sent: unknown): Point | null | undefined {
  if (sent === undefined || sent === null) return undefined
  const { lat, lng } = Object(sent) as { lat?: unknown; lng?: unknown }
  const [north, east] = [lat, lng].map((it) => (typeof it === "string" && it.trim() !== "" ? Number(it) : it))
  const read = [Point.safeParse({ lat: north, lng: east }), Point.safeParse({ lat: east, lng: north })]
  return read.find((it) => it.success)?.data ?? null
}

type Said = { text: string; point?: unknown; venue?: unknown; street?: unknown }
/** Something that somebody could look for. */
export const saysWhere = (where: Said) => Boolean(where.text || where.point || where.venue || where.street)

/**
 * Where the child was last seen: a point (WGS-84), a venue or a street of the lists, words; any of them is enough, and one that
 * cannot be read is left out. A point that cannot be read is enough too: the report stands, and an officer asks.
 */
export const Where = z
  .object({
    text: z.catch(z._default(words(200), ""), ""),
    point: z.optional(
      z.pipe(
        z.pipe(
          z.union([Point, z.unknown().check(z.meta({ description: "As text, or the two turned round" }))]),
          z.transform(pointSent),
        ),
        z.optional(z.nullable(Point)),
      ),
    ),
    venue: z.catch(z.optional(z.string().check(z.maxLength(40))), undefined),
    street: z.catch(z.optional(z.string().check(z.maxLength(12))), undefined),
  })
  .check(
    z.refine((where) => where.point === null || saysWhere(where), "where-missing"),
    z.meta({ id: "LastSeenWhere" }),
  )
export type Where = z.infer<typeof Where>

const wholeMoment = (sent: number | string) =>
  Math.floor(typeof sent === "number" || /^\d+$/.test(sent) ? Number(sent) : Date.parse(sent))

/** When they were last seen: `about` where the reporter is not sure. A time to come is taken as now by whoever saves it. */
export const When = z
  .object({
    at: z.pipe(
      z.pipe(z.union([z.number(), z.string()], "when-missing"), z.transform(wholeMoment)),
      z.number("when-missing").check(z.int("when-missing"), z.gte(0, "when-missing")),
    ),
    about: z.catch(z._default(z.boolean(), true), true),
  })
  .check(z.meta({ id: "LastSeenWhen" }))
export type When = z.infer<typeof When>

const digits = "零一二三四五六七八九"

/** "5", "五岁", "十二", "3岁半", "8个月"; nothing that is no number. */
export function ageIn(typed: string): number | undefined {
  const text = typed.normalize("NFKC").replace("两", "二")
  const [number] = /\d+/.exec(text) ?? []
  if (/月|month/i.test(text) && !/岁|year/i.test(text)) return 0
  if (number !== undefined) return Number(number)
  const [, tens, units] = /([一二三四五六七八九]?)十([一二三四五六七八九]?)/.exec(text) ?? []
  if (tens !== undefined) return (digits.indexOf(tens || "一") || 1) * 10 + Math.max(0, digits.indexOf(units || "零"))
  const one = /[零一二三四五六七八九]/.exec(text)
  return one ? digits.indexOf(one[0]) : undefined
}

/** In whole years, as people count them. */
const Age = z.pipe(
  z.pipe(
    z.union([z.number(), z.string()], "age"),
    z.transform((sent) => Math.floor(typeof sent === "number" ? sent : (ageIn(sent) ?? Number.NaN))),
  ),
  z.number("age").check(z.gte(0, "age"), z.lte(120, "age")),
)

/** The child, as a stranger would look for them. `age` in years, as near as they know. */
export const Described = z
  .object({
    sex: z.enum(sexes, "sex-missing"),
    age: Age,
  })
  .check(z.meta({ id: "ChildDescribed" }))

/** Asked at once after the report stands. */
const atOnce = {
  name: words(50),
  nickname: words(50),
  height: words(40),
  build: words(60),
  hair: words(60),
  top: words(60),
  bottom: words(60),
  shoes: words(60),
  bag: words(60),
  direction: words(120),
  companion: words(120),
  reporter: words(50),
  reporterPlace: words(120),
}

/** Asked by an officer, or told by whoever has the time. */
const later = {
  marks: words(200),
  accent: words(60),
  health: words(200),
  glasses: words(60),
  watch: words(60),
  school: words(120),
  home: words(120),
  habits: words(200),
  places: words(200),
  done: words(200),
  otherPhone: words(40),
  note: words(500),
}

/** Every field of the second and third stage, in the order in which they are asked; words only, all of them optional. */
export const detailNames = [...Object.keys(atOnce), ...Object.keys(later)] as DetailName[]
export type DetailName = keyof typeof atOnce | keyof typeof later

const details = { ...atOnce, ...later }
type Details = { [name in DetailName]?: string }
const optional = Object.fromEntries(
  Object.entries(details).map(([name, schema]) => [name, z.optional(schema)]),
) as unknown as { [name in DetailName]: z.ZodMiniOptional<(typeof details)[name]> }

export const Added = z
  .object({
    ...optional,
    relation: z.optional(z.enum(relations)),
    /** A family dispute over who has the child: officers decide, software never hands over (domain.md §5.5). */
    dispute: z.optional(z.boolean()),
    /** The mall or station has started its own search for lost children (未成年人保护法 56). */
    venueAlert: z.optional(z.boolean()),
    /** Corrections of the four: what was told first stays as it was told. */
    where: z.optional(Where),
    when: z.optional(When),
    phone: z.optional(Phone),
    sex: z.optional(z.enum(sexes, "sex-missing")),
    age: z.optional(Age),
  })
  .check(z.meta({ id: "ReportAdded" }))
export type Added = z.infer<typeof Added>

export const Told = z
  .object({
    where: Where,
    when: When,
    phone: Phone,
    child: Described,
    relation: z._default(z.enum(relations), "parent"),
    details: z.optional(
      z.object({ ...optional, dispute: z.optional(z.boolean()), venueAlert: z.optional(z.boolean()) }),
    ),
  })
  .check(z.meta({ id: "ReportTold" }))
export type Told = z.infer<typeof Told>

/** A phone's clock may be minutes ahead; more than that was a slip of the finger. Either way the report stands. */
export const notToCome = <T extends { when?: When | undefined }>(told: T, now: Instant): T =>
  told.when ? { ...told, when: { ...told.when, at: Math.min(told.when.at, now) } } : told
export const isToCome = ({ at }: Pick<When, "at">, now: Instant): boolean => at > now + hour / 6

/** What is known now: each later word over the earlier, and nothing lost where the later says nothing. */
export function asKnown(told: Told, added: readonly Added[]): Told {
  return added.reduce((known: Told, { where, when, phone, sex, age, relation, ...more }): Told => {
    const said = Object.fromEntries(Object.entries(more).filter(([, it]) => it !== undefined && it !== "")) as Details
    return {
      where: where && saysWhere(where) ? where : known.where,
      when: when ?? known.when,
      phone: phone ?? known.phone,
      child: { sex: sex ?? known.child.sex, age: age ?? known.child.age },
      relation: relation ?? known.relation,
      details: { ...known.details, ...said },
    }
  }, told)
}
