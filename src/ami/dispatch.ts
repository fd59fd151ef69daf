/** How a request becomes a call of a servant's method, and what comes of that a reply. */
import { describe, isThenable } from '../memory/checks.ts';
import { isRegistered, packThrown } from '../thread/error-transport.ts';
import type { ObjectAdapter } from './object-adapter.ts';
import { type Answer, type Reply, type Request, Status } from './message.ts';

/**
 * What a servant is told of the call it carries out, as the last argument of each method.
 *
 * C++: `Ice::Current`.
 */
export interface Current {
  /** The adapter that the servant is with. */
  readonly adapter: ObjectAdapter;
  /** The identity of the object that was called. */
  readonly id: string;
  /** The name of the operation. */
  readonly operation: string;
  /** What the caller sent along. */
  readonly ctx: ReadonlyMap<string, string>;
  /** The caller's number of the request; 0 of a oneway one. */
  readonly requestId: number;
}

/** An object as its adapter has it. */
export interface Entry {
  readonly servant: object;
  /** Its type first, then those it extends. */
  readonly ids: readonly string[];
}

type Action = (...args: readonly unknown[]) => unknown;

/** What all objects answer themselves. */
const BUILT_IN: Readonly<Record<string, (entry: Entry, ...args: readonly unknown[]) => unknown>> = {
  ice_ping: () => undefined,
  ice_isA: ({ ids }, id) => ids.includes(id as string),
  ice_id: ({ ids }) => ids[0],
  ice_ids: ({ ids }) => ids.toSorted(),
};

/**
 * Calls the method with what `unpack` makes of its arguments; `answer` gets the reply, at once unless the method
 * returns a promise.
 */
export function dispatch(
  adapter: ObjectAdapter,
  entry: Entry,
  [requestId, id, operation, args, context]: Request,
  unpack: (args: readonly unknown[]) => readonly unknown[],
  answer: Answer,
): void {
  const action = actionOf(entry, operation);
  if (!action) {
    const text = `${id} has no operation '${operation}'`;
    answer([requestId, Status.operationNotExist, text], text);
    return;
  }
  const ctx = new Map(context && Object.entries(context));
  const current: Current = { adapter, id, operation, ctx, requestId };
  const succeed = (value: unknown): void => answer(success(requestId, value));
  const fail = (thrown: unknown): void => answer(failure(requestId, thrown), thrown);
  try {
    const result = action(...unpack(args), current);
    if (isThenable(result)) void (result as PromiseLike<unknown>).then(succeed, fail);
    else succeed(result);
  } catch (error) {
    fail(error);
  }
}

/** The servant's own methods alone are operations, and none of what all objects have. */
function actionOf(entry: Entry, operation: string): Action | undefined {
  if (Object.hasOwn(BUILT_IN, operation)) return BUILT_IN[operation]!.bind(undefined, entry);
  if (operation in Object.prototype) return undefined;
  const method = (entry.servant as Readonly<Record<string, unknown>>)[operation];
  return typeof method === 'function' ? (method.bind(entry.servant) as Action) : undefined;
}

function success(requestId: number, value: unknown): Reply {
  return value === undefined ? [requestId, Status.ok] : [requestId, Status.ok, value];
}

/** Errors of registered classes are a servant's to throw; of others the caller gets the text. */
export function failure(requestId: number, thrown: unknown): Reply {
  return isRegistered(thrown)
    ? [requestId, Status.userException, packThrown(thrown)]
    : [requestId, Status.unknownException, textOf(thrown)];
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return describe(thrown); // it has no text
  }
}
