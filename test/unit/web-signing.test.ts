import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { PublicKey } from "#api/device/routes"
import { newKeys, signature } from "#web/lib/signing"

const call = { method: "POST", path: "/device/tickets?x=1", body: '{"service":"pickup","name":"王"}' }
const time = 1_795_398_480_440

const verifies = async (publicKey: JsonWebKey, text: string, signed: string) => {
  const key = await crypto.subtle.importKey("jwk", publicKey, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"])
  const bytes = Buffer.from(signed, "base64url")
  expect(bytes).toHaveLength(64)
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes, new TextEncoder().encode(text))
}

test("a device's signature covers method, path with query, time and body", async () => {
  const { privateKey, publicKey } = await newKeys()
  const headers = await signature({ id: "dev_1", privateKey }, call, time)
  expect(headers).toMatchObject({ "x-doorstep-device": "dev_1", "x-doorstep-time": String(time) })

  const hash = createHash("sha256").update(call.body, "utf8").digest("hex")
  const signed = headers["x-doorstep-signature"]!
  expect(await verifies(publicKey, `POST\n/device/tickets?x=1\n${time}\n${hash}`, signed)).toBe(true)
  expect(await verifies(publicKey, `POST\n/device/tickets?x=2\n${time}\n${hash}`, signed)).toBe(false)
  expect(await verifies(publicKey, `POST\n/device/tickets?x=1\n${time + 1}\n${hash}`, signed)).toBe(false)
})

test("a call without a body signs the hash of nothing", async () => {
  const { privateKey, publicKey } = await newKeys()
  const headers = await signature({ id: "dev_1", privateKey }, { method: "GET", path: "/device/live", body: "" }, time)
  const nothing = createHash("sha256").update("").digest("hex")
  expect(await verifies(publicKey, `GET\n/device/live\n${time}\n${nothing}`, headers["x-doorstep-signature"]!)).toBe(
    true,
  )
})

test("the private key cannot be taken out of the browser, and the public one is what the portal accepts", async () => {
  const { privateKey, publicKey } = await newKeys()
  expect(privateKey.extractable).toBe(false)
  await expect(crypto.subtle.exportKey("jwk", privateKey)).rejects.toThrow()
  expect(PublicKey.safeParse(publicKey).success).toBe(true)
})
