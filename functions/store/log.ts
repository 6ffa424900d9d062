/** Log lines as JSON through an allow-list: a key that is not listed does not pass, so no personal data can slip in by accident. */
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
] as const
export type Fields = Partial<Record<(typeof allowed)[number], string | number | boolean>>

export type Log = {
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields): void
}

export function log(service: string): Log {
  const logger = new Logger({ serviceName: service })
  const pass = (fields: Fields = {}) =>
    Object.fromEntries(allowed.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]]])))
  return {
    info: (event, fields) => logger.info(event, pass(fields)),
    warn: (event, fields) => logger.warn(event, pass(fields)),
    error: (event, fields) => logger.error(event, pass(fields)),
  }
}

/** A fault for the log: its name and where, never its message, which may quote what somebody typed. */
export const faultOf = (error: unknown): Fields =>
  error instanceof Error
    ? {
        error: error.name,
        stack: (error.stack ?? "")
          .split("\n")
          .filter((it) => /^\s+at /.test(it))
          .slice(0, 12)
          .join("\n"),
      }
    : { error: typeof error }
