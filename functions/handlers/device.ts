import { Resource } from "sst"
import { deviceApp } from "#api/device/app"
import { lambda } from "#api/lambda"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("device")
export const handler = guarded(world.log, lambda(deviceApp(world, { edgeKey: Resource.EdgeKey.value })))
