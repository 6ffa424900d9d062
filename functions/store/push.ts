/** The pair of keys that pushed messages are signed with, made from a secret; pages subscribe with the public one. */
import { createECDH, createHash } from "node:crypto"

export function pushKeys(secret: string): { publicKey: string; privateKey: string } {
  const privateKey = createHash("sha256").update(`push ${secret}`).digest()
  const pair = createECDH("prime256v1")
  pair.setPrivateKey(privateKey)
  return { publicKey: pair.getPublicKey("base64url"), privateKey: privateKey.toString("base64url") }
}
