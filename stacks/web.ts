/** The one address of the portal, the gateway behind it, and the apps that are files. */
import { appPolicy, security } from "../functions/api/security"
import { edgeKey } from "./keys"
import { largest, photoForm, tooLarge } from "./large"

export const gateway = new sst.aws.ApiGatewayV2("Api", {
  // The pages and the functions have one origin.
  cors: false,
  accessLog: { retention: "3 months" },
  transform: {
    stage: (stage) => {
      stage.defaultRouteSettings = { throttlingRateLimit: 500, throttlingBurstLimit: 1000 }
      // SST's format also writes the path, which may hold a person's link, and the visitor's address and browser.
      stage.accessLogSettings = $output(stage.accessLogSettings).apply((log) => ({
        destinationArn: log!.destinationArn,
        format: JSON.stringify({
          time: "$context.requestTime",
          request: "$context.requestId",
          method: "$context.httpMethod",
          route: "$context.routeKey",
          status: "$context.status",
          bytes: "$context.responseLength",
          took: "$context.responseLatency",
          integration: "$context.integrationLatency",
          error: "$context.error.responseType",
        }),
      }))
    },
  },
})

/** CloudFront has no settings of its own for these. */
const named = ["cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy"] as const

/** What a function says of itself stands; files, and what the gateway or the edge itself refuses, get it here. */
const dressed = new aws.cloudfront.ResponseHeadersPolicy("RouterHeaders", {
  comment: "Doorstep: what browsers are told of every answer",
  securityHeadersConfig: {
    strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, includeSubdomains: true, override: false },
    contentTypeOptions: { override: true },
    frameOptions: { frameOption: "DENY", override: false },
    referrerPolicy: { referrerPolicy: security["referrer-policy"], override: false },
    contentSecurityPolicy: { contentSecurityPolicy: appPolicy, override: false },
  },
  customHeadersConfig: { items: named.map((header) => ({ header, value: security[header], override: false })) },
})

/**
 * SST's policy keeps cookies out of the cache's key and keeps nothing that does not ask for it (no Cache-Control, no
 * cache): a personal answer says `no-store`, a shared one its seconds.
 */
export const router = new sst.aws.Router("Router", {
  edge: {
    viewerRequest: {
      // The functions answer only who knows this, and count by the address that the edge saw: what a visitor sends under
      // these names is replaced.
      injection: $interpolate`event.request.headers["x-doorstep-edge"] = { value: ${edgeKey.value.apply((key) => JSON.stringify(key))} };
event.request.headers["x-doorstep-address"] = { value: event.viewer.ip };
var sent = event.request.headers["content-length"];
var photo = sent && Number(sent.value) > ${largest} && new RegExp(${JSON.stringify(photoForm)}).exec(event.request.uri);
if (photo) return { statusCode: 303, statusDescription: "See Other", headers: { "location": { value: photo[1] + "more?large" }, "cache-control": { value: "no-store" } } };
if (sent && Number(sent.value) > ${largest}) return { statusCode: ${tooLarge.status}, statusDescription: "Content Too Large", headers: { "content-type": { value: "${tooLarge.type}" }, "cache-control": { value: "no-store" } }, body: { encoding: "text", data: ${JSON.stringify(tooLarge.body)} } };`,
    },
  },
  transform: {
    // Where the Router knows no way (at first, or when its store fails), SST would send the request, with its secrets,
    // in the clear to a host of its own.
    cdn: (cdn) => {
      cdn.origins = [
        {
          originId: "default",
          domainName: gateway.url.apply((url) => new URL(url).host),
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "https-only",
            originReadTimeout: 20,
            originSslProtocols: ["TLSv1.2"],
          },
        },
      ]
      cdn.defaultCacheBehavior = $output(cdn.defaultCacheBehavior).apply((it) => ({
        ...it,
        responseHeadersPolicyId: dressed.id,
      }))
    },
  },
})

router.route("/", gateway.url)

/** Where the portal is found, and with whom it works. */
export const portal = new sst.Linkable("Portal", {
  properties: {
    url: router.url,
    issuer: process.env.DOORSTEP_OIDC_ISSUER ?? "https://identity.invalid",
    client: process.env.DOORSTEP_OIDC_CLIENT ?? "doorstep",
    acr: process.env.DOORSTEP_OIDC_ACR ?? "",
    notifier: process.env.DOORSTEP_NOTIFIER_URL ?? "https://notifier.invalid",
    demonstration: $app.stage === "production" ? "false" : "true",
  },
})

export const site = new sst.aws.StaticSite("Web", {
  path: "web",
  build: { command: "node ../node_modules/vite/bin/vite.js build", output: "dist" },
  router: { instance: router, path: "/app" },
  assets: {
    // The last that fits wins. Only what Vite put under assets/ has its content in its name.
    fileOptions: [
      { files: "**", cacheControl: "public,max-age=300" },
      { files: "assets/**", cacheControl: "public,max-age=31536000,immutable" },
      { files: "**/*.html", cacheControl: "no-cache" },
    ],
  },
  // SST would write types for Vite into web/src.
  vite: { types: "../.sst/vite-env.d.ts" },
})
