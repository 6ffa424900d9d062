import { Resource } from "sst"
import { lambda } from "#api/lambda"
import { reportApp } from "#api/report/app"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"
import { photosIn } from "#store/photos"

const world = worldFromLinks("report", photosIn(Resource.Photos.name))
export const handler = guarded(world.log, lambda(reportApp(world, { edgeKey: Resource.EdgeKey.value })))
