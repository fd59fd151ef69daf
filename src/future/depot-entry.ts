/** What the thread of a depot runs: see depot.ts. */
import { nodeProcess } from '../agent/runtime.ts';
import { complete } from '../thread/completion.ts';
import { flushed } from '../thread/flushed.ts';
import { requireWorkers } from '../thread/start-worker.ts';
import { Board } from './board.ts';
import { type Charge, CLOSE, type Hurry, type Idle } from './depot-protocol.ts';
import { Depot } from './depot.ts';
import type { Job } from './job.ts';

const { parentPort, workerData } = requireWorkers();
const owner = parentPort!;
const { crew, completion, board: words, roster } = workerData as Charge;
const board = new Board(words);
const depot = new Depot(crew, board, roster, () => void rest());
let received = 0;
let isClosed = false;

owner.on('message', (message: Job | Hurry | typeof CLOSE) => {
  if (message === CLOSE) {
    isClosed = true;
    if (depot.isIdle) void rest();
  } else if ('hurry' in message) {
    depot.hurry(message.hurry);
  } else {
    received++;
    depot.submit(message);
  }
});

async function rest(): Promise<void> {
  if (isClosed) {
    complete(completion); // first: the owner may block until then, and what workers print passes through it
    await depot.close();
  }
  await flushed();
  const { given } = board;
  if (isClosed) nodeProcess?.exit();
  else if (depot.isIdle) owner.postMessage({ idleAfter: (received + given) | 0 } satisfies Idle); // B4
}
