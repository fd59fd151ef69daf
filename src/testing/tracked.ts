/**
 * Tracked views: plain accesses that the explorer sees. Nothing of it exists while nothing is explored.
 */
import { isShared, tagOf } from '../memory/words.ts';
import { SharedObject } from '../share/shared-object.ts';
import { exploredWorld } from './facade.ts';
import type { View } from './operations.ts';
import { Races } from './races.ts';
import { rawOf } from './raw.ts';
import { trackedView } from './tracked-view.ts';
import type { World } from './world.ts';

/** What {@link tracked} takes: any typed array, of integers or floats. */
export type TrackedView = ArrayBufferView & {
  /** That of a typed array; a DataView has none. */
  readonly BYTES_PER_ELEMENT: number;
};

/**
 * In a model's `setup`: a view like `view` whose plain reads and writes are explored with the rest. Two
 * threads that access the same bytes, one of them to write and one of them plainly, with nothing that
 * orders the two, are a `'data-race'`. `Atomics` works on it too. What is tracked is the memory behind
 * the view: look at it through tracked views alone; a thread may make more of them with `tracked`.
 *
 * Outside an exploration it returns `view` itself, so that shipped code may call it.
 *
 * @throws TypeError for what is no typed array over a SharedArrayBuffer, a DataView included; and in a
 * thread of a model, for memory that `setup` has not tracked.
 *
 * @example
 * ```ts
 * const add = (sum: Float64Array) => void (sum[0]! += 0.5);
 * const model = {
 *   setup: () => tracked(new Float64Array(new SharedArrayBuffer(8))),
 *   threads: [add, add],
 * };
 * await explore(model).catch(({ verdict }) => console.log(verdict)); // → data-race
 * ```
 */
export function tracked<T extends TrackedView>(view: T): T {
  check(view);
  const world = exploredWorld();
  if (!world || rawOf(view) !== view) return view;
  const { races, running } = world;
  const buffer = view.buffer as SharedArrayBuffer;
  if (races?.isOpen) races.track(buffer);
  if (races?.tracks(buffer)) return trackedView(world, view as unknown as View) as unknown as T;
  if (!running) return view; // of `check`, where nothing races
  throw new TypeError('tracked(view) in a thread: `setup` has tracked nothing of that memory');
}

/** Runs `setup`, in which views may be tracked. */
export function whileTracking<T>(world: World, setup: () => T): T {
  const races = new Races(world.memory, world.threads.length);
  world.races = races;
  const made = setup();
  races.isOpen = false;
  if (races.isIdle) world.races = undefined;
  return made;
}

function check(view: unknown): void {
  const isView = ArrayBuffer.isView(rawOf(view as object)) && !(view instanceof DataView);
  if (isView && isShared((view as ArrayBufferView).buffer)) return;
  const what = view instanceof SharedObject ? view.crossthread.kind : tagOf(view);
  const found = isView ? `a private ${what}` : `a ${what}`;
  throw new TypeError(`tracked(view) takes a typed array over a SharedArrayBuffer, got ${found}`);
}
