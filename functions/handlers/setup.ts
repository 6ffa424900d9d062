import { type ByHand, byHand } from "#actions/setup"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("setup")
export const handler = guarded(world.log, (event: ByHand) => byHand(world, event))
