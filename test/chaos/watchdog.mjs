/**
 * Watches the threads of a process from one of its own. When some live thread has stood still for too long,
 * says who waits for what, and ends the process: nothing else could, where all are blocked.
 *
 * @import { Room } from './room.mjs'
 */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { AGENT, AT, OVER, PROGRESS, SEED } from './board.mjs';
import { programOf } from './operations.mjs';
import { load, MAIN, THREADS } from './room.mjs';

const LOOK = 200; // ms

/** @type {{ board: Int32Array, url?: string, patience: number }} */
const { board, url, patience } = workerData;
const library = await load(url);
const { waitersOf } = url
  ? await import(new URL('./wait/record.js', url).href)
  : await import('../../dist/wait/record.js');

/** @type {Room | undefined} */
let room;
parentPort?.on('message', (message) => {
  room = library.attach(message);
  since.fill(performance.now());
});
parentPort?.postMessage('ready');

const since = Array.from({ length: THREADS + 1 }, () => performance.now());
const seen = since.map(() => -1);

setInterval(() => {
  if (!room) return; // all are starting
  const now = performance.now();
  for (let thread = 0; thread <= THREADS; thread++) {
    const progress = Atomics.load(board, PROGRESS + thread);
    if (progress !== seen[thread] || Atomics.load(board, OVER + thread) !== 0) since[thread] = now;
    seen[thread] = progress;
  }
  if (!since.some((time) => now - time > patience)) return;
  writeSync(2, report());
  process.kill(process.pid, 'SIGKILL');
}, LOOK);

function report() {
  const seed = Atomics.load(board, SEED);
  const lines = [`seed ${seed}: somebody has stood still for ${patience} ms`];
  for (let thread = 0; thread <= THREADS; thread++) {
    const at = Atomics.load(board, AT + thread);
    const program = programOf(seed, thread);
    const step = JSON.stringify(program[at % program.length]);
    const over = ['is at', 'has ended after', 'dies at'][Atomics.load(board, OVER + thread)];
    const name = thread === MAIN ? 'main' : `thread ${thread}`;
    lines.push(
      `${name}, agent ${Atomics.load(board, AGENT + thread)}, ${over} step ${at}, ${step}`,
    );
  }
  for (const [name, object] of Object.entries(room ?? {})) {
    if (object instanceof Int32Array) continue;
    const { crossthread, [Symbol.for('crossthread.id')]: id } = /** @type {any} */ (object);
    const agents = waitersOf(crossthread.table, id).map((/** @type {any} */ each) => each.agent);
    const words = crossthread.words.slice(0, 4).join(', ');
    lines.push(
      `${name}, words ${words}: ${agents.length ? `agents ${agents} wait` : 'nobody waits'}`,
    );
  }
  lines.push(JSON.stringify(library.inspect()));
  return `${lines.join('\n  ')}\n`;
}
