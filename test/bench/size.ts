/** How DynamoDB counts: the bytes of an item, and from them the units of a request (AWS's published rules). */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"

/** An item as it goes over the wire. */
export type Wire = Record<string, AttributeValue>

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0)

/** Names count as much as what they hold. */
export const itemBytes = (item: Wire): number =>
  sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value)))

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.N !== undefined) return numberBytes(value.N)
  if (value.B !== undefined) return value.B.byteLength
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1
  if (value.SS !== undefined) return sum(value.SS.map((it) => Buffer.byteLength(it)))
  if (value.NS !== undefined) return sum(value.NS.map(numberBytes))
  if (value.BS !== undefined) return sum(value.BS.map((it) => it.byteLength))
  if (value.L !== undefined) return 3 + sum(value.L.map((it) => 1 + valueBytes(it)))
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M)
  throw new Error("An attribute of a kind that has no size")
}

/** Two significant digits a byte, one byte more, and one for the sign; zeros at either end cost nothing. */
export function numberBytes(text: string): number {
  const digits = text
    .replace(/^-/, "")
    .replace(/e.*$/i, "")
    .replace(".", "")
    .replace(/^0+|0+$/g, "")
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0)
}

/** One unit a started kilobyte; a transaction prepares and commits, so each of its items counts twice. */
export const writeUnits = (bytes: number, how: "plain" | "transaction" = "plain"): number =>
  Math.max(1, Math.ceil(bytes / 1024)) * (how === "transaction" ? 2 : 1)

/** One unit every started four kilobytes, half of it where an older answer will do. */
export const readUnits = (bytes: number, how: "now" | "soon"): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (how === "now" ? 1 : 0.5)
