/**
 * Keys that never leave the process: blind indexes and what must stay the same for ever (IndexKey, not rotated without a
 * migration), and everything that is signed or sealed for a browser to carry (SigningKey: one key, or several parted by commas;
 * the first signs and seals, all are accepted). Each purpose has its own key, derived by HKDF.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto"

export type Keyring = {
  /** Equality without the value: 128 bits, base64url. Purposes do not match each other. */
  blind(purpose: string, value: string): string
  /** The same as its 32 bytes, to make a lasting name of. */
  name(purpose: string, value: string): Buffer
  /** 32 bytes that only we can make. */
  sign(purpose: string, value: string): Buffer
  /** Whether any of our keys signs it so; `shown` is told each key's 32 bytes. */
  isSigned(purpose: string, value: string, shown: (mac: Buffer) => boolean): boolean
  /** A value for a browser to carry, unreadable and unchangeable there; the same value gives the same token. */
  seal(purpose: string, value: unknown): string
  /** What was sealed for this purpose, or undefined for anything else. */
  open(purpose: string, token: string): unknown
}

export function keyring(secrets: { indexKey: string; signingKey: string }): Keyring {
  const index = deriving(secrets.indexKey)
  const signing = secrets.signingKey.split(",").map((it) => deriving(it.trim()))
  const present = signing[0]!
  return {
    blind: (purpose, value) => mac(index(purpose), value).subarray(0, 16).toString("base64url"),
    name: (purpose, value) => mac(index(purpose), value),
    sign: (purpose, value) => mac(present(purpose), value),
    isSigned: (purpose, value, shown) => signing.some((key) => shown(mac(key(purpose), value))),
    seal(purpose, value) {
      const plain = Buffer.from(JSON.stringify(value))
      // The nonce comes from the content under a key of its own, so a retry gets the same link and no nonce repeats for two contents.
      const nonce = mac(present(`nonce:${purpose}`), plain).subarray(0, 12)
      const cipher = createCipheriv("aes-256-gcm", present(`seal:${purpose}`), nonce)
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url")
    },
    open(purpose, token) {
      const bytes = Buffer.from(token, "base64url")
      if (bytes.length < 29 || bytes.toString("base64url") !== token) return undefined
      for (const key of signing) {
        const plain = opened(key(`seal:${purpose}`), bytes)
        if (plain) return JSON.parse(plain.toString())
      }
      return undefined
    },
  }
}

const mac = (key: Buffer, value: string | Buffer) => createHmac("sha256", key).update(value).digest()

/** A secret's key for each purpose. */
function deriving(secret: string): (purpose: string) => Buffer {
  const derived = new Map<string, Buffer>()
  return (purpose) => {
    const known = derived.get(purpose)
    if (known) return known
    const key = Buffer.from(hkdfSync("sha256", secret, "doorstep", purpose, 32))
    derived.set(purpose, key)
    return key
  }
}

function opened(key: Buffer, bytes: Buffer): Buffer | undefined {
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(bytes.subarray(-16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
  } catch {
    return undefined
  }
}

export const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
