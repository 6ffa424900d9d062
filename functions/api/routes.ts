/**
 * A route as data: what goes in, what comes out, who may, which refusals. The server parses by it, the OpenAPI description
 * and the authority test are made from it, and the pages' client takes its types from it.
 */
import type * as z from "zod/mini"
import type { Permission } from "#domain/permission"
import type { ProblemCode } from "#domain/problem"

type Schema = z.ZodMiniType

export type Route = {
  summary: string
  /** The row of the permission table that its action checks. */
  may: Permission
  params?: Schema
  query?: Schema
  body?: Schema
  answer: Schema
  status?: 200 | 201
  /** Beyond invalid-input, malformed-body, body-too-large, busy and fault, which any route may answer. */
  refusals: readonly ProblemCode[]
}

export type Method = "GET" | "POST"
export type Routes = Record<`${Method} /${string}`, Route>

type Out<S> = S extends z.ZodMiniType ? z.output<S> : unknown
type In<S> = S extends z.ZodMiniType ? z.input<S> : unknown

/** What a handler gets: parameters, query and body, parsed, in one object. */
export type Input<R extends Route> = Out<R["params"]> & Out<R["query"]> & Out<R["body"]>
/** What a client sends. */
export type Sent<R extends Route> = In<R["params"]> & In<R["query"]> & In<R["body"]>
export type Answer<R extends Route> = Lasting<Out<R["answer"]>>

/** An answer is read, not changed: what is readonly in the domain may be answered as it is. */
type Lasting<T> = T extends object ? { readonly [K in keyof T]: Lasting<T[K]> } : T
