import { remind } from "#actions/reminding"
import { worldFromLinks } from "#background/world"

const world = worldFromLinks("remind")
export const handler = () => remind(world, { kind: "system", name: "remind" })
