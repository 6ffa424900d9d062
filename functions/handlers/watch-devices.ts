import { watch } from "#actions/minding"
import { worldFromLinks } from "#background/world"

const world = worldFromLinks("watch-devices")
export const handler = () => watch(world, { kind: "system", name: "watch-devices" })
