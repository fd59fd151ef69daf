import type { SharedObject } from 'crossthread';
import { RESTING } from '../../src/agent/table.ts';
import type { Words } from '../../src/memory/words.ts';
import { type Waiting, waitersOf } from '../../src/wait/record.ts';
import { eventually } from './time.ts';

const OBJECT_ID = Symbol.for('crossthread.id');

interface Insides {
  readonly crossthread: { readonly table: Words };
  readonly [OBJECT_ID]: number;
}

/** How many wait for `object` now: blocked threads, and event loops with whatever waits behind them. */
export function waitersFor(object: SharedObject): number {
  return waiting(object).length;
}

/** Waits until `n` wait for `object` and sleep: from then on whoever frees it sees them. */
export async function waitersAre(n: number, object: SharedObject): Promise<void> {
  await eventually(() => areAsleep(n, object));
}

/** Whether `n` wait for `object` and sleep. */
export function areAsleep(n: number, object: SharedObject): boolean {
  const { table } = (object as unknown as Insides).crossthread;
  const waiters = waiting(object);
  return waiters.length === n && waiters.every(({ slot }) => Atomics.load(table, slot + RESTING));
}

function waiting(object: SharedObject): readonly Waiting[] {
  const { crossthread, [OBJECT_ID]: id } = object as unknown as Insides;
  return waitersOf(crossthread.table, id);
}
