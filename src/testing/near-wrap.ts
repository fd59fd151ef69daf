/**
 * Counters that have counted nearly as far as they go. Tickets, phases and sequences wrap after 2^31 or
 * 2^32 counts, which no search and hardly a test gets to; here they stand right before it.
 */
import { POOL, RECORD, RECORD_WORDS, slotAt } from '../agent/table.ts';
import { PHASE, ROLL, Shape, STATE as BARRIER_STATE } from '../barrier/word.ts';
import { SyncError } from '../errors.ts';
import { checkInteger } from '../memory/checks.ts';
import type { Words } from '../memory/words.ts';
import { labelOf, OBJECT_ID, type SharedObject } from '../share/shared-object.ts';
import { waitersOf } from '../wait/record.ts';
import { exploredWorld } from './facade.ts';
import { MAX_THREADS } from './moves.ts';

const TICKET = 1; // word
const LONG_TICKET = 4; // behind a value of two words

const LAST = 2 ** 31; // the first number of 32 bits that is taken for a negative one
const MOST_COUNTS = 1 << 9;
const ONE_SEQUENCE = 4; // in the first word of a wait record
const RECORDS = 64; // of the pool: more than a model needs

/**
 * Sets the counters of `object` so that they wrap after `counts` more: its tickets or phases, and in a
 * model's `setup` also the sequences of the wait records of all agents. What goes wrong only after 2^31
 * waits then goes wrong at once. Object ids stay: they are no order in time.
 *
 * @returns `object`.
 * @throws SyncError `device_or_resource_busy` if somebody waits for it, or if it is a barrier where
 * somebody has arrived.
 *
 * @example
 * ```ts
 * const visit = (mutex: Mutex) => mutex.lock().unlock();
 * const model = {
 *   setup: () => nearWrap(new Mutex({ fairness: 'fifo' })),
 *   threads: [visit, visit],
 * };
 * console.log((await explore(model, { preemptions: 2 })).complete); // → true
 * ```
 */
export function nearWrap<T extends SharedObject>(object: T, counts = 1): T {
  checkInteger('counts', counts, 1, MOST_COUNTS);
  const { kind, words, table } = object.crossthread;
  const isUsed = kind === 'Barrier' && Atomics.load(words, ROLL) !== 0;
  if (isUsed || waitersOf(table, object[OBJECT_ID]).length > 0) {
    throw new SyncError(
      'device_or_resource_busy',
      `nearWrap(${labelOf(object.crossthread)}) in use`,
    );
  }
  if (kind === 'Barrier') setPhase(words, LAST - counts);
  else Atomics.store(words, kind === 'AtomicBigInt64' ? LONG_TICKET : TICKET, LAST - counts);
  const world = exploredWorld();
  if (world && !world.running) setSequences(table, LAST - counts * ONE_SEQUENCE);
  return object;
}

function setPhase(words: Words, phase: number): void {
  const state = Atomics.load(words, BARRIER_STATE);
  Atomics.store(words, BARRIER_STATE, new Shape(words).inPhase(state, phase));
  Atomics.store(words, PHASE, phase);
}

/** Nobody waits in `setup`: all records are idle, those that are not in use yet as well. */
function setSequences(table: Words, state: number): void {
  for (let slot = 0; slot <= MAX_THREADS; slot++)
    Atomics.store(table, slotAt(slot) + RECORD, state);
  for (let i = 0; i < RECORDS; i++) Atomics.store(table, POOL + i * RECORD_WORDS, state);
}
