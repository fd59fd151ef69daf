/** Calls, as they travel. */
import type { StdPromise } from 'crossthread';
import { AsyncCallerContext } from './async-caller-context.ts';
import { Outcome, type OutcomeData } from './outcome.ts';

/** What the executor is started with. */
export interface Employment {
  /** Where the module of the service is. */
  readonly address: string;
  readonly configuration: unknown;
}

/** The module of a service, as service.ts says. */
export interface Service {
  readonly [operation: string]: (client: unknown, request: unknown) => unknown;
  readonly createClient: (configuration: unknown) => unknown;
}

/** A request, and what is to be done with it. */
export interface Order {
  readonly operation: string;
  readonly request: unknown;
}

/** Where the outcome of a call goes: to a handler, found by its name, ... */
export interface AsyncCall extends Order {
  readonly handler: { readonly module: string; readonly exportName: string };
  readonly uuid: string;
}

/** ... or into a promise. */
export interface Callable extends Order {
  readonly promise: StdPromise<OutcomeData<unknown>>;
}

/** The last message: what is queued is finished, then the thread ends. */
export const SHUT_DOWN = 'shut down';

type Handler = (
  client: unknown,
  request: unknown,
  outcome: Outcome<unknown>,
  context: AsyncCallerContext,
) => void | Promise<void>;

/** Calls the response handler of `call` with its outcome. */
export async function respond(
  { request, handler: { module, exportName }, uuid }: AsyncCall,
  client: unknown,
  outcome: OutcomeData<unknown>,
): Promise<void> {
  const handle = ((await import(module)) as Record<string, Handler>)[exportName];
  if (handle === undefined) throw new TypeError(`${module} exports no ${exportName}`);
  await handle(client, request, new Outcome(outcome), new AsyncCallerContext(uuid));
}
