/** A refusal: the world is not as they hoped. One closed list with its HTTP status; the words for people are in web/words. */
export const problems = {
  "invalid-input": 400,
  "malformed-body": 400,
  "key-invalid": 400,
  "not-signed-in": 401,
  "phone-unverified": 401,
  "device-unknown": 401,
  "not-allowed": 403,
  "step-up-needed": 403,
  "step-up-refused": 403,
  "sign-in-incomplete": 403,
  "sign-in-locked": 403,
  "cross-site": 403,
  "code-wrong": 403,
  "pairing-wrong": 403,
  "not-found": 404,
  "station-unknown": 404,
  "service-unknown": 404,
  "place-unknown": 404,
  "window-unknown": 404,
  "appointment-not-found": 404,
  "nothing-found": 404,
  "ticket-not-found": 404,
  "device-not-found": 404,
  "closure-not-found": 404,
  "report-not-found": 404,
  "member-unknown": 404,
  "unit-unknown": 404,
  "photo-gone": 404,
  "method-not-allowed": 405,
  "place-taken": 409,
  "place-not-offered": 409,
  "not-on-sale": 409,
  "day-closed": 409,
  "outside-hours": 409,
  "visit-too-long": 409,
  "time-past": 409,
  "already-booked": 409,
  "key-reused": 409,
  "changed-meanwhile": 409,
  "appointment-ended": 409,
  "still-booked": 409,
  "still-waiting": 409,
  "offer-lapsed": 409,
  "booking-paused": 409,
  "nothing-to-appeal": 409,
  "too-early": 409,
  "wrong-station": 409,
  "wrong-day": 409,
  "station-closed": 409,
  "service-not-here": 409,
  "window-not-open": 409,
  "window-taken": 409,
  "window-busy": 409,
  "window-empty": 409,
  "nobody-waiting": 409,
  "ticket-changed": 409,
  "not-called": 409,
  "not-serving": 409,
  "recall-too-soon": 409,
  "recall-used-up": 409,
  "return-too-late": 409,
  "tickets-stopped": 409,
  "window-paused": 409,
  "park-too-long": 409,
  "undo-too-late": 409,
  "nothing-to-undo": 409,
  "remote-not-allowed": 409,
  "already-waiting": 409,
  "letters-used-up": 409,
  "lease-over": 409,
  "report-state": 409,
  "report-ended": 409,
  "report-held-elsewhere": 409,
  "out-of-area-refused": 409,
  "drill-apart": 409,
  "nothing-offered": 409,
  "handover-refused": 409,
  "not-yourself": 409,
  "reopen-too-late": 409,
  "review-too-late": 409,
  "key-expired": 410,
  "details-deleted": 410,
  "report-over": 410,
  "body-too-large": 413,
  "wrong-content-type": 415,
  "too-many-codes": 429,
  "too-many-tries": 429,
  "too-many-bookings": 429,
  "not-your-wave": 429,
  "too-many-moves": 429,
  "too-many-tickets": 429,
  fault: 500,
  "provider-away": 503,
  busy: 503,
} as const

export type ProblemCode = keyof typeof problems
/** Why nobody may book a visit from that time on, whoever has it. */
export const unbookable = [
  "time-past",
  "not-on-sale",
  "day-closed",
  "outside-hours",
  "visit-too-long",
  "place-not-offered",
] as const satisfies readonly ProblemCode[]
export type Details = Record<string, string | number | boolean | readonly FieldFault[]>
/** One field that cannot be accepted; `fault` is a key of the words, such as "id-check". */
export type FieldFault = { field: string; fault: string }

export class Problem extends Error {
  readonly code: ProblemCode
  readonly details: Details
  constructor(code: ProblemCode, details: Details = {}) {
    super(code)
    this.name = "Problem"
    this.code = code
    this.details = details
  }
  get status() {
    return problems[this.code]
  }
}

/** What one field got wrong, where no schema can know it (a birth in the future, say). */
export const fieldProblem = (field: string, fault: string) =>
  new Problem("invalid-input", { fields: [{ field, fault }] })
