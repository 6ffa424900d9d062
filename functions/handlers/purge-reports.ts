import { Resource } from "sst"
import { purge } from "#actions/purging"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"
import { photosIn } from "#store/photos"

const world = worldFromLinks("purge-reports", photosIn(Resource.Photos.name))
export const handler = guarded(world.log, () => purge(world, { kind: "system", name: "purge-reports" }))
