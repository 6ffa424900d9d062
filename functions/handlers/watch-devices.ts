import { watch } from "#actions/minding"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("watch-devices")
export const handler = guarded(world.log, () => watch(world, { kind: "system", name: "watch-devices" }))
