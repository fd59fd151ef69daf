/** Whether the agents of a table have put everything back: no record open, none kept. */
import { HIGH, POOL, poolEnd, RECORD, RECORD_WORDS, slotAt } from '../agent/table.ts';
import type { SharedObject } from '../share/shared-object.ts';
import { isAsleep as isSlotAsleep } from '../wait/park.ts';
import { enrolls, IDLE, OBJECT, OWNER, stateOf } from '../wait/record.ts';

/**
 * What is not at rest among the agents that `object` is shared by, or `undefined`. For models whose
 * threads have all come to an end.
 *
 * @example
 * ```ts
 * const { complete } = await explore({
 *   setup: () => new Mutex(),
 *   threads: [(mutex) => mutex.withLock(() => {}), (mutex) => mutex.withLock(() => {})],
 *   atRest: (mutex) => unrest(mutex),
 * });
 * console.log(complete); // → true
 * ```
 */
export function unrest(object: SharedObject): string | undefined {
  const { table } = object.crossthread;
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    const record = slotAt(i) + RECORD;
    if (stateOf(table, record) !== IDLE) return `the record of slot ${i} is open`;
  }
  for (let record = POOL; record < poolEnd(table); record += RECORD_WORDS) {
    const isFree = Atomics.load(table, record + OWNER) === 0 || enrolls(table, record);
    if (stateOf(table, record) === IDLE && isFree) continue;
    return `a record for object ${Atomics.load(table, record + OBJECT)} is kept`;
  }
  return undefined;
}

/**
 * Whether thread `thread` of a model sleeps in a blocking wait: a step, for bodies that wait for it.
 *
 * @example
 * ```ts
 * const { complete } = await explore({
 *   setup: () => new Semaphore(0),
 *   threads: [
 *     (semaphore) => semaphore.acquire(),
 *     (semaphore) => {
 *       while (!isAsleep(semaphore, 0)); // nothing but a wake-up lets it go on
 *       semaphore.release();
 *     },
 *   ],
 * });
 * console.log(complete); // → true
 * ```
 */
export function isAsleep(object: SharedObject, thread: number): boolean {
  const { table } = object.crossthread;
  return isSlotAsleep(table, slotAt(thread + 1)); // the first slot is the setup agent's
}
