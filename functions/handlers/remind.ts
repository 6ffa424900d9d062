import { remind } from "#actions/reminding"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("remind")
export const handler = guarded(world.log, () => remind(world, { kind: "system", name: "remind" }))
