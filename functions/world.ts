/** All that an action may touch outside itself: tables, the clock, chance, keys, the log. Built once per process from the environment, or by a test. */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import type { Instant } from "#domain/time"
import type { Keyring } from "#store/keyring"
import type { Log } from "#store/log"
import type { Photos } from "#store/photos"
import type { Vault } from "#store/vault"

export type World = {
  db: DynamoDBDocumentClient
  tables: { bookings: string; keys: string; live: string; children: string; audit: string }
  now(): Instant
  /** Cryptographically strong. */
  random(bytes: number): Uint8Array
  keyring: Keyring
  vault: Vault
  /** Of reports of missing children, under a key of their own. */
  children: Vault
  /** Of the numbers by which their reporters are told. */
  reporters: Vault
  photos: Photos
  log: Log
  portal: Portal
}

export type Portal = {
  /** Public address of the portal, without a slash at its end. */
  url: string
  /** The OpenID provider of the city, and our name there. */
  issuer: string
  client: string
  /** How strongly staff prove who they are before sensitive acts, as the provider calls it; empty: as at sign-in. */
  acr: string
  /** The gateway that takes messages to phones. */
  notifier: string
  /** To what officers' browsers subscribe: the public half of the key that signs pushes. */
  pushKey: string
  demonstration: boolean
}
