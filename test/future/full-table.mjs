/**
 * A pool that is asked for while all slots of the agent table are taken: its depot cannot come so far as to be
 * seen there, and the main thread is blocked all the time. Prints what becomes of a task then, and of one after.
 */
import { async, Launch, Mutex, thisThread } from 'crossthread';
import { HIGH, ID, slotAt, SLOT_COUNT } from '../../dist/agent/table.js';
import { where } from './tasks.mjs';
import { failure } from './worker.mjs';

const FIRST = 900_000; // agent ids that no thread will have

if (thisThread.isMain) {
  const { table } = /** @type {{ crossthread: { table: Int32Array } }} */ (
    /** @type {unknown} */ (new Mutex())
  ).crossthread;
  const slots = Array.from({ length: SLOT_COUNT }, (_, i) => slotAt(i));
  for (const slot of slots) Atomics.compareExchange(table, slot + ID, 0, FIRST);
  Atomics.store(table, HIGH, SLOT_COUNT);
  const code = failure(async(Launch.async, where.module, 'where').share());
  for (const slot of slots) Atomics.compareExchange(table, slot + ID, FIRST, 0);
  const isElsewhere = (await async(where).getAsync()) !== thisThread.id;
  console.log(code, isElsewhere);
}
