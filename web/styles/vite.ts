/** Gives the static apps the same styles as the server's pages: `import "virtual:doorstep.css"`. */
import type { Plugin } from "vite"
import { base } from "./base.ts"
import { tokens } from "./tokens.ts"

const name = "virtual:doorstep.css"
const found = "/__doorstep.css"

export const sharedStyles = (): Plugin => ({
  name: "doorstep-styles",
  resolveId: (id) => (id === name ? found : undefined),
  load: (id) => (id === found ? tokens + base : undefined),
})
