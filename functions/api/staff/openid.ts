/** OpenID Connect, authorization code with PKCE, state and nonce, to whatever provider the city has: configuration alone decides. */
import * as openid from "openid-client"
import { Problem } from "#domain/problem"
import type { World } from "#world"

export type SignIn = { verifier: string; state: string; nonce: string }
export type Provider = {
  start(): Promise<{ url: string; signIn: SignIn }>
  /** The subject that the provider vouches for. Refusal: not-allowed for anything that does not fit what was started. */
  finish(callback: URL, signIn: SignIn): Promise<string>
}

export function provider(world: World, secret: string): Provider {
  const redirect = `${world.portal.url}/staff/callback`
  let found: Promise<openid.Configuration> | undefined
  const configuration = () => {
    const issuer = new URL(world.portal.issuer)
    const local = issuer.protocol === "http:" && ["127.0.0.1", "localhost"].includes(issuer.hostname)
    const options = { timeout: 5, ...(local && { execute: [openid.allowInsecureRequests] }) }
    found ??= openid.discovery(issuer, world.portal.client, secret, undefined, options)
    // A provider that was away for a moment is asked again.
    found.catch(() => {
      found = undefined
    })
    return found
  }
  return {
    async start() {
      const signIn: SignIn = {
        verifier: openid.randomPKCECodeVerifier(),
        state: openid.randomState(),
        nonce: openid.randomNonce(),
      }
      const url = openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirect,
        scope: "openid",
        code_challenge: await openid.calculatePKCECodeChallenge(signIn.verifier),
        code_challenge_method: "S256",
        state: signIn.state,
        nonce: signIn.nonce,
      })
      return { url: url.href, signIn }
    },
    async finish(callback, signIn) {
      const asked = new URL(redirect)
      asked.search = callback.search
      const checks = {
        pkceCodeVerifier: signIn.verifier,
        expectedState: signIn.state,
        expectedNonce: signIn.nonce,
        idTokenExpected: true,
      }
      const tokens = await openid.authorizationCodeGrant(await configuration(), asked, checks).catch((error) => {
        world.log.warn("sign-in refused", { error: error instanceof Error ? error.name : "unknown" })
        throw new Problem("not-allowed")
      })
      const subject = tokens.claims()?.sub
      if (!subject) throw new Problem("not-allowed")
      return subject
    },
  }
}
