/**
 * A service is a module that the executor loads: `createClient` makes the client of the SDK, and every
 * other export is an operation, which does one call with it. Here is what the types of such a module `M`
 * say of its operation `K`; the module itself is not loaded where the calls are made.
 */
import type { Task } from 'crossthread';
import type { AsyncCallerContext } from './async-caller-context.ts';
import type { Outcome } from './outcome.ts';

export type OperationName<M> = {
  [K in keyof M]: M[K] extends (client: never, request: never) => Promise<unknown> ? K : never;
}[keyof M] &
  string;

export type Configuration<M> = M extends { createClient(configuration: infer C): unknown }
  ? C
  : never;

type Client<M> = M extends { createClient(configuration: never): infer C } ? C : never;

export type Request<M, K extends keyof M> = M[K] extends (
  client: never,
  request: infer Q,
) => unknown
  ? Q
  : never;

export type Result<M, K extends keyof M> = M[K] extends (...args: never[]) => Promise<infer R>
  ? R
  : never;

/** An export of a module, made by `defineTask`: functions cannot be sent to a thread, their names can. */
export type ResponseReceivedHandler<M, K extends keyof M> = Task<
  [
    client: Client<M>,
    request: Request<M, K>,
    outcome: Outcome<Result<M, K>>,
    context: AsyncCallerContext,
  ],
  void | Promise<void>
>;
