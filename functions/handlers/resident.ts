import { Resource } from "sst"
import { lambda } from "#api/lambda"
import { residentApp } from "#api/resident/app"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("resident")
export const handler = guarded(world.log, lambda(residentApp(world, { edgeKey: Resource.EdgeKey.value })))
