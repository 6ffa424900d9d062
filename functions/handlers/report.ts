import { handle } from "hono/aws-lambda"
import { Resource } from "sst"
import { reportApp } from "#api/report/app"
import { worldFromLinks } from "#background/world"
import { photosIn } from "#store/photos"

const world = worldFromLinks("report", photosIn(Resource.Photos.name))
export const handler = handle(reportApp(world, { edgeKey: Resource.EdgeKey.value }))
