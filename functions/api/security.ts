/** What every answer tells browsers, whoever gives it: a function, the edge, or the bucket of the apps (OWASP ASVS 5.0, V3.4). */
export const security = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), payment=(), geolocation=(self)",
} as const

/** Of the apps that are files: nothing but what lies beside them, no script or style within a page, nobody's frame. */
export const appPolicy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ")
