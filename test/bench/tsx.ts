/** Node strips types by itself, but leaves JSX alone; the resident app imports pages. */
import { readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { transformSync } from "esbuild"

registerHooks({
  load(url, context, next) {
    if (!url.endsWith(".tsx")) return next(url, context)
    const { code } = transformSync(readFileSync(new URL(url), "utf8"), {
      loader: "tsx",
      format: "esm",
      jsx: "automatic",
      jsxImportSource: "preact",
    })
    return { format: "module", shortCircuit: true, source: code }
  },
})
