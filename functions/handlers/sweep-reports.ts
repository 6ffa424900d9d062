import { sweep } from "#actions/sweeping"
import { worldFromLinks } from "#background/world"

const world = worldFromLinks("sweep-reports")
export const handler = () => sweep(world, { kind: "system", name: "sweep-reports" })
