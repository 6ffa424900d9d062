/** An answer cut to its contract. */
import * as z from "zod/mini"

type Schema = z.core.$ZodType

/**
 * Of an answer what its contract declares, at every depth: what an action tells beside leaves only where it is listed (OWASP ASVS
 * 5.0 V8.2.3, V15.3.1). One wrong value keeps nobody waiting for our mistake: it goes out as it is where it is plain, without what
 * was not declared, and is named in `misfits`, by its path alone.
 */
export function declared(schema: Schema, said: unknown): { told: unknown; misfits: string[] } {
  const told = cut(schema, said)
  if (fits(schema, said)) return { told, misfits: [] }
  const misfits = new Set(misfitsIn(schema, said, ""))
  return { told, misfits: misfits.size ? [...misfits] : ["all"] }
}

const fits = (schema: Schema, value: unknown) => z.safeParse(schema, value).success

/** By its name in the shape, any element of a list, any key of a record: keys may be somebody's. */
const [element, anyKey] = ["[]", "*"]
type Part = { schema: Schema; name: string }

/** What the schema says of this key of an object or a list; nothing where it says nothing. */
function partOf(schema: Schema, key: string): Part | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case "object":
      return Object.hasOwn(def.shape, key) ? { schema: def.shape[key]!, name: key } : undefined
    case "record":
      return fits(def.keyType, key) ? { schema: def.valueType, name: anyKey } : undefined
    case "array":
      return { schema: def.element, name: element }
    case "tuple": {
      const item = def.items[Number(key)] ?? def.rest
      return item ? { schema: item, name: element } : undefined
    }
    default:
      return undefined
  }
}

/** Past what only wraps it: the shape that is meant for this value. */
function meant(schema: Schema, value: unknown): Schema {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === "pipe") return meant(typeOf(def.in) === "transform" ? def.out : def.in, value)
  if (def.type === "union") {
    const options = def.options.map((option) => ({ option, faults: faultsIn(option, value) }))
    return meant(options.reduce((least, it) => (it.faults < least.faults ? it : least)).option, value)
  }
  return "innerType" in def ? meant(def.innerType, value) : schema
}

const typeOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def.type
const faultsIn = (schema: Schema, value: unknown) => z.safeParse(schema, value).error?.issues.length ?? 0
const isList = (schema: Schema) => ["array", "tuple"].includes(typeOf(schema))
const isKeyed = (schema: Schema) => ["object", "record"].includes(typeOf(schema))

/** Whether a value is of the kind that is declared: a list, an object, or a plain value. */
function isAlike(schema: Schema, value: unknown): boolean {
  if (Array.isArray(value)) return isList(schema)
  if (typeof value === "object" && value !== null) return isKeyed(schema)
  return value === null || !(isList(schema) || isKeyed(schema))
}

function cut(wrapped: Schema, value: unknown): unknown {
  const schema = meant(wrapped, value)
  if (!isAlike(schema, value)) return undefined
  if (typeof value !== "object" || value === null) return value
  const kept = Object.entries(value).flatMap(([key, it]): [string, unknown][] => {
    const part = partOf(schema, key)
    return part ? [[key, cut(part.schema, it)]] : []
  })
  return Array.isArray(value) ? kept.map(([, it]) => it) : Object.fromEntries(kept)
}

function misfitsIn(wrapped: Schema, value: unknown, path: string): string[] {
  if (fits(wrapped, value)) return []
  const schema = meant(wrapped, value)
  if (typeof value !== "object" || value === null || !isAlike(schema, value)) return [path || "all"]
  const keys = new Set([...Object.keys(value), ...Object.keys(shapeOf(schema))])
  const found = [...keys].flatMap((key) => {
    const part = partOf(schema, key)
    const at = (name: string) => (path ? `${path}.${name}` : name)
    return part ? misfitsIn(part.schema, (value as Record<string, unknown>)[key], at(part.name)) : []
  })
  return found.length ? found : [path || "all"]
}

function shapeOf(schema: Schema): object {
  const { def } = (schema as z.core.$ZodTypes)._zod
  return def.type === "object" ? def.shape : {}
}
