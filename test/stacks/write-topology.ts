/** Writes what is evaluated from the stacks and committed: the local runner's topology and the types of the links. */
import { writeFile } from "node:fs/promises"
import { derive } from "../../stacks/local/derive.ts"
import { evaluate } from "./diff.ts"

const { graph, links, types } = await evaluate()
await writeFile(
  new URL("../../stacks/local/topology.json", import.meta.url),
  `${JSON.stringify(derive(graph, links), null, 2)}\n`,
)
await writeFile(new URL("../../sst-env.d.ts", import.meta.url), types)
