/** Who asks: a function for each audience. */
import { audit, bookings, live } from "./data"
import { may, maySearch, mayUse, mayWithin } from "./defaults"
import { edgeKey, indexKey, oidcClientSecret, sealing, sealingKey, signingKey } from "./keys"
import { gateway, portal } from "./web"

const shared = [bookings, live, indexKey, signingKey, edgeKey, portal]
const api = { memory: "512 MB", timeout: "15 seconds" } as const

export const residentApi = new sst.aws.Function("ResidentApi", {
  ...api,
  handler: "functions/handlers/resident.handler",
  link: [...shared, sealing],
  permissions: [
    may(bookings, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
    maySearch(bookings, "by-ref"),
    may(live, "GetItem", "Query"),
    // A ticket by phone, and out of the line again: the line, its tickets, and which of them a phone took.
    mayWithin(live, ["line", "remote"], "PutItem"),
    mayUse(sealingKey, "Decrypt", "GenerateDataKey"),
  ],
})

export const deviceApi = new sst.aws.Function("DeviceApi", {
  ...api,
  handler: "functions/handlers/device.handler",
  link: shared,
  permissions: [
    may(bookings, "GetItem", "PutItem"),
    maySearch(bookings, "by-ref"),
    may(live, "GetItem", "Query", "PutItem"),
  ],
})

export const staffApi = new sst.aws.Function("StaffApi", {
  ...api,
  handler: "functions/handlers/staff.handler",
  link: [...shared, sealing, audit, oidcClientSecret],
  permissions: [
    may(bookings, "GetItem", "BatchGetItem", "Query", "PutItem"),
    may(live, "GetItem", "Query", "PutItem"),
    may(audit, "PutItem"),
    mayUse(sealingKey, "Decrypt"),
  ],
})

gateway.route("$default", residentApi.arn)
gateway.route("ANY /device/{proxy+}", deviceApi.arn)
gateway.route("ANY /staff/{proxy+}", staffApi.arn)
