import { drill } from "#actions/drilling"
import { worldFromLinks } from "#background/world"
import { guarded } from "#store/log"

const world = worldFromLinks("drill-reports")
/** An alarm waits for this line. */
export const handler = guarded(world.log, async () => {
  await drill(world, { kind: "system", name: "drill-reports" })
  world.log.info("drill done")
})
