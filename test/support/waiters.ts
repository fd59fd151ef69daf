import type { SharedObject } from 'crossthread';
import { waitersOf } from '../../src/wait/record.ts';
import type { Words } from '../../src/memory/words.ts';
import { eventually } from './time.ts';

const OBJECT_ID = Symbol.for('crossthread.id');

interface Insides {
  readonly crossthread: { readonly table: Words };
  readonly [OBJECT_ID]: number;
}

/** How many wait for `object` now: blocked threads, and event loops with whatever waits behind them. */
export function waitersFor(object: SharedObject): number {
  const { crossthread, [OBJECT_ID]: id } = object as unknown as Insides;
  return waitersOf(crossthread.table, id).length;
}

/** Waits until `n` wait for `object`: from then on whoever frees it sees them. */
export async function waitersAre(n: number, object: SharedObject): Promise<void> {
  await eventually(() => waitersFor(object) === n);
}
