/** OpenID Connect, authorization code with PKCE, state and nonce, to whatever provider the city has: configuration alone decides. */
import { setTimeout } from "node:timers/promises"
import * as openid from "openid-client"
import type { Vouched } from "#actions/signing"
import { Problem } from "#domain/problem"
import { faultOf } from "#store/log"
import type { World } from "#world"

export type SignIn = { verifier: string; state: string; nonce: string }
export type Provider = {
  /**
   * Everybody proves who they are, whoever was signed in there before: several people share a window's browser. `strong`: as
   * strongly as the portal is told to ask before sensitive acts. Refusal: provider-away.
   */
  start(strong: boolean): Promise<{ url: string; signIn: SignIn }>
  /**
   * Whom the provider vouches for, and when they proved it. Refusals: sign-in-incomplete, for anything that does not fit what was
   * started; provider-away.
   */
  finish(callback: URL, signIn: SignIn): Promise<Vouched>
  /** Where a browser ends its session at the provider too, if the provider has such a place. */
  leave(): Promise<string | undefined>
}

export function provider(world: World, secret: string): Provider {
  const redirect = `${world.portal.url}/staff/callback`
  let found: Promise<openid.Configuration> | undefined
  const configuration = () => {
    const issuer = new URL(world.portal.issuer)
    const local = issuer.protocol === "http:" && ["127.0.0.1", "localhost"].includes(issuer.hostname)
    // What its token endpoint says is checked by its signature too, not only by the way it came.
    const execute = [openid.enableNonRepudiationChecks, ...(local ? [openid.allowInsecureRequests] : [])]
    found ??= openid.discovery(issuer, world.portal.client, undefined, secretly(secret), { timeout: 5, execute })
    // A provider that was away for a moment is asked again.
    found.catch(() => {
      found = undefined
    })
    return found
  }
  const refused = (error: unknown) => {
    const away = isAway(error)
    world.log[away ? "error" : "warn"](away ? "provider away" : "sign-in refused", faultOf(error))
    return new Problem(away ? "provider-away" : "sign-in-incomplete")
  }
  return {
    async start(strong) {
      const signIn: SignIn = {
        verifier: openid.randomPKCECodeVerifier(),
        state: openid.randomState(),
        nonce: openid.randomNonce(),
      }
      const known = await configuration().catch((error) => {
        throw refused(error)
      })
      const url = openid.buildAuthorizationUrl(known, {
        redirect_uri: redirect,
        scope: "openid",
        code_challenge: await openid.calculatePKCECodeChallenge(signIn.verifier),
        code_challenge_method: "S256",
        state: signIn.state,
        nonce: signIn.nonce,
        prompt: "login",
        max_age: "0",
        ...(strong && world.portal.acr && { acr_values: world.portal.acr }),
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
      const claims = await configuration()
        .then((known) => openid.authorizationCodeGrant(known, asked, checks))
        .then((tokens) => tokens.claims())
        .catch((error) => {
          throw refused(error)
        })
      if (!claims) throw new Problem("sign-in-incomplete")
      const { sub, auth_time: at, acr } = claims
      // By both machines' real clocks; a provider that does not say when was asked for it to be now.
      const age = at === undefined ? 0 : Date.now() - at * 1000
      return { subject: sub, provedAt: world.now() - age, ...(typeof acr === "string" && { acr }) }
    },
    async leave() {
      // Whoever signs out does not wait for a provider that is away.
      const soon = setTimeout(1_000, undefined, { ref: false })
      const known = await Promise.race([configuration().catch(() => undefined), soon])
      if (!known?.serverMetadata().end_session_endpoint) return undefined
      return openid.buildEndSessionUrl(known, { post_logout_redirect_uri: `${world.portal.url}/app/staff/` }).href
    },
  }
}

/** The client's secret as the provider takes it; one that does not say takes it in a header (OpenID Connect Discovery 1.0, 3). */
function secretly(secret: string): openid.ClientAuth {
  const [inBody, inHeader] = [openid.ClientSecretPost(secret), openid.ClientSecretBasic(secret)]
  return (server, ...rest) => {
    const takesBody = server.token_endpoint_auth_methods_supported?.includes("client_secret_post")
    return (takesBody ? inBody : inHeader)(server, ...rest)
  }
}

/** It did not answer, or not as a provider would: nothing that whoever signs in could have done. */
const isAway = (error: unknown): boolean =>
  (error instanceof TypeError && error.message === "fetch failed") ||
  (error instanceof openid.ClientError &&
    ["OAUTH_TIMEOUT", "OAUTH_RESPONSE_IS_NOT_CONFORM", "OAUTH_RESPONSE_IS_NOT_JSON"].includes(error.code ?? ""))
