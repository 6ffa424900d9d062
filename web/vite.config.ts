import { defineConfig } from "vite"
import { sharedStyles } from "./styles/vite.ts"

const page = (name: string) => new URL(`./${name}/index.html`, import.meta.url).pathname

export default defineConfig({
  root: import.meta.dirname,
  base: "/app/",
  publicDir: false,
  plugins: [sharedStyles()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Its polyfill would be a script of its own.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        staff: page("staff"),
        kiosk: page("kiosk"),
        display: page("display"),
        resident: new URL("./resident/enhance.ts", import.meta.url).pathname,
      },
      // The server's pages name their script without knowing a hash.
      output: { entryFileNames: ({ name }) => (name === "resident" ? "resident.js" : "assets/[name]-[hash].js") },
    },
  },
})
