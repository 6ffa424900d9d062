import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type BuildOptions, build, stop } from "esbuild"

const handlers = fileURLToPath(new URL("../../functions/handlers", import.meta.url))

/** SST 4.17.1 puts this at the head of an ES module's bundle, so that CommonJS inside it finds what it expects. */
const banner = [
  `import { createRequire as topLevelCreateRequire } from 'module';`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
  `const __filename = topLevelFileUrlToPath(import.meta.url)`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
  "",
].join("\n")

let running = 0

/** Bundles functions/handlers/NAME.ts into OUTDIR/NAME.mjs, as SST would for a deployment. */
export async function bundle(names: string[], outdir: string, folder = handlers): Promise<void> {
  running++
  try {
    await build(options(names, outdir, folder))
  } finally {
    // Its helper process holds forty megabytes that nobody needs any more.
    if (--running === 0) await stop()
  }
}

function options(names: string[], outdir: string, folder: string): BuildOptions {
  return {
    entryPoints: Object.fromEntries(names.map((name) => [name, join(folder, `${name}.ts`)])),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    keepNames: true,
    minify: true,
    sourcemap: "linked",
    loader: { ".wasm": "base64" },
    external: ["sharp", "pg-native"],
    banner: { js: banner },
    logLevel: "error",
  }
}

/** "functions/handlers/resident.handler" → "resident". */
export function handlerName(handler: string): string {
  return handler
    .split("/")
    .at(-1)!
    .replace(/\.\w+$/, "")
}
