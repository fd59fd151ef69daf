/** What a worker of a pool runs: one job after the other, as the depot gives them. */
import { currentAgent } from '../agent/home.ts';
import { executeLastWills } from '../agent/liveness.ts';
import { nodeProcess } from '../agent/runtime.ts';
import { FutureError } from '../errors.ts';
import { flushed } from '../thread/flushed.ts';
import { loadExport } from '../thread/load-export.ts';
import type { Outcome } from '../thread/outcome.ts';
import { requireWorkers } from '../thread/start-worker.ts';
import { type Parcel, unpack } from '../thread/transport.ts';
import { CLOSE, DONE, type Employment } from './depot-protocol.ts';
import { type Action, call, type Job } from './job.ts';
import { State } from './state.ts';

const { parentPort, workerData } = requireWorkers();
const depot = parentPort!;
const agent = currentAgent(); // from here on its death is seen
const { depot: id } = workerData as Employment;
agent.life.depot = {
  id,
  isGone: false, // its workers end with it
  post: (message, transfer) => depot.postMessage(message, transfer as Parcel['transfer']),
};

/** By name and module: the loader takes longer to find a module again than a message takes to come. */
const actions = new Map<string, Action>();
let running: State | undefined;

nodeProcess?.on('uncaughtExceptionMonitor', (cause) => {
  const message = 'the thread of the task died of an error outside of it';
  running?.setError(new FutureError('broken_promise', message, { cause }));
});
depot.on('message', (message: Job | typeof CLOSE) => {
  void (message === CLOSE ? leave() : work(message));
});

async function work(job: Job): Promise<void> {
  const state = State.at(job.state);
  running = state;
  const finish = state.setOutcomeLater(await perform(job));
  running = undefined;
  depot.postMessage(DONE); // first: who waits for the outcome may submit the next job at once
  finish();
}

async function perform({ module, name, args }: Job): Promise<Outcome> {
  try {
    const key = `${name} ${module}`;
    const action = actions.get(key) ?? (await loadExport(module, name));
    actions.set(key, action);
    return { value: await call(action, unpack(args) as unknown[]) };
  } catch (error) {
    return { thrown: error };
  }
}

async function leave(): Promise<void> {
  executeLastWills(agent);
  await Promise.all(agent.life.children); // they would end with this thread
  await flushed();
  nodeProcess?.exit();
}
