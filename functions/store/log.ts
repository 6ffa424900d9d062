/**
 * Log lines as JSON through an allow-list: a key that is not listed does not pass, nor what is no plain value, so no personal data
 * can slip in by accident. What is listed is looked at too: the last net (domain.md §6.4) masks what looks like somebody.
 */
import { Logger } from "@aws-lambda-powertools/logger"

const allowed = [
  "route",
  "status",
  "code",
  "ms",
  "request",
  "actor",
  "queue",
  "id",
  "kind",
  "error",
  "stack",
  "count",
  "station",
  "date",
  "attempt",
  "job",
  "table",
  "source",
  "fields",
] as const
export type Fields = Partial<Record<(typeof allowed)[number], string | number | boolean>>

export type Log = {
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields): void
}

export function log(service: string): Log {
  const logger = new Logger({ serviceName: service })
  return {
    info: (event, fields) => logger.info(masked(event), passed(fields)),
    warn: (event, fields) => logger.warn(masked(event), passed(fields)),
    error: (event, fields) => logger.error(masked(event), passed(fields)),
  }
}

/** Of these fields, what a log line may say. */
export const passed = (fields: Fields = {}): Fields =>
  Object.fromEntries(
    allowed.flatMap((key): [string, string | number | boolean][] => {
      const value: unknown = Object.hasOwn(fields, key) ? fields[key] : undefined
      if (typeof value === "boolean") return [[key, value]]
      if (typeof value === "number") return [[key, looksLikeSomebody(String(value)) ? "***" : value]]
      return typeof value === "string" ? [[key, masked(value)]] : []
    }),
  )

/** An ID number or a mobile, also with spaces or dashes between its digits. A digest's digits are nobody's. */
const somebody = /\d(?:[ -]?\d){16}[ -]?[\dXx]|1[ -]?[3-9](?:[ -]?\d){9}/g
const digest = /^[0-9a-f]{64}$/
const looksLikeSomebody = (text: string) => text.search(somebody) >= 0

export function masked(text: string): string {
  if (digest.test(text)) return text
  // Full-width digits are digits.
  const plain = text.normalize("NFKC")
  return looksLikeSomebody(plain) ? plain.replace(somebody, "***") : text
}

/**
 * What a function's handler throws, Lambda itself logs: the message, and every property of the error, such as the items that a
 * refused transaction found. So nothing leaves a handler but the fault's name; where it was is a line of our own.
 */
export const guarded =
  <Asked extends unknown[], Answer>(log: Log, handle: (...asked: Asked) => Promise<Answer>) =>
  async (...asked: Asked): Promise<Answer> => {
    try {
      return await handle(...asked)
    } catch (error) {
      log.error("failed", faultOf(error))
      throw new Error(error instanceof Error ? error.name : typeof error)
    }
  }

/** A fault for the log: its name and where, never its message, which may quote what somebody typed. */
export const faultOf = (error: unknown): Fields =>
  error instanceof Error ? { error: error.name, stack: placesIn(error) } : { error: typeof error }

/** The lines of a stack; the message stands before them, and could have lines that look like one. */
const placesIn = ({ stack = "", message }: Error): string =>
  (message ? stack.replaceAll(message, "") : stack)
    .split("\n")
    .filter((it) => /^\s+at /.test(it))
    .slice(0, 12)
    .join("\n")
