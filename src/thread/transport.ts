/** What goes from thread to thread in a message, and how shared objects and what can only move do. */
import { attach } from '../attach.ts';
import { PROMISED, type Promised } from '../share/face.ts';
import { shareSeeing } from '../share/handle.ts';

type Movable = import('node:worker_threads').TransferListItem;

/** What structured clone cannot copy, but only move. Not told by tag: a port of Node 20 has none of its own. */
const MOVABLE = ['MessagePort', 'ReadableStream', 'TransformStream', 'WritableStream']
  .map((name) => (globalThis as Record<string, unknown>)[name])
  .filter((type) => typeof type === 'function');

/** A message's data and transfer list. */
export interface Parcel {
  readonly data: unknown;
  readonly transfer: Movable[];
  /** Those in it. Once it is posted they may be given to who gets it; else that one has them when it unpacks them. */
  readonly promises?: readonly Promised[];
}

/**
 * Packs `value` to be posted: shared objects become handles, ports and streams will move.
 *
 * @throws TypeError for what cannot travel.
 */
export function pack(value: unknown): Required<Parcel> {
  const moved = new Set<object>();
  const promises: Promised[] = [];
  const data = shareSeeing(value, (found) => {
    if (MOVABLE.some((type) => found instanceof type)) moved.add(found);
    const { [PROMISED]: promise } = found as { readonly [PROMISED]?: Promised };
    if (promise) promises.push(promise);
  });
  return { data, transfer: [...moved] as Movable[], promises };
}

/** The value of a message that {@link pack} made; shared objects in it are live. */
export function unpack(data: unknown): unknown {
  return attach(data);
}
