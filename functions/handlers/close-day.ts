import { closeDays } from "#actions/closing"
import { worldFromLinks } from "#background/world"

const world = worldFromLinks("close-day")
export const handler = () => closeDays(world, { kind: "system", name: "close-day" })
