import { offerEarlier } from "#actions/waitlisting"
import { worldFromLinks } from "#background/world"

const world = worldFromLinks("offer-earlier")
export const handler = () => offerEarlier(world, { kind: "system", name: "offer-earlier" })
