import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import Provider, { type Configuration, interactionPolicy } from "oidc-provider"
import { bodyOf } from "./http.ts"
import type { Keys } from "./keys.ts"
import { close, listen } from "./ports.ts"

/**
 * The city's OpenID provider, stood in for: it knows who its demonstration people are, by number and name. What they may
 * do is none of its business; the portal's own roster says that.
 */
export type OpenId = { issuer: string; port: number; stop(): Promise<void> }

export type Account = {
  sub: string
  name: string
  role: string
  roleInEnglish: string
  station: string
  stationInEnglish: string
}

const clerk = { role: "窗口人员", roleInEnglish: "window clerk" }
const officer = { role: "值班民警", roleInEnglish: "duty officer" }
const chief = { role: "站长", roleInEnglish: "station chief" }
const auditor = { role: "审计员", roleInEnglish: "auditor" }
const longtou = { station: "龙头警务站", stationInEnglish: "Longtou station" }
const taihe = { station: "东二环泰禾商圈智慧警务站", stationInEnglish: "Taihe mall station" }
const chongxian = { station: "鼓山崇贤智慧警务站", stationInEnglish: "Chongxian station" }
const command = { station: "晋安分局指挥中心", stationInEnglish: "Jin'an command centre" }
const yuefeng = { station: "岳峰派出所", stationInEnglish: "Yuefeng police station" }
const railway = { station: "火车站路地联勤指挥中心", stationInEnglish: "Railway station" }

export const accounts: readonly Account[] = [
  { sub: "clerk-p01-1", name: "林小燕", ...clerk, ...longtou },
  { sub: "clerk-p01-2", name: "陈志明", ...clerk, ...longtou },
  { sub: "officer-p01", name: "黄警官", ...officer, ...longtou },
  { sub: "chief-p01", name: "郑站长", ...chief, ...longtou },
  { sub: "clerk-p02-1", name: "王丽", ...clerk, ...taihe },
  { sub: "chief-p02", name: "吴站长", ...chief, ...taihe },
  { sub: "clerk-p03-1", name: "许婷", ...clerk, ...chongxian },
  { sub: "clerk-p05-1", name: "何军", ...clerk, ...railway },
  { sub: "officer-p01-2", name: "施警官", ...officer, ...longtou },
  { sub: "officer-p02", name: "周警官", ...officer, ...taihe },
  { sub: "officer-p02-2", name: "叶警官", ...officer, ...taihe },
  { sub: "officer-p05", name: "赖警官", ...officer, ...railway },
  { sub: "officer-s02", name: "曾警官", ...officer, ...yuefeng },
  { sub: "officer-c01", name: "梁警官", ...officer, ...command },
  { sub: "auditor-p01", name: "唐审计", ...auditor, ...longtou },
  { sub: "auditor-c01", name: "宋审计", ...auditor, ...command },
]

export const clientId = "doorstep"
/** What a city's provider would call two factors; this one only says so, when it is asked for it. */
export const strong = "urn:doorstep:demonstration:two-factors"

export async function startOpenId(options: {
  portalUrl: string
  clientSecret: string
  keys: Keys
  port?: number
}): Promise<OpenId> {
  const server = createServer()
  const port = await listen(server, options.port)
  const issuer = `http://localhost:${port}`
  const provider = quietly(() => new Provider(issuer, configuration(options)))
  const answer = provider.callback()

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (!/^\/sign-in\/[\w-]+$/.test(request.url ?? "")) return void answer(request, response)
    signIn(provider, request, response).catch(() => page(response, 400, expired))
  })
  return { issuer, port, stop: () => close(server) }
}

function configuration(options: { portalUrl: string; clientSecret: string; keys: Keys }): Configuration {
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: options.clientSecret,
        redirect_uris: [`${options.portalUrl}/staff/callback`],
        post_logout_redirect_uris: [`${options.portalUrl}/app/staff/`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    jwks: options.keys.signing as Configuration["jwks"] & object,
    cookies: { keys: options.keys.cookies },
    claims: { openid: ["sub"], profile: ["name"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    acrValues: [strong],
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource: leaving } },
    interactions: { url: (_, { uid }) => `/sign-in/${uid}`, policy: alwaysAsk() },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 1_800, Session: 1_800, Grant: 1_800 },
    findAccount: (_, sub) => {
      const account = accounts.find((entry) => entry.sub === sub)
      return account && { accountId: sub, claims: () => ({ sub, name: account.name }) }
    },
    // The portal is the city's own: nobody is asked whether it may know their name.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! })
      grant.addOIDCScope("openid profile")
      await grant.save()
      return grant
    },
    renderError: (ctx, out) => {
      ctx.type = "html"
      ctx.body = document(
        `<h1>登录没有完成<br>Sign-in did not complete</h1><p>${escaped(`${out.error}: ${out.error_description ?? ""}`)}</p>`,
      )
    },
  }
}

/** The same person asks to be signed out here too; the form is the provider's own, with its token against other sites. */
const leaving: NonNullable<NonNullable<Configuration["features"]>["rpInitiatedLogout"]>["logoutSource"] = (
  ctx,
  form,
) => {
  ctx.type = "html"
  ctx.body = document(`<h1>退出统一身份认证？<br><span lang="en">Sign out here too?</span></h1>${form}
<button form="op.logoutForm" name="logout" value="yes"><b>退出 · Sign out</b></button>`)
}

/** Several people share one demonstration browser: each sign-in asks who it is. */
function alwaysAsk() {
  const { base, Check } = interactionPolicy
  const policy = base()
  policy
    .get("login")
    ?.checks.add(
      new Check("who_is_it", "each sign-in asks who it is", "login_required", ({ oidc }) => !oidc.result?.login),
    )
  return policy
}

/** Its notices about development settings are ours to know, not the reader's of `npm start`. */
export function quietly<Made>(make: () => Made): Made {
  const { info, warn } = console
  console.info = () => {}
  console.warn = () => {}
  try {
    return make()
  } finally {
    console.info = info
    console.warn = warn
  }
}

async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  const { session, params } = await provider.interactionDetails(request, response)
  if (request.method !== "POST") return page(response, 200, choices())
  const form = new URLSearchParams(String(await bodyOf(request, 10_000)))
  const account = accounts.find(({ sub }) => sub === form.get("sub"))
  if (!account) return page(response, 400, expired)
  const resumed = await provider.interactionResult(request, response, {
    login: { accountId: account.sub, remember: false, ...(params.acr_values === strong && { acr: strong }) },
  })
  await forget(provider, session?.uid)
  response.writeHead(303, { location: resumed, "cache-control": "no-store" }).end()
}

/** Whoever was signed in at this browser before is not any more. */
async function forget(provider: Provider, uid: string | undefined) {
  const session = uid === undefined ? undefined : await provider.Session.findByUid(uid)
  if (!session) return
  delete session.accountId
  session.authorizations = {}
  await session.persist()
}

const expired = `<h1>登录已过期<br>This sign-in has expired</h1><p>请回到工作台重新登录。 Go back to the console and sign in again.</p>`

function choices(): string {
  const buttons = accounts.map(
    ({ sub, name, role, roleInEnglish, station, stationInEnglish }) =>
      `<li><button name="sub" value="${sub}"><b>${name}</b><span>${station} · ${role}</span><span lang="en">${stationInEnglish} · ${roleInEnglish}</span></button></li>`,
  )
  return `<p class="mark">演示身份认证 · Demonstration identity provider</p>
<h1>你是哪一位？<br><span lang="en">Who are you?</span></h1>
<p>这不是真实的登录：演示用，无需口令。<br><span lang="en">Not a real sign-in: for demonstration, without a password.</span></p>
<form method="post"><ul>${buttons.join("")}</ul></form>`
}

function page(response: ServerResponse, status: number, content: string) {
  if (response.headersSent) return
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    })
    .end(document(content))
}

function document(content: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>演示登录 · Demonstration sign-in</title>
<style>
body { margin: 0 auto; padding: 1.5rem 1rem; max-width: 40rem; font: 1.125rem/1.5 system-ui, sans-serif; color: #14213d; background: #fff }
h1 { font-size: 1.75rem; line-height: 1.3; margin: 1rem 0 }
.mark { display: inline-block; margin: 0; padding: .25rem .75rem; background: #fff3bf; border: 1px solid #8a6d00; border-radius: .25rem }
ul { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: .75rem }
button { width: 100%; min-height: 4rem; padding: .75rem 1rem; text-align: start; font: inherit; color: inherit; background: #f4f7fb; border: 2px solid #1d4e89; border-radius: .5rem; cursor: pointer }
button:hover, button:focus-visible { background: #1d4e89; color: #fff; outline: 3px solid #f4a300; outline-offset: 2px }
button b { display: block; font-size: 1.375rem }
button span { display: block }
</style></head><body><main>${content}</main></body></html>`
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
