/** What holds for every answer, whoever asked for whatever: nothing of our inside in it, and what browsers must be told. */
import { expect } from "vitest"
import { security } from "#api/security"

const inside =
  /node_modules|functions\/|\.tsx?[:")]|\bat .+:\d+:\d+|[A-Z]\w+(Error|Exception)\b|arn:aws|SELECT |\[object /

/** No trace, no path of the source, no name of what lies behind. */
export function mustTellNothing(answer: Response, text: string, about: string) {
  expect(text, about).not.toMatch(inside)
  for (const [name, value] of answer.headers) expect(`${name}: ${value}`, about).not.toMatch(inside)
}

/** OWASP ASVS 5.0 V3.3 and V3.4; of pages, apps and pictures alike. */
export function mustBeDressed(answer: Response, about: string) {
  const { headers } = answer
  for (const [name, value] of Object.entries(security))
    if (name !== "referrer-policy") expect([name, headers.get(name)], about).toEqual([name, value])
  expect(["no-referrer", "same-origin"], about).toContain(headers.get("referrer-policy"))
  const policy = headers.get("content-security-policy") ?? ""
  for (const part of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
    expect(policy.replace("default-src 'self'", "default-src 'none'").split("; "), about).toContain(part)
  expect(policy, about).not.toMatch(/unsafe|\*|https?:|blob:/)
  expect(headers.get("cache-control"), about).toBeTruthy()
  expect(headers.has("access-control-allow-origin"), about).toBe(false)
  for (const cookie of headers.getSetCookie()) {
    const [pair = "", ...flags] = cookie.split("; ")
    expect(pair, about).toMatch(/^__Host-[\w-]+=[\w.-]*$/)
    expect(flags, about).toEqual(
      expect.arrayContaining(["Path=/", "HttpOnly", "Secure", expect.stringMatching(/^SameSite=(Lax|Strict)$/)]),
    )
    expect(cookie, about).not.toMatch(/domain=/i)
    expect(Buffer.byteLength(pair), about).toBeLessThanOrEqual(4096)
  }
}
