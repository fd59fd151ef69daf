/**
 * A thread that repairs a mutex whose owner died.
 *
 * @import { Mutex } from 'crossthread'
 */
const LONG = 60_000; // ms
const REPAIRING = 1;

/** Repairs and unlocks, blocking or not. */
export async function repair(/** @type {Mutex} */ mutex, /** @type {number} */ isAsync) {
  const guard = isAsync ? await mutex.recoverAsync(() => {}) : mutex.recover(() => {});
  guard.unlock();
}

/** Says by `gate` that it repairs, goes on when told there, and may fail then. */
export function repairSlowly(
  /** @type {Mutex} */ mutex,
  /** @type {Int32Array} */ gate,
  fails = false,
) {
  const guard = mutex.recover(() => {
    Atomics.store(gate, 0, REPAIRING);
    Atomics.wait(gate, 0, REPAIRING, LONG);
    if (fails) throw new Error('failed');
  });
  guard.unlock();
}
