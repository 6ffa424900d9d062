import { seal } from "#actions/auditing"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("seal-audit")
export const handler = guarded(world.log, () => seal(world, { kind: "system", name: "seal-audit" }))
