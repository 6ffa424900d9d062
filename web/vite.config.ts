import { defineConfig, type Plugin } from "vite"
import { sharedStyles } from "./styles/vite.ts"

const file = (path: string) => new URL(path, import.meta.url).pathname

/**
 * The domain's schemas are the server's: pages take its rules and leave zod (9 KB) behind. The bundler drops an unused
 * schema once it may believe that making one has no effect; it is told so by name, and `z` is also what minified libraries
 * call their own functions, so in the domain's files it gets a name that nobody else has.
 */
const withoutSchemas = (): Plugin => ({
  name: "doorstep-without-schemas",
  enforce: "pre",
  transform: {
    filter: { id: /\/functions\/domain\/\w+\.ts$/ },
    handler: (code) =>
      code.replace(/^import \* as z from/m, "import * as zod from").replace(/(?<![\w.])z(?=\s*\.)/g, "zod"),
  },
})

export default defineConfig({
  root: import.meta.dirname,
  base: "/app/",
  publicDir: false,
  plugins: [sharedStyles(), withoutSchemas()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Its polyfill would be a script of its own.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        staff: file("./staff/index.html"),
        kiosk: file("./kiosk/index.html"),
        "kiosk/sw": file("./kiosk/sw.ts"),
        display: file("./display/index.html"),
        duty: file("./duty/index.html"),
        "duty/sw": file("./duty/sw.ts"),
        resident: file("./resident/enhance.ts"),
        report: file("./resident/report-sending.ts"),
      },
      treeshake: { manualPureFunctions: ["zod", "faultOf"] },
      // The server's pages name their script without knowing a hash; a service worker keeps its address, and rules below it.
      output: {
        entryFileNames: ({ name }) =>
          ["resident", "report", "kiosk/sw", "duty/sw"].includes(name) ? "[name].js" : "assets/[name]-[hash].js",
      },
    },
  },
})
