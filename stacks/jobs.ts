/** What happens by itself, and what is done once by hand. */
import { bookings, live } from "./data"
import { may } from "./defaults"
import { indexKey, signingKey } from "./keys"
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

/** Writes the demonstration's stations and staff where they are absent, and invites a kiosk and a display; invoked by hand. */
export const setup = new sst.aws.Function("Setup", {
  handler: "functions/handlers/setup.handler",
  memory: "256 MB",
  timeout: "60 seconds",
  link: [live, indexKey, signingKey, portal],
  permissions: [may(live, "GetItem", "PutItem")],
})
