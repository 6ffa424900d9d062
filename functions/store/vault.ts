/**
 * Personal fields at rest: AES-256-GCM under a data key of the month, which a master key in KMS
 * wraps. Every blob names its data key; the place it is kept in is bound to it, so that no blob can be moved elsewhere. What is
 * sealed with a secret besides opens with both alone: whoever destroys the secret has shredded every copy of it.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { minute } from "#domain/time"

export type Vault = {
  /** `where` is table/identity/field; `month` such as "2026-11" chooses the data key. */
  seal(where: string, value: unknown, month: string, secret?: Uint8Array): Promise<Uint8Array>
  /** Undefined for what needs a secret that is not given: it was shredded. */
  open(where: string, blob: Uint8Array, secret?: Uint8Array): Promise<unknown>
  /** The same for what is bytes already, such as a photo. */
  sealBytes(where: string, bytes: Uint8Array, month: string): Promise<Uint8Array>
  openBytes(where: string, blob: Uint8Array): Promise<Uint8Array>
  /**
   * A new data key for what the month still seals, as after a leak. Other processes take it up within `renewedWithin`; what was
   * sealed under the one before still opens. Answers the new key's id. Refusal: changed-meanwhile (somebody else renews).
   */
  renew(month: string): Promise<string>
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
  /** The key that the month seals under now, where it is there to be shared. */
  ofMonth(month: string): Promise<DataKey | undefined>
  /** Answers the one that is kept: ours, or that of whoever was first. */
  add(month: string, wrapped: Uint8Array): Promise<DataKey>
  /** Puts another in the place of the month's; answers its id. */
  renew(month: string, wrapped: Uint8Array): Promise<string>
  /** How long a process may seal under one key without asking whether it was renewed. */
  lasts: number
}

/** How long after a renewal a process may still seal under the key before it (ours). */
export const renewedWithin = 5 * minute

/** A blob's first byte: whether its data key opens it alone, or a secret is needed besides. */
const formats = { plain: 1, secret: 2 } as const

export const needsSecret = (blob: Uint8Array): boolean => blob[0] === formats.secret

export function vault(master: MasterKey, kept: DataKeys, now: () => number = Date.now): Vault {
  const { asked: openedBy } = remembered(async (id) => {
    const wrapped = await kept.find(id)
    if (!wrapped) throw new Error(`No data key ${id}`)
    return master.unwrap(wrapped)
  })
  const { asked: sealedBy, forget } = remembered(
    async (month) => {
      const there = await kept.ofMonth(month)
      if (there) return { id: there.id, key: await openedBy(there.id) }
      const made = await master.newDataKey()
      const { id, wrapped } = await kept.add(month, made.wrapped)
      return { id, key: Buffer.compare(wrapped, made.wrapped) === 0 ? made.plain : await master.unwrap(wrapped) }
    },
    { lasts: kept.lasts, now },
  )
  const sealed = async (where: string, bytes: Uint8Array, month: string, secret?: Uint8Array) => {
    const { id, key } = await sealedBy(month)
    const nonce = randomBytes(12)
    const cipher = createCipheriv("aes-256-gcm", keyOf(key, secret), nonce).setAAD(Buffer.from(where))
    const body = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    const format = secret ? formats.secret : formats.plain
    return Buffer.concat([Buffer.from([format, id.length]), Buffer.from(id), nonce, body])
  }
  const opened = async (where: string, blob: Uint8Array, secret?: Uint8Array) => {
    const bytes = Buffer.from(blob)
    if (bytes[0] !== formats.plain && bytes[0] !== formats.secret) throw new Error("Sealed in an unknown format")
    if (needsSecret(bytes) && !secret) return undefined
    const start = 2 + bytes[1]!
    const key = keyOf(await openedBy(bytes.toString("utf8", 2, start)), needsSecret(bytes) ? secret : undefined)
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(start, start + 12), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(where)).setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(start + 12, -16)), decipher.final()])
  }
  return {
    sealBytes: (where, bytes, month) => sealed(where, bytes, month),
    async openBytes(where, blob) {
      const bytes = await opened(where, blob)
      if (!bytes) throw new Error("Sealed with a secret")
      return bytes
    },
    seal: (where, value, month, secret) => sealed(where, Buffer.from(JSON.stringify(value)), month, secret),
    async open(where, blob, secret) {
      const bytes = await opened(where, blob, secret)
      return bytes && JSON.parse(bytes.toString())
    },
    async renew(month) {
      const id = await kept.renew(month, (await master.newDataKey()).wrapped)
      forget(month)
      return id
    },
  }
}

const keyOf = (dataKey: Uint8Array, secret: Uint8Array | undefined) =>
  secret ? Buffer.from(hkdfSync("sha256", dataKey, secret, "doorstep person", 32)) : dataKey

/** Asked once for each name, or again when it has lasted; a failure is asked again. */
function remembered<T>(
  load: (name: string) => Promise<T>,
  { lasts, now }: { lasts: number; now: () => number } = { lasts: Number.POSITIVE_INFINITY, now: () => 0 },
) {
  const known = new Map<string, { since: number; found: Promise<T> }>()
  const asked = (name: string): Promise<T> => {
    const there = known.get(name)
    if (there && now() - there.since < lasts) return there.found
    const found = load(name)
    known.set(name, { since: now(), found })
    found.catch(() => known.delete(name))
    return found
  }
  return { asked, forget: (name: string) => void known.delete(name) }
}

/**
 * Master keys that are at hand: on one machine KMS's stand-in has them, in a test the test. The first wraps, each unwraps what it
 * wrapped, as KMS does with the versions of one key.
 */
export function keyAtHand(...keys: readonly [Uint8Array, ...Uint8Array[]]): MasterKey {
  return {
    async newDataKey() {
      const plain = randomBytes(32)
      const nonce = randomBytes(12)
      const cipher = createCipheriv("aes-256-gcm", keys[0], nonce)
      return { plain, wrapped: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]) }
    },
    async unwrap(wrapped) {
      for (const key of keys) {
        const plain = unwrapped(Buffer.from(wrapped), key)
        if (plain) return plain
      }
      throw new Error("Wrapped by another master key")
    },
  }
}

function unwrapped(bytes: Buffer, key: Uint8Array): Uint8Array | undefined {
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(bytes.subarray(-16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
  } catch {
    return undefined
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
