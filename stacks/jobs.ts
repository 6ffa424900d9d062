/** What happens by itself, and what is done once by hand. */
import { bookings, children, live, photos } from "./data"
import { may, mayKeep, maySearch, mayUse, mayWithin } from "./defaults"
import { childrenKey, childrenSealing, indexKey, sealing, sealingKey, signingKey } from "./keys"
import { portal } from "./web"

export const closeDay = new sst.aws.Function("CloseDay", {
  handler: "functions/handlers/close-day.handler",
  memory: "256 MB",
  timeout: "60 seconds",
  link: [bookings, live],
  permissions: [may(bookings, "GetItem", "BatchGetItem", "Query", "PutItem"), may(live, "GetItem", "Query", "PutItem")],
})

new sst.aws.CronV2("CloseDaySchedule", {
  function: closeDay.arn,
  schedule: "rate(10 minutes)",
  timezone: "Asia/Shanghai",
  retries: 2,
})

export const watchDevices = new sst.aws.Function("WatchDevices", {
  handler: "functions/handlers/watch-devices.handler",
  memory: "256 MB",
  timeout: "30 seconds",
  link: [live],
  permissions: [may(live, "GetItem", "Query", "PutItem")],
})

new sst.aws.CronV2("WatchDevicesSchedule", {
  function: watchDevices.arn,
  schedule: "rate(1 minute)",
  timezone: "Asia/Shanghai",
  retries: 0,
})

/** Finds whose visit comes near; the stream tells the messenger. */
export const remind = new sst.aws.Function("Remind", {
  handler: "functions/handlers/remind.handler",
  memory: "256 MB",
  timeout: "60 seconds",
  link: [bookings, live],
  permissions: [may(bookings, "GetItem", "Query"), mayWithin(bookings, ["reminder"], "PutItem"), may(live, "Query")],
})

new sst.aws.CronV2("RemindSchedule", {
  function: remind.arn,
  schedule: "rate(5 minutes)",
  timezone: "Asia/Shanghai",
  retries: 2,
})

/** Offers what reopens to those who wish for an earlier time, before anybody else can have it. */
export const offerEarlier = new sst.aws.Function("OfferEarlier", {
  handler: "functions/handlers/offer-earlier.handler",
  memory: "256 MB",
  timeout: "50 seconds",
  link: [bookings, live, indexKey],
  permissions: [may(bookings, "BatchGetItem", "Query", "PutItem"), may(live, "Query")],
})

new sst.aws.CronV2("OfferEarlierSchedule", {
  function: offerEarlier.arn,
  schedule: "rate(1 minute)",
  timezone: "Asia/Shanghai",
  retries: 0,
})

/** Finds the reports whose clock a lost message left behind. */
export const sweepReports = new sst.aws.Function("SweepReports", {
  handler: "functions/handlers/sweep-reports.handler",
  memory: "256 MB",
  timeout: "50 seconds",
  link: [live, children, indexKey],
  permissions: [
    may(children, "GetItem", "Query", "PutItem"),
    maySearch(children, "by-due"),
    may(live, "GetItem", "Query", "PutItem"),
  ],
})

new sst.aws.CronV2("SweepReportsSchedule", {
  function: sweepReports.arn,
  schedule: "rate(1 minute)",
  timezone: "Asia/Shanghai",
  retries: 0,
})

/** Reports a child that is not lost, marked as a drill, and looks whether the one before came through. */
export const drillReports = new sst.aws.Function("DrillReports", {
  handler: "functions/handlers/drill-reports.handler",
  memory: "256 MB",
  timeout: "60 seconds",
  link: [live, children, childrenSealing, indexKey, signingKey],
  permissions: [
    may(children, "PutItem"),
    may(live, "GetItem", "Query", "PutItem"),
    mayUse(childrenKey, "GenerateDataKey"),
  ],
})

new sst.aws.CronV2("DrillReportsSchedule", {
  function: drillReports.arn,
  schedule: "rate(10 minutes)",
  timezone: "Asia/Shanghai",
  retries: 0,
})

/** Takes away what may not be kept any longer. */
export const purgeReports = new sst.aws.Function("PurgeReports", {
  handler: "functions/handlers/purge-reports.handler",
  memory: "256 MB",
  timeout: "60 seconds",
  link: [children, live, photos],
  permissions: [
    may(children, "GetItem", "Query", "PutItem"),
    maySearch(children, "by-due"),
    mayWithin(live, ["report-status"], "PutItem"),
    mayKeep(photos, "DeleteObject"),
  ],
})

new sst.aws.CronV2("PurgeReportsSchedule", {
  function: purgeReports.arn,
  schedule: "rate(1 day)",
  timezone: "Asia/Shanghai",
  retries: 2,
})

/** Writes the demonstration's stations and staff where they are absent, and invites a kiosk and a display; invoked by hand. */
export const setup = new sst.aws.Function("Setup", {
  handler: "functions/handlers/setup.handler",
  memory: "256 MB",
  timeout: "60 seconds",
  link: [bookings, live, sealing, indexKey, signingKey, portal],
  permissions: [
    may(live, "GetItem", "PutItem"),
    // Officers' phones are sealed.
    mayWithin(bookings, ["data-key"], "GetItem", "PutItem"),
    mayUse(sealingKey, "Decrypt", "GenerateDataKey"),
  ],
})
