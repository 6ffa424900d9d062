/** An ID number or a voucher must not lie plainly on a kiosk's disk: it is sealed under a key that no script can read. */
import { keep, kept } from "#web/lib/keep"

export type Sealed = { iv: Uint8Array<ArrayBuffer>; bytes: ArrayBuffer }

const name = "kiosk-sealing"
const algorithm = "AES-GCM"
let known: Promise<CryptoKey> | undefined

function key(): Promise<CryptoKey> {
  known ??= kept<CryptoKey>(name).then(async (found) => {
    if (found) return found
    const made = await crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, ["encrypt", "decrypt"])
    await keep(name, made)
    return made
  })
  return known
}

export async function seal(value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const plain = new TextEncoder().encode(JSON.stringify(value))
  return { iv, bytes: await crypto.subtle.encrypt({ name: algorithm, iv }, await key(), plain) }
}

/** Undefined where the key is gone. */
export async function unseal({ iv, bytes }: Sealed): Promise<unknown> {
  try {
    return JSON.parse(
      new TextDecoder().decode(await crypto.subtle.decrypt({ name: algorithm, iv }, await key(), bytes)),
    )
  } catch {
    return undefined
  }
}
