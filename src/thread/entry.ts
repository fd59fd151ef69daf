/**
 * What the worker of a `Thread` runs: it loads a module, calls one of its exports, does its work at the
 * exit, and tells how all that went. Then it exits, also if timers are left: the function of a joined thread is
 * to do nothing more.
 */
import { currentAgent } from '../agent/home.ts';
import { executeLastWills } from '../agent/liveness.ts';
import { onFatalError } from '../agent/runtime.ts';
import { entrustAll } from '../future/owner.ts';
import { complete } from './completion.ts';
import type { Job } from './job.ts';
import { leave } from './leave.ts';
import { loadOwnExport } from './load-export.ts';
import { type Outcome, postOutcome, postUncaught } from './outcome.ts';
import { type Entrusted, requireWorkers } from './start-worker.ts';
import { unpack } from './transport.ts';

await import('../index.ts'); // so that all classes are attached, also for a module that does not import it
const { threadId, workerData } = requireWorkers();
const { completion, port, promises, ...call } = workerData as Job & Entrusted;

onFatalError((error) => postUncaught(port, error));
entrustAll(promises, threadId + 1); // first: those of who has a slot are its own
const agent = currentAgent(); // from here on its death is seen
agent.life.stopToken = unpack(call.stop) as Job['stop'];
postOutcome(port, await run(), call.name);
complete(completion);
await leave(agent);

async function run(): Promise<Outcome> {
  let outcome = await perform();
  try {
    executeLastWills(agent);
  } catch (error) {
    outcome = 'thrown' in outcome ? outcome : { thrown: error };
  }
  return outcome;
}

async function perform(): Promise<Outcome> {
  try {
    const action = await loadOwnExport(call.module, call.name);
    return { value: await action(...(unpack(call.args) as unknown[])) };
  } catch (error) {
    return { thrown: error };
  }
}
