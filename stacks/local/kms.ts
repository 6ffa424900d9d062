/** KMS on one machine: makes and opens data keys under key files, so that no function holds a master key itself. */
import { keyAtHand, type MasterKey } from "../../functions/store/vault.ts"

/** The first wraps; all open what they wrapped. */
export type MasterVersions = readonly [Uint8Array, ...Uint8Array[]]

export type KeyService = (operation: string, body: Record<string, unknown>) => Promise<Record<string, unknown>>

/** `keys` by the name of the stacks' key, which AWS renews by itself once a year. The context that a request names is not bound here; AWS binds it. */
export function keyService(keys: Record<string, MasterVersions>): KeyService {
  const masters: Record<string, MasterKey> = Object.fromEntries(
    Object.entries(keys).map(([name, versions]) => [name, keyAtHand(...versions)]),
  )
  return async (operation, { KeyId, CiphertextBlob }) => {
    const master = masters[String(KeyId)]
    if (!master) throw new Error(`No key ${KeyId}`)
    if (operation === "GenerateDataKey") {
      const { plain, wrapped } = await master.newDataKey()
      return { KeyId, Plaintext: inBase64(plain), CiphertextBlob: inBase64(wrapped) }
    }
    if (operation !== "Decrypt") throw new Error(`No ${operation} here`)
    const plain = await master.unwrap(Buffer.from(String(CiphertextBlob), "base64"))
    return { KeyId, Plaintext: inBase64(plain) }
  }
}

const inBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")
