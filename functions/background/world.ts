/** The world as a deployed function finds it: names, addresses and keys come by SST's links. */
import { randomBytes } from "node:crypto"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { Resource } from "sst"
import { dataKeys, ownDataKeys } from "#store/dataKeys"
import { keyring } from "#store/keyring"
import { log } from "#store/log"
import type { Photos } from "#store/photos"
import { pushKeys } from "#store/push"
import { kmsKey, vault } from "#store/vault"
import type { World } from "#world"

const refused = async () => {
  throw new Error("This function was given no photos")
}
const noPhotos: Photos = { put: refused, get: refused, delete: refused }

/** A link that this function was not given is simply absent: what needs it must have it in the stacks. */
const linked = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** `photos` only where a function has to do with them: their client is heavy. */
export function worldFromLinks(service: string, photos: Photos = noPhotos): World {
  const db = DynamoDBDocumentClient.from(
    new DynamoDBClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 1000, requestTimeout: 4000 } }),
    { marshallOptions: { removeUndefinedValues: true } },
  )
  const tables = {
    bookings: linked(() => Resource.Bookings.name) ?? "",
    keys: linked(() => Resource.Keys.name) ?? "",
    live: linked(() => Resource.Live.name) ?? "",
    children: linked(() => Resource.Children.name) ?? "",
    audit: linked(() => Resource.Audit.name) ?? "",
  }
  const portal = linked(() => Resource.Portal)
  const offset = Number(process.env.DOORSTEP_CLOCK_OFFSET_MS ?? 0)
  const now = () => Date.now() + offset
  return {
    db,
    tables,
    now,
    random: (bytes) => randomBytes(bytes),
    keyring: keyring({
      indexKey: linked(() => Resource.IndexKey.value) ?? "",
      signingKey: linked(() => Resource.SigningKey.value) ?? "",
    }),
    vault: vault(
      lazily(() => kmsKey(Resource.Sealing.keyId)),
      dataKeys(db, tables.bookings, now),
      now,
    ),
    children: vault(
      lazily(() => kmsKey(Resource.ChildrenSealing.keyId)),
      ownDataKeys(db, tables.children, now),
    ),
    reporters: vault(
      lazily(() => kmsKey(Resource.ReporterSealing.keyId)),
      ownDataKeys(db, tables.live, now),
    ),
    photos,
    log: log(service),
    portal: {
      url: portal?.url ?? "",
      issuer: portal?.issuer ?? "",
      client: portal?.client ?? "",
      acr: portal?.acr ?? "",
      notifier: portal?.notifier ?? "",
      pushKey: linked(() => pushKeys(Resource.PushKey.value).publicKey) ?? "",
      demonstration: portal?.demonstration === "true",
    },
  }
}

/** The master key is opened when something is first sealed or unsealed: most functions never do. */
function lazily(make: () => ReturnType<typeof kmsKey>): ReturnType<typeof kmsKey> {
  let made: ReturnType<typeof kmsKey> | undefined
  const master = () => {
    made ??= make()
    return made
  }
  return { newDataKey: () => master().newDataKey(), unwrap: (wrapped) => master().unwrap(wrapped) }
}
