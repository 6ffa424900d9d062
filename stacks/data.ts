/** Where things are kept: a table for each policy of load, retention and access. */

const kept = { deletionProtection: $app.stage === "production" }

/** Appointments, and residents' codes, sessions and limits: surges alone. */
export const bookings = new sst.aws.Dynamo("Bookings", {
  fields: { pk: "string", sk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  ttl: "ttl",
  stream: "new-and-old-images",
  ...kept,
})

/**
 * Whose each booking's reference is, and the secret that its personal details are sealed with besides the month's key: taken
 * from here, it is gone everywhere. Hence a backup of one day, where the other tables have 35; what a mistake does here must be
 * mended within it.
 */
export const keys = new sst.aws.Dynamo("Keys", {
  fields: { pk: "string", sk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  ttl: "ttl",
  stream: "new-and-old-images",
  ...kept,
  transform: { table: { pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 1 } } },
})

/** Stations, windows, lines, tickets, tasks. */
export const live = new sst.aws.Dynamo("Live", {
  fields: { pk: "string", sk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  ttl: "ttl",
  stream: "new-and-old-images",
  ...kept,
})

/** Reports of missing children and what became of them: opened by duty officers alone, under a key of their own. */
export const children = new sst.aws.Dynamo("Children", {
  fields: { pk: "string", sk: "string", clock: "string", due: "number" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  globalIndexes: { "by-due": { hashKey: "clock", rangeKey: "due", projection: "keys-only" } },
  ttl: "ttl",
  stream: "new-and-old-images",
  ...kept,
})

/**
 * Sealed before they come here. The purge takes them a week after the end; this takes what it left behind, so late that no
 * search which is still open loses its photo.
 */
export const photos = new sst.aws.Bucket("Photos", {
  cors: false,
  lifecycle: [{ expiresIn: "400 days" }],
})

/** Who did what to which thing: writers may only put. */
export const audit = new sst.aws.Dynamo("Audit", {
  fields: { pk: "string", sk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  ttl: "ttl",
  ...kept,
})

/** Stream records that a reader gave up on, whole, as long as a stream's alarm may go unanswered. */
export const streamFailures = new sst.aws.Bucket("StreamFailures", {
  cors: false,
  lifecycle: [{ expiresIn: "14 days" }],
})

/** The same of Keys, no longer than its backup: such a record has a secret in it. */
export const keyFailures = new sst.aws.Bucket("KeyFailures", {
  cors: false,
  lifecycle: [{ expiresIn: "1 day" }],
})
