/** What we did not write ourselves: from the registry alone, under a licence we may use, with nothing severe known against it. */
import { readdirSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import { isBuiltin } from "node:module"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { describe, expect, it, onTestFinished } from "vitest"
import {
  audit,
  faultsOf,
  type Lock,
  type Locked,
  licences,
  licencesIn,
  lockFile,
  otherwiseInstalled,
  unlicensed,
  wanted,
} from "#test/dependencies"

const root = fileURLToPath(new URL("../../", import.meta.url))

describe("where packages come from (ASVS V15.2.4)", () => {
  it("is the registry, each at one version with its hash, and none runs a script that is not on the list", () => {
    expect(faultsOf(lockFile(), wanted())).toEqual([])
  })

  it.each<[string, Partial<Locked>]>([
    ["from an address of its own", { resolved: "git+ssh://git@example.org/uqr.git#0123456" }],
    ["from an address of its own", { resolved: "https://example.org/uqr/-/uqr-0.1.3.tgz" }],
    ["from an address of its own", { resolved: "file:../uqr" }],
    ["a folder, not a package", { link: true }],
    ["comes inside another package, with no hash of its own", { inBundle: true }],
    ["is really uqr-better", { name: "uqr-better" }],
    ["no sha512", { integrity: "sha1-kO0NoWKqVZ0ZL3ZZ1UoVYBcyzk0=" }],
    ["no sha512", { integrity: "" }],
    ["runs a script when it is installed", { hasInstallScript: true }],
  ])("is told where one is %s", (fault, change) => {
    const lock = lockFile()
    Object.assign(lock.packages["node_modules/uqr"]!, change)
    expect(faultsOf(lock, wanted())).toEqual([`uqr: ${fault}`])
  })

  it("is told where one is wanted in more than one version, or in another than is locked", () => {
    const own = wanted()
    const asking = (uqr: string) => faultsOf(lockFile(), { ...own, dependencies: { ...own.dependencies, uqr } })
    expect(asking("^0.1.3")).toContain('uqr: "^0.1.3" is not one version')
    expect(asking("github:unjs/uqr")).toContain('uqr: "github:unjs/uqr" is not one version')
    expect(asking("0.1.2")).toEqual(["uqr: the lock file is of another package.json", "uqr: 0.1.2 is not locked"])
  })
})

describe("the list of licences (ASVS V15.1.2)", () => {
  it("is of what is locked and installed: otherwise `node test/support/dependencies.ts --write`", () => {
    expect(licences()).toEqual(licencesIn(lockFile()))
    expect(otherwiseInstalled(lockFile())).toEqual([])
  })

  it("holds nothing that may not be used", () => {
    expect(unlicensed(licences())).toEqual([])
  })

  it.each([
    ["GPL-3.0-only", ["uqr 0.1.3: GPL-3.0-only"]],
    ["MPL-2.0", ["uqr 0.1.3: MPL-2.0"]],
    ["none", ["uqr 0.1.3: none"]],
    ["ISC", []],
  ])("is told where something comes under %s", (license, told) => {
    const lock = lockFile()
    lock.packages["node_modules/uqr"]!.license = license
    expect(unlicensed(licencesIn(lock))).toEqual(told)
    if (license !== "MIT")
      expect(otherwiseInstalled(lock)).toEqual([`node_modules/uqr: says MIT, locked as ${license}`])
  })

  it("calls shipped all that functions and pages import (ASVS V15.2.3)", () => {
    const shipped = new Set(Object.keys(wanted().dependencies ?? {}))
    const builds = /^web\/(vite\.config|styles\/vite|voice\/make)\.ts$/
    const imported = ["functions", "web"].flatMap((folder) =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
        .map((path) => `${folder}/${path}`)
        .filter((path) => /\.tsx?$/.test(path) && !/node_modules|\/dist\//.test(path) && !builds.test(path))
        .flatMap((path) =>
          [...readFileSync(root + path, "utf8").matchAll(/^(import type )?[^"\n]*\b(?:from|import) "([^".#][^"]*)"/gm)]
            .filter(([, type]) => !type)
            .map(([, , from]) => from!),
        ),
    )
    const packages = imported
      .filter((it) => !isBuiltin(it) && !it.startsWith("virtual:"))
      .map((it) => /^(@[^/]+\/)?[^/]+/.exec(it)![0])
    expect(packages.length).toBeGreaterThan(50)
    expect([...new Set(packages)].filter((it) => !shipped.has(it))).toEqual([])
  })
})

/** A registry on loopback that knows these advisories, by package; none: it has no such address. */
async function aRegistry(advisories?: Record<string, { severity: string }>) {
  const asked: string[][] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on("data", (part) => parts.push(part))
    request.on("end", () => {
      const answer = (status: number, body: object) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
      if (request.method === "GET") {
        const name = decodeURIComponent(request.url!.slice(1))
        const { version = "" } = (lockFile() as Lock).packages[`node_modules/${name}`] ?? {}
        return answer(200, { name, "dist-tags": { latest: version }, versions: { [version]: { name, version } } })
      }
      if (!advisories || !request.url!.endsWith("/advisories/bulk")) return answer(404, {})
      const raw = Buffer.concat(parts)
      const names = Object.keys(JSON.parse(String(request.headers["content-encoding"] ? gunzipSync(raw) : raw)))
      asked.push(names)
      const known = Object.entries(advisories).filter(([name]) => names.includes(name))
      const of = (severity: string) => [
        { id: 1, url: "http://127.0.0.1/", title: "Made up", severity, vulnerable_versions: "*" },
      ]
      answer(200, Object.fromEntries(known.map(([name, { severity }]) => [name, of(severity)])))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked, server }
}

/** However slow the machine is. */
const patient = 110
const slow = 120_000

describe("what is known against what is shipped (ASVS V15.2.1)", () => {
  it("is nothing high or critical, as far as the registry knows and can be asked", async () => {
    const found = await audit()
    // The rest of this file has run all the same; on a machine without network there is nobody to ask.
    if (!found.audited) console.log(`not audited: ${found.why}`)
    else expect(found.severe).toEqual([])
  })

  it.each(["high", "critical"])(
    "fails at one %s advisory",
    async (severity) => {
      const { url } = await aRegistry({ uqr: { severity } })
      expect(await audit(url, patient)).toEqual({ audited: true, severe: [`uqr: ${severity}`] })
    },
    slow,
  )

  it(
    "lets a moderate one pass, and one against what is only developed with",
    async () => {
      const { url, asked } = await aRegistry({ uqr: { severity: "moderate" }, vitest: { severity: "critical" } })
      expect(await audit(url, patient)).toEqual({ audited: true, severe: [] })
      expect(asked.flat()).toContain("hono")
      expect(asked.flat()).not.toContain("vitest")
    },
    slow,
  )

  it(
    "is no verdict where the registry has no advisories, is not there, or does not answer",
    async () => {
      const mirror = await aRegistry()
      expect(await audit(mirror.url, patient)).toEqual({ audited: false, why: "the registry has no advisories" })
      mirror.server.close()
      mirror.server.closeAllConnections()
      expect(await audit(mirror.url, patient)).toEqual({ audited: false, why: "the registry was not reached" })
      const silent = createServer(() => {})
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve))
      onTestFinished(() => silent.closeAllConnections())
      onTestFinished(() => void silent.close())
      const { port } = silent.address() as AddressInfo
      expect(await audit(`http://127.0.0.1:${port}/`, 2)).toEqual({
        audited: false,
        why: "no answer within 2 seconds",
      })
    },
    slow,
  )
})
