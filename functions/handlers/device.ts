import { handle } from "hono/aws-lambda"
import { Resource } from "sst"
import { deviceApp } from "#api/device/app"
import { worldFromLinks } from "#background/world"

export const handler = handle(deviceApp(worldFromLinks("device"), { edgeKey: Resource.EdgeKey.value }))
