import { sweep } from "#actions/sweeping"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("sweep-reports")
export const handler = guarded(world.log, () => sweep(world, { kind: "system", name: "sweep-reports" }))
