import { closeDays } from "#actions/closing"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("close-day")
export const handler = guarded(world.log, () => closeDays(world, { kind: "system", name: "close-day" }))
