/**
 * Keys that never leave the process: blind indexes (IndexKey, not rotated without a migration) and everything
 * that is signed or sealed for a browser to carry (SigningKey). Each purpose has its own key, derived by HKDF.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto"

export type Keyring = {
  /** Equality without the value: 128 bits, base64url. Purposes do not match each other. */
  blind(purpose: string, value: string): string
  /** 32 bytes that only we can make. */
  sign(purpose: string, value: string): Buffer
  /** A value for a browser to carry, unreadable and unchangeable there; the same value gives the same token. */
  seal(purpose: string, value: unknown): string
  /** What was sealed for this purpose, or undefined for anything else. */
  open(purpose: string, token: string): unknown
}

export function keyring(secrets: { indexKey: string; signingKey: string }): Keyring {
  const derived = new Map<string, Buffer>()
  const derive = (secret: string, purpose: string) => {
    const name = `${secret === secrets.indexKey ? "i" : "s"}:${purpose}`
    const known = derived.get(name)
    if (known) return known
    const key = Buffer.from(hkdfSync("sha256", secret, "doorstep", purpose, 32))
    derived.set(name, key)
    return key
  }
  const mac = (key: Buffer, value: string | Buffer) => createHmac("sha256", key).update(value).digest()
  return {
    blind: (purpose, value) => mac(derive(secrets.indexKey, purpose), value).subarray(0, 16).toString("base64url"),
    sign: (purpose, value) => mac(derive(secrets.signingKey, purpose), value),
    seal(purpose, value) {
      const plain = Buffer.from(JSON.stringify(value))
      // The nonce comes from the content under a key of its own, so a retry gets the same link and no nonce repeats for two contents.
      const nonce = mac(derive(secrets.signingKey, `nonce:${purpose}`), plain).subarray(0, 12)
      const cipher = createCipheriv("aes-256-gcm", derive(secrets.signingKey, `seal:${purpose}`), nonce)
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url")
    },
    open(purpose, token) {
      const bytes = Buffer.from(token, "base64url")
      if (bytes.length < 29 || bytes.toString("base64url") !== token) return undefined
      const key = derive(secrets.signingKey, `seal:${purpose}`)
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(bytes.subarray(-16))
      try {
        return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString())
      } catch {
        return undefined
      }
    },
  }
}

export const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
