import { handle } from "hono/aws-lambda"
import { Resource } from "sst"
import { residentApp } from "#api/resident/app"
import { worldFromLinks } from "#background/world"

export const handler = handle(residentApp(worldFromLinks("resident"), { edgeKey: Resource.EdgeKey.value }))
