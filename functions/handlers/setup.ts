import { codes, setUp } from "#actions/setup"
import { worldFromLinks } from "#background/world"

const world = worldFromLinks("setup")
export const handler = async (event: { pair?: boolean }) => ({
  ...(await setUp(world)),
  ...(event.pair && (await codes(world))),
})
