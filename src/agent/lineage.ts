/**
 * Whose end is a thread's own end. Node ends what a thread has started when that thread ends, one after the other and
 * each to its last instruction. Nobody hears of their exits any more: who hears of that thread's tells of them all.
 *
 * Words
 *   LINEAGE  of a slot: the ids of its agent, who started it, who started that one, and so on, the outermost first.
 *            What does not fit is left out. Only threads are named that had loaded the library when they started the
 *            next: environment data have brought their ids
 * Invariants
 *   G1  When the exit of a thread is heard, those that have it in their lineage run no more instruction (T2). An exit
 *       hook tells nothing of them: they run until it is their turn.
 *   G2  Who looks for them reads ID first. If that one still lives when the lineage is read, it is its own.
 */
import type { Words } from '../memory/words.ts';
import { endsItsThreads, workerThreads } from './runtime.ts';
import { HIGH, ID, LINEAGE, LINEAGE_WORDS, slotAt } from './table.ts';

const KEY = 'crossthread/1/lineage';

/** To be called before this thread starts any: they are to know with whom they end. */
export function bequeathLineage(): void {
  if (!workerThreads || !endsItsThreads) return;
  workerThreads.setEnvironmentData(KEY, [...lineage(), workerThreads.threadId + 1]);
}

/** Notes in its slot what this thread has bequeathed. */
export function noteLineage(table: Words, slot: number): void {
  for (const [i, id] of lineage().slice(0, LINEAGE_WORDS).entries()) {
    Atomics.store(table, slot + LINEAGE + i, id);
  }
}

function lineage(): readonly number[] {
  return (workerThreads?.getEnvironmentData(KEY) as readonly number[] | undefined) ?? [];
}

/** The agents that have ended with the thread of agent `id`, as far as they have slots. */
export function* endedWith(table: Words, id: number): Generator<number> {
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    const slot = slotAt(i);
    const other = Atomics.load(table, slot + ID); // G2
    if (other !== 0 && isNamed(table, slot, id)) yield other;
  }
}

function isNamed(table: Words, slot: number, id: number): boolean {
  for (let i = 0; i < LINEAGE_WORDS; i++) {
    if (Atomics.load(table, slot + LINEAGE + i) === id) return true;
  }
  return false;
}
