/**
 * A thread of chaos: plays its part in round after round, until it dies in one.
 *
 * @import { Room } from './room.mjs'
 * @typedef {{ room: Room, seed: number, thread: number, doom?: number }} Round
 */
import { parentPort, workerData } from 'node:worker_threads';
import { AT, DYING, ENDED, LIVING, OVER, PROGRESS } from './board.mjs';
import { perform, programOf } from './operations.mjs';
import { load, STARTED } from './room.mjs';

/** @type {{ board: Int32Array, url?: string }} */
const { board, url } = workerData;
const library = await load(url);

parentPort?.on('message', async (/** @type {Round} */ round) => {
  const told = await play(library.attach(round)).then(
    () => '',
    (error) => `${error?.stack ?? error}`,
  );
  Atomics.compareExchange(board, OVER + round.thread, LIVING, ENDED); // it may be to die just now
  parentPort?.postMessage(told);
});
parentPort?.postMessage('ready');

/** `doom`: the step in which it exits, where that hurts most; 0 and the thread will be terminated, or lives. */
async function play(/** @type {Round} */ { room, seed, thread, doom = 0 }) {
  const exits = () => doom > 0 && Atomics.load(board, AT + thread) >= doom;
  const die = () => {
    Atomics.store(board, OVER + thread, DYING);
    process.exit();
  };
  const me = {
    library,
    room,
    thread,
    isPatient: true,
    atRisk: () => {
      if (exits()) die();
      if (Math.random() < 0.2) Atomics.wait(board, OVER + thread, 0, Math.random() * 2);
    },
  };
  for (const [at, step] of programOf(seed, thread).entries()) {
    Atomics.store(board, AT + thread, at);
    await perform(me, step);
    Atomics.add(board, PROGRESS + thread, 1);
    if (at === 0) Atomics.add(room.words, STARTED, 1);
    if (at === doom + 3 && exits()) die(); // in no step: it has nothing then
  }
}
