/**
 * What a deployment of the stacks would create, told by `sst diff` itself: the CLI is the real one, `pulumi` is the
 * stand-in beside this file and AWS a few lines below, so that nothing leaves the machine.
 */
import { spawn } from "node:child_process"
import { createDecipheriv } from "node:crypto"
import { once } from "node:events"
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { Graph } from "./graph.ts"
import { installPlatform, sst } from "./platform.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const secrets = ["IndexKey", "SigningKey", "EdgeKey", "OidcClientSecret", "NotifierToken", "PushKey"]

export type Evaluation = {
  graph: Graph
  /** The sst-env.d.ts that fits. */
  types: string
  /** By the function's name: the code that would be deployed, and what it could look up in `Resource`. */
  bundles: Record<string, string>
  links: Record<string, string[]>
}

/** Evaluates the stacks in a copy of the checkout, since the CLI writes into the folder where it runs. */
export async function evaluate(): Promise<Evaluation> {
  await installPlatform()
  const copy = await mkdtemp(join(tmpdir(), "doorstep-stacks-"))
  const aws = createServer(answer).listen(0, "127.0.0.1")
  try {
    await once(aws, "listening")
    await copyCheckout(copy)
    const { port } = aws.address() as AddressInfo
    const run = spawn(sst.command, ["diff", "--json", "--stage", "production"], {
      cwd: copy,
      env: {
        ...plainEnvironment(),
        ...sst.environment,
        // Quoted, so that the tests see a value that breaks out of a script it is put into.
        ...Object.fromEntries(secrets.map((name) => [`SST_SECRET_${name}`, `"${name}"`])),
        SST_PULUMI_PATH: join(root, "test/stacks/pulumi"),
        NODE: process.execPath,
        TMPDIR: copy,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_ACCESS_KEY_ID: "none",
        AWS_SECRET_ACCESS_KEY: "none",
      },
      stdio: ["ignore", "pipe", "pipe"],
    })
    const [out, err, [code]] = await Promise.all([text(run.stdout), text(run.stderr), once(run, "close")])
    if (code !== 0) {
      const why = await readFile(join(copy, ".sst/log/pulumi.err.log"), "utf8").catch(() => "")
      throw new Error(`sst diff failed\n${err}${why}`)
    }
    return {
      graph: new Graph(JSON.parse(out).map((step: { new: unknown }) => step.new)),
      types: await readFile(join(copy, "sst-env.d.ts"), "utf8"),
      bundles: await artifacts(copy, async (folder) => readFile(join(folder, "bundle.mjs"), "utf8")),
      links: await artifacts(copy, async (folder) => unsealed(await readFile(join(folder, "resource.enc")))),
    }
  } finally {
    aws.close()
    await rm(copy, { recursive: true, force: true })
  }
}

async function copyCheckout(copy: string) {
  for (const part of ["sst.config.ts", "package.json", "tsconfig.json", "stacks", "functions", "web"])
    await cp(join(root, part), join(copy, part), { recursive: true, filter: (path) => path !== join(root, "web/dist") })
  // A file of each kind: the graph is the same whether the static apps are built or not.
  await mkdir(join(copy, "web/dist/assets"), { recursive: true })
  for (const file of ["index.html", "manifest.json", "assets/page-1a2b3c.js"])
    await writeFile(join(copy, "web/dist", file), "")
  await mkdir(join(copy, ".sst"))
  await symlink(join(root, ".sst/platform"), join(copy, ".sst/platform"))
  await symlink(join(root, "node_modules"), join(copy, "node_modules"))
}

/** The environment without what would change the result. */
const plainEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS|SST|DOORSTEP|VITEST|NODE_OPTIONS)/.test(name)),
  )

async function artifacts<Part>(copy: string, part: (folder: string) => Promise<Part>): Promise<Record<string, Part>> {
  const all = join(copy, ".sst/artifacts")
  const folders = (await readdir(all)).filter((folder) => folder.endsWith("-src"))
  return Object.fromEntries(
    await Promise.all(folders.map(async (folder) => [folder.replace(/-src$/, ""), await part(join(all, folder))])),
  )
}

/** SST seals a function's links into its bundle, here under the key of zeros that the stand-in for AWS gave. */
function unsealed(sealed: Buffer): string[] {
  const decipher = createDecipheriv("aes-256-gcm", Buffer.alloc(32), Buffer.alloc(12))
  decipher.setAuthTag(sealed.subarray(-16))
  const links = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  return Object.keys(JSON.parse(links.toString())).sort()
}

/** The account that the CLI finds: bootstrapped, and with an empty state. */
async function answer(request: IncomingMessage, response: ServerResponse) {
  const asked = await text(request)
  const target = String(request.headers["x-amz-target"] ?? "").split(".")[1]
  const bootstrap = { version: 99, asset: "sst-asset", state: "sst-state" }
  if (target === "GetParameter" && JSON.parse(asked).Name === "/sst/bootstrap")
    response.end(JSON.stringify({ Parameter: { Value: JSON.stringify(bootstrap) } }))
  else if (target === "GetParameter") response.writeHead(400).end(JSON.stringify({ __type: "ParameterNotFound" }))
  else if (target) response.end("{}")
  else if (request.method === "GET" && /\/app\/[^/]+\/[^/]+\.json/.test(request.url ?? ""))
    response.end(JSON.stringify({ version: 3, checkpoint: { latest: { manifest: {}, resources: [] } } }))
  else response.writeHead(404, { "content-type": "application/xml" }).end("<Error><Code>NoSuchKey</Code></Error>")
}
