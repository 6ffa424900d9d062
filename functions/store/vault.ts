/**
 * Personal fields at rest: AES-256-GCM under a data key of the month, which a master key (KMS, or a key file on one machine)
 * wraps. Every blob names its data key; the place it is kept in is bound to it, so that no blob can be moved elsewhere.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms"

export type Vault = {
  /** `where` is table/identity/field; `month` such as "2026-11" names the data key. */
  seal(where: string, value: unknown, month: string): Promise<Uint8Array>
  open(where: string, blob: Uint8Array): Promise<unknown>
}

/** Makes and unwraps data keys: the only part that differs between AWS and one machine. */
export type MasterKey = {
  newDataKey(): Promise<{ plain: Uint8Array; wrapped: Uint8Array }>
  unwrap(wrapped: Uint8Array): Promise<Uint8Array>
}

/** Where wrapped data keys are kept. `add` answers the one that is kept: ours, or that of whoever was first. */
export type DataKeys = {
  find(id: string): Promise<Uint8Array | undefined>
  add(id: string, wrapped: Uint8Array): Promise<Uint8Array>
}

const format = 1

export function vault(master: MasterKey, kept: DataKeys): Vault {
  const plain = new Map<string, Promise<Uint8Array>>()
  const remember = (id: string, load: () => Promise<Uint8Array>) => {
    const known = plain.get(id) ?? load()
    plain.set(id, known)
    known.catch(() => plain.delete(id))
    return known
  }
  const existing = async (id: string) => {
    const wrapped = await kept.find(id)
    if (!wrapped) throw new Error(`No data key ${id}`)
    return master.unwrap(wrapped)
  }
  const current = async (id: string) => {
    const wrapped = await kept.find(id)
    if (wrapped) return master.unwrap(wrapped)
    const made = await master.newDataKey()
    const winner = await kept.add(id, made.wrapped)
    return Buffer.compare(winner, made.wrapped) === 0 ? made.plain : master.unwrap(winner)
  }
  return {
    async seal(where, value, month) {
      const key = await remember(month, () => current(month))
      const nonce = randomBytes(12)
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(where))
      const body = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()])
      return Buffer.concat([Buffer.from([format, month.length]), Buffer.from(month), nonce, body])
    },
    async open(where, blob) {
      const bytes = Buffer.from(blob)
      if (bytes[0] !== format) throw new Error("Sealed in an unknown format")
      const start = 2 + bytes[1]!
      const month = bytes.toString("utf8", 2, start)
      const key = await remember(month, () => existing(month))
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(start, start + 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(where)).setAuthTag(bytes.subarray(-16))
      const plain = Buffer.concat([decipher.update(bytes.subarray(start + 12, -16)), decipher.final()])
      return JSON.parse(plain.toString())
    },
  }
}

/** `keyId` is a KMS key, or "file:/path" to 32 bytes in base64url on a machine of one's own. */
export const masterKey = (keyId: string): MasterKey =>
  keyId.startsWith("file:")
    ? fileKey(Buffer.from(readFileSync(keyId.slice(5), "utf8").trim(), "base64url"))
    : kmsKey(keyId)

export function fileKey(key: Uint8Array): MasterKey {
  return {
    async newDataKey() {
      const plain = randomBytes(32)
      const nonce = randomBytes(12)
      const cipher = createCipheriv("aes-256-gcm", key, nonce)
      return { plain, wrapped: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]) }
    },
    async unwrap(wrapped) {
      const bytes = Buffer.from(wrapped)
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
    },
  }
}

function kmsKey(keyId: string): MasterKey {
  const kms = new KMSClient({})
  const EncryptionContext = { purpose: "doorstep-data-key" }
  return {
    async newDataKey() {
      const made = await kms.send(new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: "AES_256", EncryptionContext }))
      return { plain: made.Plaintext!, wrapped: made.CiphertextBlob! }
    },
    async unwrap(wrapped) {
      const opened = await kms.send(new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext }))
      return opened.Plaintext!
    },
  }
}
