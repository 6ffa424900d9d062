/** Node strips types by itself, but leaves JSX alone, and a WebAssembly file is text in base64 in our bundles; the apps import both. */
import { readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { transformSync } from "esbuild"

registerHooks({
  load(url, context, next) {
    if (url.endsWith(".wasm")) {
      const source = `export default ${JSON.stringify(readFileSync(new URL(url)).toString("base64"))}`
      return { format: "module", shortCircuit: true, source }
    }
    if (url.endsWith(".wasm")) {
      const base64 = readFileSync(new URL(url)).toString("base64")
      return { format: "module", shortCircuit: true, source: `export default ${JSON.stringify(base64)}` }
    }
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
