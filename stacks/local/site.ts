import { createHash } from "node:crypto"
import { readFile, stat } from "node:fs/promises"
import { extname, join, normalize, sep } from "node:path"

/** The static site as its bucket and SST's router would serve it: files by path, a folder by its index page. */
export type StaticFile = { body: Buffer; type: string; etag: string; cacheControl: string }

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".opus": "audio/ogg",
  ".ogg": "audio/ogg",
  ".mp3": "audio/mpeg",
  ".wasm": "application/wasm",
}

export async function findFile(folder: string, path: string): Promise<StaticFile | undefined> {
  for (const candidate of candidatesFor(path)) {
    const file = insideOf(folder, candidate)
    if (!file || !(await isFile(file))) continue
    const body = await readFile(file)
    return {
      body,
      type: types[extname(file).toLowerCase()] ?? "application/octet-stream",
      etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
      cacheControl: cacheControlFor(folder, file),
    }
  }
  return undefined
}

function candidatesFor(path: string): string[] {
  return path.endsWith("/") || path === "" ? [`${path}index.html`] : [path, `${path}.html`, `${path}/index.html`]
}

/** Nothing above the folder, no dot files, no second decoding. */
export function insideOf(folder: string, path: string): string | undefined {
  let name: string
  try {
    name = decodeURIComponent(path)
  } catch {
    return undefined
  }
  if (name.includes("\0") || name.includes("\\") || name.split("/").some((part) => part.startsWith(".")))
    return undefined
  const file = normalize(join(folder, name))
  return file.startsWith(normalize(folder) + sep) ? file : undefined
}

/** As stacks/web.ts says: only what Vite put under assets/ has its content in its name. */
function cacheControlFor(folder: string, file: string): string {
  if (file.endsWith(".html")) return "no-cache"
  return file.startsWith(join(folder, "assets") + sep) ? "public,max-age=31536000,immutable" : "public,max-age=300"
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
