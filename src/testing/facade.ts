/**
 * The seam: an `Atomics` whose operations on explored memory are steps of the running thread. On memory
 * that is a thread's own, and while no body runs, it is the engine's; all other shared memory is refused.
 */
import { refuseForeign } from './foreign.ts';
import { noting } from './made-buffers.ts';
import { NOWHERE } from './memory.ts';
import {
  ADD,
  AND,
  COMPARE_EXCHANGE,
  EXCHANGE,
  LOAD,
  NOTIFY,
  OR,
  OUTCOMES,
  PENDING,
  real,
  type RealAtomics,
  STORE,
  SUB,
  type Value,
  type View,
  WAIT,
  WAIT_ASYNC,
  XOR,
} from './operations.ts';
import { rawOf } from './raw.ts';
import type { World } from './world.ts';

let explored: World | undefined;

/** The world whose facade is installed. */
export function exploredWorld(): World | undefined {
  return explored;
}

export class Facade {
  readonly #world: World;
  readonly #globals: Pick<typeof globalThis, 'Atomics' | 'SharedArrayBuffer'>;
  #before: Pick<typeof globalThis, 'Atomics' | 'SharedArrayBuffer'> | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#globals = {
      Atomics: makeFacade(world) as unknown as typeof Atomics,
      SharedArrayBuffer: noting((buffer) => {
        if (world.running) world.memory.leaveAlone(buffer);
      }),
    };
  }

  /** Makes it the global `Atomics`. */
  install(): void {
    const { Atomics, SharedArrayBuffer } = globalThis;
    this.#before = { Atomics, SharedArrayBuffer };
    Object.assign(globalThis, this.#globals);
    explored = this.#world;
  }

  /** Puts back what was there before. */
  remove(): void {
    if (this.#before) Object.assign(globalThis, this.#before);
    this.#before = undefined;
    explored = undefined;
  }
}

function makeFacade(world: World): RealAtomics {
  const raw = (view: View): View => (world.races ? rawOf(view) : view);
  // What is not named here (`isLockFree`, `pause`, what is to come) is inherited.
  return Object.assign(Object.create(real) as object, {
    load: (view: View, index: number) => world.step(LOAD, raw(view), at(index), 0, 0),
    store: (view: View, index: number, value: Value) =>
      world.step(STORE, raw(view), at(index), value, 0),
    add: (view: View, index: number, value: Value) =>
      world.step(ADD, raw(view), at(index), value, 0),
    sub: (view: View, index: number, value: Value) =>
      world.step(SUB, raw(view), at(index), value, 0),
    and: (view: View, index: number, value: Value) =>
      world.step(AND, raw(view), at(index), value, 0),
    or: (view: View, index: number, value: Value) => world.step(OR, raw(view), at(index), value, 0),
    xor: (view: View, index: number, value: Value) =>
      world.step(XOR, raw(view), at(index), value, 0),
    exchange: (view: View, index: number, value: Value) =>
      world.step(EXCHANGE, raw(view), at(index), value, 0),
    compareExchange: (view: View, index: number, expected: Value, replacement: Value) =>
      world.step(COMPARE_EXCHANGE, raw(view), at(index), expected, replacement),

    wait(shown: View, place: number, value: Value, ms?: number) {
      const view = raw(shown);
      const index = at(place);
      if (!isWaitable(world, WAIT, view, index)) return real.wait(view, index, value, ms);
      return OUTCOMES[world.wait(view, index, wordOf(view, value), millisecondsOf(ms))]!;
    },

    waitAsync(shown: View, place: number, value: Value, ms?: number) {
      const view = raw(shown);
      const index = at(place);
      if (!isWaitable(world, WAIT_ASYNC, view, index))
        return real.waitAsync(view, index, value, ms);
      let settle!: (outcome: string) => void;
      const outcome = world.waitAsync(view, index, wordOf(view, value), millisecondsOf(ms), (end) =>
        settle(OUTCOMES[end]!),
      );
      if (outcome !== PENDING) return { async: false, value: OUTCOMES[outcome]! };
      return { async: true, value: new Promise<string>((resolve) => (settle = resolve)) };
    },

    notify(shown: View, place: number, count?: number) {
      const view = raw(shown);
      const index = at(place);
      if (!isWaitable(world, NOTIFY, view, index)) return real.notify(view, index, count);
      return world.notify(view, index, count === undefined ? Infinity : countOf(count));
    },
  });
}

/** As the engine takes it: a fraction is cut, a numeral is a number. */
function at(index: number): number {
  return index >>> 0 === index ? index : Math.trunc(index) || 0;
}

/** Whether the wait is the world's business; otherwise the engine's, errors included. */
function isWaitable(world: World, op: number, view: View, index: number): boolean {
  if (world.running === undefined) return false;
  if (!(view instanceof Int32Array) && !(view instanceof BigInt64Array)) return false;
  if (world.memory.addressOf(view, index) !== NOWHERE) return true;
  refuseForeign(world, op, view);
  return false;
}

/** As the engine takes it, which makes no number of a big integer nor one of a number: a TypeError. */
function wordOf(view: View, value: Value): Value {
  return view instanceof BigInt64Array ? BigInt.asIntN(64, value as bigint) : (value as number) | 0;
}

/** As the engine takes it: `Infinity` is all of them. */
function countOf(count: number): number {
  const whole = Math.trunc(count);
  return whole > 0 ? whole : 0;
}

function millisecondsOf(ms: number | undefined): number {
  const timeout = Math.max(ms!, 0);
  return Number.isNaN(timeout) ? Infinity : timeout;
}
