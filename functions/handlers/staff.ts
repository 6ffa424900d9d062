import { Resource } from "sst"
import { lambda } from "#api/lambda"
import { staffApp } from "#api/staff/app"
import { provider } from "#api/staff/openid"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"
import { photosIn } from "#store/photos"

const world = worldFromLinks("staff", photosIn(Resource.Photos.name))
const app = staffApp(world, { edgeKey: Resource.EdgeKey.value }, provider(world, Resource.OidcClientSecret.value))
export const handler = guarded(world.log, lambda(app))
