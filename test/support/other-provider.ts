/**
 * A provider made otherwise than the embedded one, as cities have them: its issuer is a path of a shared host, it signs by an
 * elliptic curve, takes the client's secret in a header alone, has no place to sign out, and its own page for signing in.
 */
import { generateKeyPairSync } from "node:crypto"
import { createServer, type IncomingMessage } from "node:http"
import Provider from "oidc-provider"
import { clientId, quietly, type startOpenId } from "#local/openid"
import { close, listen } from "#local/ports"

const realm = "/realms/city"

export const startOther: typeof startOpenId = async ({ portalUrl, clientSecret, keys }) => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const server = createServer()
  const port = await listen(server)
  const issuer = `http://localhost:${port}${realm}`
  const provider = quietly(
    () =>
      new Provider(issuer, {
        clients: [
          {
            client_id: clientId,
            client_secret: clientSecret,
            redirect_uris: [`${portalUrl}/staff/callback`],
            token_endpoint_auth_method: "client_secret_basic",
            id_token_signed_response_alg: "ES256",
            grant_types: ["authorization_code"],
            response_types: ["code"],
          },
        ],
        clientAuthMethods: ["client_secret_basic"],
        jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: "city-1" }] as never },
        enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
        cookies: { keys: keys.cookies },
        features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
        interactions: { url: (_, { uid }) => `${realm}/who/${uid}` },
        findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
        loadExistingGrant: async ({ oidc }) => {
          const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session!.accountId! })
          grant.addOIDCScope("openid")
          await grant.save()
          return grant
        },
        ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
      }),
  )
  const answer = provider.callback()
  server.on("request", async (request: IncomingMessage & { originalUrl?: string }, response) => {
    request.originalUrl = request.url!
    request.url = request.url!.slice(realm.length) || "/"
    if (!request.url.startsWith("/who/")) return void answer(request, response)
    if (request.method === "GET") return void response.end("Who are you?")
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const accountId = new URLSearchParams(String(Buffer.concat(parts))).get("sub")!
    await provider.interactionFinished(request, response, { login: { accountId, remember: false } })
  })
  return { issuer, port, stop: () => close(server) }
}
