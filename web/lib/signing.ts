/** A device signs what it asks with a key that its browser made and cannot show. */
export type DeviceKey = { id: string; privateKey: CryptoKey }
export type PublicJwk = { kty: "EC"; crv: "P-256"; x: string; y: string }

const algorithm = { name: "ECDSA", namedCurve: "P-256" }

export async function newKeys(): Promise<{ privateKey: CryptoKey; publicKey: PublicJwk }> {
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"])
  const { x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey)
  return { privateKey: pair.privateKey, publicKey: { kty: "EC", crv: "P-256", x: x!, y: y! } }
}

/** METHOD, path with query, time and the body's SHA-256 (of nothing where there is none), one a line. */
const signedText = (call: { method: string; path: string }, time: number, bodyHash: string): string =>
  [call.method, call.path, String(time), bodyHash].join("\n")

/** The three headers; `time` is the portal's. */
export async function signature(
  { id, privateKey }: DeviceKey,
  call: { method: string; path: string; body: string },
  time: number,
): Promise<Record<string, string>> {
  const bodyHash = hex(await crypto.subtle.digest("SHA-256", utf8(call.body)))
  const signed = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    privateKey,
    utf8(signedText(call, time, bodyHash)),
  )
  return {
    "x-doorstep-device": id,
    "x-doorstep-time": String(time),
    "x-doorstep-signature": base64url(signed),
  }
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (bytes: ArrayBuffer) => [...new Uint8Array(bytes)].map((it) => it.toString(16).padStart(2, "0")).join("")
const base64url = (bytes: ArrayBuffer) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
