/**
 * What a worker of a pool runs: one job after the other, as the depot and the pool's thread give them, and beside
 * it those that it awaits, if there is nobody else (guests.ts).
 */
import { currentAgent } from '../agent/home.ts';
import { executeLastWills } from '../agent/liveness.ts';
import { onFatalError } from '../agent/runtime.ts';
import { FutureError } from '../errors.ts';
import { Place } from '../share/shared-object.ts';
import { leave } from '../thread/leave.ts';
import { loadExport, loadOwnExport } from '../thread/load-export.ts';
import type { Outcome } from '../thread/outcome.ts';
import { requireWorkers } from '../thread/start-worker.ts';
import type { Parcel } from '../thread/transport.ts';
import { Board } from './board.ts';
import {
  AWAITING,
  BESIDE,
  CLOSE,
  DONE,
  type Employment,
  type Hurry,
  NOTHING,
} from './depot-protocol.ts';
import { Guests } from './guests.ts';
import { type Action, argumentsOf, type Job } from './job.ts';
import { handOver } from './owner.ts';
import { breakAll, State } from './state.ts';

const QUIET = 5; // ms: any that is long against a message, and short against a human's patience

const { parentPort, workerData } = requireWorkers();
const depot = parentPort!;
const agent = currentAgent(); // from here on its death is seen
await import('../index.ts'); // so that all classes are attached, also for a module that does not import it
const { depot: id, board: words, desk, line } = workerData as Employment;
const board = new Board(words);
/** The states of the jobs that have begun: of the one that was given, and of guests. */
const running = new Set<State>();
const guests = new Guests(
  () => running.size,
  () => depot.postMessage(AWAITING),
);
agent.life.depot = {
  id,
  isGone: false, // its workers end with it
  submit(job, transfer) {
    handOver(job.state, agent.id, id);
    depot.postMessage(job, transfer as Parcel['transfer']);
    board.countPosted(desk);
  },
  hurry: (job) => depot.postMessage({ hurry: job } satisfies Hurry),
  await: (awaited) => guests.await(awaited),
};

/** By name and module: the loader takes longer to find a module again than a message takes to come. */
const actions = new Map<string, Action>();
let isTelling = false;
let isQuiet = true;

onFatalError((cause) => {
  const message = 'the thread of the task died of an error outside of it';
  for (const state of running) {
    state.setError(new FutureError('broken_promise', message, { cause }));
  }
});
depot.on('message', (message: Job | typeof BESIDE | typeof CLOSE) => {
  if (message === CLOSE) end();
  else if (message === BESIDE) haveGuest();
  else void work(message);
});
line.on('message', take);

function take(message: Job | typeof NOTHING): void {
  if (message === NOTHING) beFree();
  else void work(message);
}

function haveGuest(): void {
  const job = guests.take();
  if (job) void work(job);
}

/** The depot is told at once if it has something to do, else when no job has come for a while. */
function beFree(): void {
  isQuiet = false;
  if (board.free(desk, agent.id)) depot.postMessage(DONE);
  else if (!isTelling) tellLater();
}

function tellLater(): void {
  isTelling = isQuiet = true;
  agent.host.after(QUIET, () => {
    isTelling = false;
    if (!board.isFree(desk, agent.id)) return;
    if (isQuiet) depot.postMessage(DONE);
    else tellLater();
  });
}

async function work(job: Job): Promise<void> {
  const state = new State(new Place(job.state), true);
  running.add(state);
  const finish = state.setOutcomeLater(await perform(job));
  running.delete(state);
  if (running.size > 0) guests.leave();
  else beFree(); // first: who waits for the outcome may submit the next job at once
  finish();
}

async function perform(job: Job): Promise<Outcome> {
  try {
    const action = await actionOf(job);
    return { value: await action(...argumentsOf(job)) };
  } catch (error) {
    return { thrown: error };
  }
}

async function actionOf({ module, name, promises }: Job): Promise<Action> {
  const key = `${name} ${module}`;
  try {
    const load = running.size > 1 ? loadExport : loadOwnExport; // who has a guest may start others meanwhile
    const action = actions.get(key) ?? (await load(module, name));
    actions.set(key, action);
    return action;
  } catch (error) {
    breakAll(promises);
    throw error;
  }
}

function end(): void {
  try {
    executeLastWills(agent);
  } finally {
    void leave(agent);
  }
}
