/** One visit as an iCalendar file (RFC 5545): UTC times, lines of at most 75 bytes, CRLF. */
import type { Instant } from "#domain/time"

export type Visit = {
  id: string
  from: Instant
  to: Instant
  stamped: Instant
  cancelled: boolean
  title: string
  where: string
  more: string
}

export function calendarOf(it: Visit): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Doorstep//Visit//ZH",
    "BEGIN:VEVENT",
    `UID:${it.id}`,
    `DTSTAMP:${utc(it.stamped)}`,
    `DTSTART:${utc(it.from)}`,
    `DTEND:${utc(it.to)}`,
    `STATUS:${it.cancelled ? "CANCELLED" : "CONFIRMED"}`,
    `SUMMARY:${escaped(it.title)}`,
    `LOCATION:${escaped(it.where)}`,
    `DESCRIPTION:${escaped(it.more)}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT1H",
    `DESCRIPTION:${escaped(it.title)}`,
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join("")
}

const utc = (at: Instant) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "")
const escaped = (text: string) => text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n")

const encoder = new TextEncoder()

/** Counted in bytes, cut between characters, each further line begun with a space. */
function folded(line: string): string {
  let bytes = 0
  let text = ""
  for (const letter of line) {
    const size = encoder.encode(letter).length
    if (bytes + size > 74) {
      text += "\r\n "
      bytes = 1
    }
    text += letter
    bytes += size
  }
  return text
}
