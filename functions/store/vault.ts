/**
 * Personal fields at rest: AES-256-GCM under a data key of the month, which a master key in KMS
 * wraps. Every blob names its data key; the place it is kept in is bound to it, so that no blob can be moved elsewhere.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms"

export type Vault = {
  /** `where` is table/identity/field; `month` such as "2026-11" chooses the data key. */
  seal(where: string, value: unknown, month: string): Promise<Uint8Array>
  open(where: string, blob: Uint8Array): Promise<unknown>
  /** The same for what is bytes already, such as a photo. */
  sealBytes(where: string, bytes: Uint8Array, month: string): Promise<Uint8Array>
  openBytes(where: string, blob: Uint8Array): Promise<Uint8Array>
}

/** Makes and unwraps data keys: the only part that differs between AWS and one machine. */
export type MasterKey = {
  newDataKey(): Promise<{ plain: Uint8Array; wrapped: Uint8Array }>
  unwrap(wrapped: Uint8Array): Promise<Uint8Array>
}

export type DataKey = { id: string; wrapped: Uint8Array }

/** Where wrapped data keys are kept; a blob names its own by id. */
export type DataKeys = {
  find(id: string): Promise<Uint8Array | undefined>
  /** The month's key that is there to be shared. */
  ofMonth(month: string): Promise<DataKey | undefined>
  /** Answers the one that is kept: ours, or that of whoever was first. */
  add(month: string, wrapped: Uint8Array): Promise<DataKey>
}

const format = 1

export function vault(master: MasterKey, kept: DataKeys): Vault {
  const openedBy = remembered(async (id) => {
    const wrapped = await kept.find(id)
    if (!wrapped) throw new Error(`No data key ${id}`)
    return master.unwrap(wrapped)
  })
  const sealedBy = remembered(async (month) => {
    const there = await kept.ofMonth(month)
    if (there) return { id: there.id, key: await master.unwrap(there.wrapped) }
    const made = await master.newDataKey()
    const { id, wrapped } = await kept.add(month, made.wrapped)
    return { id, key: Buffer.compare(wrapped, made.wrapped) === 0 ? made.plain : await master.unwrap(wrapped) }
  })
  const sealBytes = async (where: string, bytes: Uint8Array, month: string) => {
    const { id, key } = await sealedBy(month)
    const nonce = randomBytes(12)
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(where))
    const body = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    return Buffer.concat([Buffer.from([format, id.length]), Buffer.from(id), nonce, body])
  }
  const openBytes = async (where: string, blob: Uint8Array) => {
    const bytes = Buffer.from(blob)
    if (bytes[0] !== format) throw new Error("Sealed in an unknown format")
    const start = 2 + bytes[1]!
    const key = await openedBy(bytes.toString("utf8", 2, start))
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(start, start + 12), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(where)).setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(start + 12, -16)), decipher.final()])
  }
  return {
    sealBytes,
    openBytes,
    seal: (where, value, month) => sealBytes(where, Buffer.from(JSON.stringify(value)), month),
    open: async (where, blob) => JSON.parse((await openBytes(where, blob)).toString()),
  }
}

/** Asked once for each name; a failure is asked again. */
function remembered<T>(load: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (name) => {
    const found = known.get(name) ?? load(name)
    known.set(name, found)
    found.catch(() => known.delete(name))
    return found
  }
}

/** A master key that is at hand: on one machine KMS's stand-in has it, in a test the test. */
export function keyAtHand(key: Uint8Array): MasterKey {
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

/** KMS's own: what it wraps, only it unwraps. */
export function kmsKey(keyId: string): MasterKey {
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
