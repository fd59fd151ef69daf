/**
 * A job, as the thread has it that has submitted it and may wait for its outcome. While the job waits in
 * the depot, the thread may run it itself, or cancel it: see depot.ts for why it is run once.
 */
import { currentAgent } from '../agent/home.ts';
import { isThenable } from '../memory/checks.ts';
import { SyncError } from '../errors.ts';
import { OBJECT_ID, OWNERS } from '../share/shared-object.ts';
import { checkNotLoading } from '../thread/load-export.ts';
import type { Outcome } from '../thread/outcome.ts';
import { pack, unpack } from '../thread/transport.ts';
import type { DepotLine } from './depot-line.ts';
import { type Action, call, type Job } from './job.ts';
import type { Order } from './order.ts';
import { handOver, isHeldBy, State } from './state.ts';

interface Owned {
  readonly [OWNERS]: readonly number[];
}

const AsyncFunction = (async () => {}).constructor;

export class Errand {
  readonly state: State = new State(undefined, true);
  readonly #depot: DepotLine;
  readonly #fn: Action | undefined;
  readonly #args: unknown;
  #isHurried = false;

  /**
   * Submits it. Only while the depot has it can it be cancelled; a revocable one comes there first.
   *
   * @throws TypeError for arguments that cannot travel; SyncError `operation_not_permitted` while this
   * thread loads the module that it is to run itself.
   */
  constructor(depot: DepotLine, { module, name, fn, args }: Order, isRevocable: boolean) {
    checkNotLoading();
    this.#depot = depot;
    const { data, transfer } = pack(args);
    const moves = transfer.length > 0;
    if (fn && !moves && !(fn instanceof AsyncFunction)) {
      this.#fn = fn;
      this.#args = structuredClone(data); // as they are now
    }
    const { words } = this.state;
    const id = this.state[OBJECT_ID];
    const job: Job = { id, state: words, module: module.href, name, args: data, moves };
    depot.submit(job, transfer, isRevocable);
    this.state.beforeBlocking = (isEndless) => this.#expedite(isEndless);
  }

  get isWaiting(): boolean {
    return isHeldBy(this.state.words, this.#depot.id);
  }

  /** If it is not begun, it never runs: its outcome is `reason`. */
  cancel(reason: unknown): void {
    if (this.#claim()) this.state.setOutcomeLater({ thrown: reason })();
  }

  /** This thread is about to block until it is done. If nothing else ends that, it runs it itself, if it can. */
  #expedite(isEndless: boolean): void {
    if (!this.isWaiting) return;
    if (this.#fn && isEndless && !holdsMutex()) {
      if (this.#claim()) this.state.setOutcomeLater(perform(this.#fn, this.#args))();
    } else if (!this.#isHurried) {
      this.#isHurried = true;
      this.#depot.hurry(this.state[OBJECT_ID]);
    }
  }

  #claim(): boolean {
    return handOver(this.state.words, this.#depot.id, currentAgent().id);
  }
}

function perform(fn: Action, args: unknown): Outcome {
  try {
    const value = call(fn, unpack(args) as unknown[]);
    if (!isThenable(value)) return { value };
    const message =
      'a task returned a promise to a thread that is blocked until it is done: make it an `async` function';
    return { thrown: new SyncError('resource_deadlock_would_occur', message) };
  } catch (error) {
    return { thrown: error };
  }
}

/** Whether a task that wants what this thread has would wait for ever, if it ran here. */
function holdsMutex(): boolean {
  const { id, objects, lockables } = currentAgent();
  for (const lockable of lockables) {
    const live = objects.get(lockable)?.deref() as Owned | undefined;
    if (live?.[OWNERS].includes(id)) return true;
  }
  return false;
}
