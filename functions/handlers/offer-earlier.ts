import { offerEarlier } from "#actions/waitlisting"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("offer-earlier")
export const handler = guarded(world.log, () => offerEarlier(world, { kind: "system", name: "offer-earlier" }))
