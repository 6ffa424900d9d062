/** What only the functions may know, and the key that seals personal details. */

/** Of the blind indexes (HMAC): never rotated without a migration of the keys made with it. */
export const indexKey = new sst.Secret("IndexKey")
/** Of links, references, codes and sessions. */
export const signingKey = new sst.Secret("SigningKey")
/** By which the functions know the Router. */
export const edgeKey = new sst.Secret("EdgeKey")
export const oidcClientSecret = new sst.Secret("OidcClientSecret")
export const notifierToken = new sst.Secret("NotifierToken")

export const sealingKey = new aws.kms.Key(
  "SealingKey",
  {
    description: "Seals the data keys of personal details",
    enableKeyRotation: true,
    deletionWindowInDays: 30,
  },
  { retainOnDelete: $app.removal !== "remove" },
)

export const sealing = new sst.Linkable("Sealing", { properties: { keyId: sealingKey.keyId } })
