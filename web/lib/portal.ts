/** What every app needs of a failure: is the operation still open, and what is said about it. */
import { Offline, Refusal } from "./client.ts"

/** An operation id is kept where nobody knows whether it happened: no answer, or a fault after the write. */
export const mayHaveHappened = (failure: unknown): boolean =>
  failure instanceof Offline || (failure instanceof Refusal && failure.status >= 500)

export const isRefusal = (failure: unknown, ...codes: Refusal["code"][]): failure is Refusal =>
  failure instanceof Refusal && (codes.length === 0 || codes.includes(failure.code))

export const newOperationId = (): string => crypto.randomUUID()
