/** The world as a deployed function finds it: names, addresses and keys come by SST's links. */
import { randomBytes } from "node:crypto"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { Resource } from "sst"
import { dataKeys } from "#store/dataKeys"
import { keyring } from "#store/keyring"
import { log } from "#store/log"
import { masterKey, vault } from "#store/vault"
import type { World } from "#world"

/** A link that this function was not given is simply absent: what needs it must have it in the stacks. */
const linked = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

export function worldFromLinks(service: string): World {
  const db = DynamoDBDocumentClient.from(
    new DynamoDBClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 1000, requestTimeout: 4000 } }),
    { marshallOptions: { removeUndefinedValues: true } },
  )
  const tables = {
    bookings: linked(() => Resource.Bookings.name) ?? "",
    live: linked(() => Resource.Live.name) ?? "",
    audit: linked(() => Resource.Audit.name) ?? "",
  }
  const portal = linked(() => Resource.Portal)
  const offset = Number(process.env.DOORSTEP_CLOCK_OFFSET_MS ?? 0)
  return {
    db,
    tables,
    now: () => Date.now() + offset,
    random: (bytes) => randomBytes(bytes),
    keyring: keyring({
      indexKey: linked(() => Resource.IndexKey.value) ?? "",
      signingKey: linked(() => Resource.SigningKey.value) ?? "",
    }),
    vault: vault(
      lazily(() => masterKey(Resource.Sealing.keyId)),
      dataKeys(db, tables.bookings),
    ),
    log: log(service),
    portal: {
      url: portal?.url ?? "",
      issuer: portal?.issuer ?? "",
      client: portal?.client ?? "",
      notifier: portal?.notifier ?? "",
      demonstration: portal?.demonstration === "true",
    },
  }
}

/** The master key is opened when something is first sealed or unsealed: most functions never do. */
function lazily(make: () => ReturnType<typeof masterKey>): ReturnType<typeof masterKey> {
  let made: ReturnType<typeof masterKey> | undefined
  const master = () => {
    made ??= make()
    return made
  }
  return { newDataKey: () => master().newDataKey(), unwrap: (wrapped) => master().unwrap(wrapped) }
}
