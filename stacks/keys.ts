/** What only the functions may know, and the key that seals personal details. */

/** Of the blind indexes (HMAC): never rotated without a migration of the keys made with it. */
export const indexKey = new sst.Secret("IndexKey")
/** Of links, references, codes and sessions. */
export const signingKey = new sst.Secret("SigningKey")
/** By which the functions know the Router. */
export const edgeKey = new sst.Secret("EdgeKey")
export const oidcClientSecret = new sst.Secret("OidcClientSecret")
export const notifierToken = new sst.Secret("NotifierToken")
/** From which the key comes that signs what is pushed to officers' phones. */
export const pushKey = new sst.Secret("PushKey")

const key = (name: string, description: string) =>
  new aws.kms.Key(
    name,
    { description, enableKeyRotation: true, deletionWindowInDays: 30 },
    { retainOnDelete: $app.removal !== "remove" },
  )

export const sealingKey = key("SealingKey", "Seals the data keys of personal details")
export const sealing = new sst.Linkable("Sealing", { properties: { keyId: sealingKey.keyId } })

export const childrenKey = key("ChildrenKey", "Seals the data keys of reports of missing children")
export const childrenSealing = new sst.Linkable("ChildrenSealing", { properties: { keyId: childrenKey.keyId } })

/** Of the numbers by which reporters are told: who seals them opens none, and who opens them opens nothing else that was told. */
export const reporterKey = key("ReporterKey", "Seals the data keys of reporters' numbers")
export const reporterSealing = new sst.Linkable("ReporterSealing", { properties: { keyId: reporterKey.keyId } })
