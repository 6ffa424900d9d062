import { handle } from "hono/aws-lambda"
import { Resource } from "sst"
import { staffApp } from "#api/staff/app"
import { provider } from "#api/staff/openid"
import { worldFromLinks } from "#background/world"
import { photosIn } from "#store/photos"

const world = worldFromLinks("staff", photosIn(Resource.Photos.name))
export const handler = handle(
  staffApp(world, { edgeKey: Resource.EdgeKey.value }, provider(world, Resource.OidcClientSecret.value)),
)
