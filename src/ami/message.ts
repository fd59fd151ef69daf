/**
 * What goes between a proxy and a servant: plain arrays, copied as a channel copies. What is not there is left
 * out rather than `undefined`, for then most messages are JSON, which is the fast way.
 */
import { attach } from '../attach.ts';
import type { Packed } from '../thread/error-transport.ts';

/** How a request came out; the numbers are those of Ice's protocol. */
export const Status = {
  ok: 0,
  userException: 1,
  objectNotExist: 2,
  operationNotExist: 4,
  unknownException: 7,
  adapterDeactivated: 8,
} as const;

/** The id of a request that wants no reply. */
export const ONEWAY = 0;
/** Stands for the id, of many requests in one message. */
export const BATCH: -1 = -1;

/** One call. Its id is the sender's, and positive where a reply is wanted. */
export type Request = readonly [
  id: number,
  identity: string,
  operation: string,
  args: readonly unknown[],
  context?: Readonly<Record<string, string>>,
];

/** Oneway requests that are carried out in their order. */
export type Batch = readonly [typeof BATCH, readonly Request[]];

/** What a proxy sends. */
export type Outbound = Request | Batch;

export function isBatch(message: Outbound): message is Batch {
  return message[0] === BATCH;
}

/** What a servant answers: `id` is that of the request. */
export type Reply =
  | readonly [id: number, status: typeof Status.ok, value?: unknown]
  | readonly [id: number, status: typeof Status.userException, thrown: Packed]
  | readonly [
      id: number,
      status: Exclude<(typeof Status)[keyof typeof Status], 0 | 1>,
      text: string, // what is not there, or what was thrown
    ];

/** Takes a reply; and what was thrown, as it was, or what else went wrong. */
export type Answer = (reply: Reply, thrown?: unknown) => void;

/** `value` of a message; shared objects in it are live. Most values are none and have none. */
export function liveIn(value: unknown): unknown {
  return isObject(value) ? attach(value) : value;
}

/** The same of several, which may have objects in common. */
export function allLiveIn(values: readonly unknown[]): readonly unknown[] {
  return values.some(isObject) ? attach<readonly unknown[]>(values) : values;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
