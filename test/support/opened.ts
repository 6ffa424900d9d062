/** The whole portal with its built apps, and a browser beside it. */
import { fileURLToPath } from "node:url"
import { openGuard } from "#local/guard"
import { buildSite } from "#local/website"
import { aBrowser } from "./browser.ts"
import { aPortal } from "./system.ts"
import { topology } from "./world.ts"

export async function openPortal() {
  const guard = openGuard()
  const root = fileURLToPath(new URL("../..", import.meta.url))
  const [system, open] = await Promise.all([
    aPortal({ topology, site: buildSite(topology.site, root, guard) }),
    aBrowser(),
  ])
  await guard.stop()
  return { system, open }
}
