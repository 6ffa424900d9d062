import { retain } from "#actions/retaining"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("purge-bookings")
export const handler = guarded(world.log, () => retain(world, { kind: "system", name: "purge" }))
