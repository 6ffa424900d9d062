/** What happens by itself, and what is done once by hand. */
import { audit, bookings, children, keys, live, photos } from "./data"
import { may, mayKeep, mayOutside, maySearch, mayUse, mayWithin } from "./defaults"
import { childrenKey, childrenSealing, indexKey, sealing, sealingKey, signingKey } from "./keys"
import { portal } from "./web"

type Job = Pick<sst.aws.FunctionArgs, "timeout" | "memory" | "link" | "permissions"> & {
  /** How often it begins. */
  every: `${number} ${"minute" | "minutes" | "hour" | "day"}`
  /** How often a run that failed is tried again; none where the next one comes soon enough. */
  retries?: number
}

/** A function of functions/handlers/ and the schedule that runs it. */
function job(name: string, file: string, { every, retries = 0, ...args }: Job) {
  const run = new sst.aws.Function(name, {
    handler: `functions/handlers/${file}.handler`,
    memory: "256 MB",
    ...args,
  })
  new sst.aws.CronV2(`${name}Schedule`, {
    function: run.arn,
    schedule: `rate(${every})`,
    timezone: "Asia/Shanghai",
    retries,
  })
  return run
}

export const closeDay = job("CloseDay", "close-day", {
  every: "10 minutes",
  retries: 2,
  timeout: "60 seconds",
  link: [bookings, live],
  permissions: [may(bookings, "GetItem", "BatchGetItem", "Query", "PutItem"), may(live, "GetItem", "Query", "PutItem")],
})

export const watchDevices = job("WatchDevices", "watch-devices", {
  every: "1 minute",
  timeout: "30 seconds",
  link: [live],
  permissions: [may(live, "GetItem", "Query", "PutItem")],
})

/** Finds whose visit comes near; the stream tells the messenger. */
export const remind = job("Remind", "remind", {
  every: "5 minutes",
  retries: 2,
  timeout: "60 seconds",
  link: [bookings, live],
  permissions: [may(bookings, "GetItem", "Query"), mayWithin(bookings, ["reminder"], "PutItem"), may(live, "Query")],
})

/** Offers what reopens to those who wish for an earlier time, before anybody else can have it. */
export const offerEarlier = job("OfferEarlier", "offer-earlier", {
  every: "1 minute",
  timeout: "50 seconds",
  link: [bookings, live, indexKey],
  permissions: [may(bookings, "BatchGetItem", "Query", "PutItem"), may(live, "Query")],
})

/** Finds the reports whose clock a lost message left behind. */
export const sweepReports = job("SweepReports", "sweep-reports", {
  every: "1 minute",
  timeout: "50 seconds",
  link: [live, children, indexKey],
  permissions: [
    may(children, "GetItem", "Query", "PutItem"),
    maySearch(children, "by-due"),
    may(live, "GetItem", "Query", "PutItem"),
  ],
})

/** Reports a child that is not lost, marked as a drill, and looks whether the one before came through. */
export const drillReports = job("DrillReports", "drill-reports", {
  every: "10 minutes",
  timeout: "60 seconds",
  link: [live, children, childrenSealing, indexKey, signingKey],
  permissions: [
    may(children, "PutItem"),
    may(live, "GetItem", "Query", "PutItem"),
    mayUse(childrenKey, "GenerateDataKey"),
  ],
})

/** Takes away what may not be kept any longer. */
export const purgeReports = job("PurgeReports", "purge-reports", {
  every: "1 day",
  retries: 2,
  timeout: "60 seconds",
  link: [audit, children, live, photos],
  permissions: [
    may(children, "GetItem", "Query", "PutItem"),
    maySearch(children, "by-due"),
    // Whatever goes is counted for the district.
    mayWithin(live, ["statistics"], "GetItem"),
    mayWithin(live, ["reporter"], "Query"),
    mayWithin(live, ["report-status", "reporter", "statistics"], "PutItem"),
    mayKeep(photos, "DeleteObject"),
    mayOutside(audit, ["digest"], "PutItem"),
  ],
})

/** The same of bookings, references and tickets: reads all of them once a day, opens none, and can take no data key away. */
export const purgeBookings = job("PurgeBookings", "purge-bookings", {
  every: "1 day",
  retries: 2,
  timeout: "15 minutes",
  link: [bookings, keys, live, audit],
  permissions: [
    may(bookings, "Scan"),
    mayWithin(bookings, ["person", "purge"], "GetItem", "BatchGetItem", "PutItem"),
    mayOutside(bookings, ["data-key", "purge"], "DeleteItem"),
    may(keys, "Scan", "BatchGetItem", "PutItem", "DeleteItem"),
    may(live, "Scan", "Query"),
    mayWithin(live, ["line", "remote", "tasks", "affected", "notice"], "DeleteItem"),
    mayOutside(audit, ["digest"], "PutItem"),
  ],
})

/**
 * Seals the audit of each day from 04:30 of the next, when its stream has settled and the day is closed; every hour, so that a run
 * that failed is soon made up for.
 */
export const sealAudit = job("SealAudit", "seal-audit", {
  every: "1 hour",
  timeout: "900 seconds",
  memory: "512 MB",
  link: [audit, live, signingKey],
  permissions: [may(audit, "Query"), mayWithin(audit, ["digest"], "PutItem"), may(live, "Query")],
})

/**
 * Invoked by hand: loads a city, or writes the demonstration's stations and staff where they are absent and invites a kiosk and a
 * display.
 */
export const setup = new sst.aws.Function("Setup", {
  handler: "functions/handlers/setup.handler",
  // Hundreds of stations with their staff are thousands of writes, and a larger function has more of a processor.
  memory: "1024 MB",
  timeout: "300 seconds",
  link: [bookings, live, sealing, indexKey, signingKey, portal],
  permissions: [
    may(live, "GetItem", "BatchGetItem", "Query", "PutItem"),
    // Officers' phones are sealed.
    mayWithin(bookings, ["data-key"], "GetItem", "PutItem"),
    mayUse(sealingKey, "Decrypt", "GenerateDataKey"),
  ],
})
