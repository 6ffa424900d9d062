import { generateKeyPairSync, randomBytes } from "node:crypto"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { writeWhole } from "./checkpoints.ts"
import type { MasterVersions } from "./kms.ts"

/** The secrets of one data folder: made once, readable by their owner only, the same after every restart. */
export type Keys = {
  /** By the name of the stacks' secret; made when first asked for. */
  secret(name: string): string
  /** What KMS keeps on AWS, by the name of the stacks' key: its versions, the present one first. */
  masters: Record<string, MasterVersions>
  /** The OpenID provider's signing keys (a private JWKS) and the keys of its cookies. */
  signing: { keys: Record<string, unknown>[] }
  cookies: string[]
}

export function openKeys(folder: string): Keys {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    secret: (name) => keep(join(folder, `${name}.secret`), newSecret),
    masters: Object.fromEntries(
      Object.entries(masterFiles).map(([name, file]) => [name, versionsIn(keep(join(folder, file), newSecret))]),
    ),
    signing: JSON.parse(
      keep(join(folder, "signing.json"), () => JSON.stringify({ keys: [newSigningKey()] })),
    ) as Keys["signing"],
    cookies: [keep(join(folder, "cookies.secret"), newSecret)],
  }
}

const masterFiles = { SealingKey: "sealing.key", ChildrenKey: "children.key", ReporterKey: "reporter.key" }

/** A line for each version: a new one is put on top. */
const versionsIn = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((it) => Buffer.from(it, "base64url")) as unknown as MasterVersions

const newSecret = () => randomBytes(32).toString("base64url")

function newSigningKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: randomBytes(8).toString("hex") }
}

function keep(file: string, make: () => string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
  }
  const made = make()
  writeWhole(file, made)
  return made
}
