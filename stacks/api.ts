/** Who asks: a function for each audience. */
import { faces } from "../web/resident/face"
import { audit, bookings, children, keys, live, photos } from "./data"
import { may, mayKeep, mayOutside, mayUse, mayWithin } from "./defaults"
import {
  childrenKey,
  childrenSealing,
  edgeKey,
  indexKey,
  oidcClientSecret,
  pushKey,
  reporterKey,
  reporterSealing,
  sealing,
  sealingKey,
  signingKey,
} from "./keys"
import { gateway, portal } from "./web"

const shared = [bookings, keys, live, indexKey, signingKey, edgeKey, portal]
/** How often somebody has asked is added to in place; all else is put whole. */
const mayCount = mayWithin(bookings, ["limit"], "UpdateItem")
const api = { memory: "512 MB", timeout: "15 seconds" } as const

export const residentApi = new sst.aws.Function("ResidentApi", {
  ...api,
  handler: "functions/handlers/resident.handler",
  link: [...shared, sealing, audit],
  permissions: [
    may(bookings, "GetItem", "BatchGetItem", "Query", "PutItem"),
    mayCount,
    may(keys, "GetItem", "BatchGetItem", "PutItem"),
    may(live, "GetItem", "Query"),
    // Who looked at their own data.
    mayWithin(audit, ["own"], "PutItem"),
    // A ticket by phone, and out of the line again: the line, its tickets, and which of them a phone took.
    mayWithin(live, ["line", "remote"], "PutItem"),
    mayUse(sealingKey, "Decrypt", "GenerateDataKey"),
  ],
})

/** A report of a missing child, by anybody: it may add to what is told there, and never read it. */
export const reportApi = new sst.aws.Function("ReportApi", {
  ...api,
  handler: "functions/handlers/report.handler",
  memory: "1024 MB",
  link: [live, children, photos, childrenSealing, reporterSealing, indexKey, signingKey, edgeKey, portal],
  permissions: [
    mayWithin(children, ["report", "data-key"], "PutItem"),
    may(live, "GetItem", "Query"),
    mayWithin(live, ["report-status", "reporter", "data-key"], "PutItem"),
    mayKeep(photos, "PutObject"),
    mayUse(childrenKey, "GenerateDataKey"),
    mayUse(reporterKey, "GenerateDataKey"),
  ],
})

export const deviceApi = new sst.aws.Function("DeviceApi", {
  ...api,
  handler: "functions/handlers/device.handler",
  link: shared,
  permissions: [
    // What a hall says of waiting counts the day's bookings.
    may(bookings, "GetItem", "BatchGetItem", "Query", "PutItem"),
    mayCount,
    may(keys, "GetItem"),
    may(live, "GetItem", "Query", "PutItem"),
  ],
})

export const staffApi = new sst.aws.Function("StaffApi", {
  ...api,
  handler: "functions/handlers/staff.handler",
  link: [...shared, sealing, audit, oidcClientSecret, children, childrenSealing, reporterSealing, photos, pushKey],
  permissions: [
    may(bookings, "GetItem", "BatchGetItem", "Query", "PutItem"),
    mayCount,
    may(keys, "GetItem", "BatchGetItem"),
    may(live, "GetItem", "Query", "PutItem"),
    may(audit, "Query"),
    mayOutside(audit, ["digest"], "PutItem"),
    mayUse(sealingKey, "Decrypt", "GenerateDataKey"),
    may(children, "GetItem", "BatchGetItem", "Query", "PutItem"),
    mayUse(childrenKey, "Decrypt", "GenerateDataKey"),
    // A number that an officer corrects.
    mayUse(reporterKey, "GenerateDataKey"),
    mayKeep(photos, "GetObject"),
  ],
})

gateway.route("$default", residentApi.arn)
gateway.route("ANY /device/{proxy+}", deviceApi.arn)
for (const path of ["/report", ...faces.map((face) => `/${face}/report`), "/api/reports"]) {
  gateway.route(`ANY ${path}`, reportApi.arn)
  gateway.route(`ANY ${path}/{proxy+}`, reportApi.arn)
}
gateway.route("ANY /staff/{proxy+}", staffApi.arn)
