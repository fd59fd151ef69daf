/**
 * A job, as the thread has it that has submitted it and may wait for its outcome. While the job waits in
 * the depot, the thread may run it itself, or cancel it: see depot.ts for why it is run once. While it is blocked,
 * it runs what needs no event loop; while it awaits, and is a worker of that pool, all that it has copies of.
 */
import { currentAgent } from '../agent/home.ts';
import { refuseThenable } from '../memory/checks.ts';
import { SyncError } from '../errors.ts';
import { OBJECT_ID, OWNERS } from '../share/shared-object.ts';
import { checkNotLoading } from '../thread/load-export.ts';
import type { Outcome } from '../thread/outcome.ts';
import { pack } from '../thread/transport.ts';
import type { Awaited, DepotLine } from './depot-line.ts';
import type { Expediter } from './expediter.ts';
import { type Action, argumentsOf, type Job } from './job.ts';
import type { Order } from './order.ts';
import { claim, follow, isHeldBy, type Promises } from './owner.ts';
import { breakAll, State } from './state.ts';
import { isAsync } from './task.ts';

interface Owned {
  readonly [OWNERS]: readonly number[];
}

const PROMISE =
  'a task returned a promise to a thread that is blocked until it is done: make it an `async` function';

export class Errand implements Expediter, Awaited {
  readonly state: State = new State(undefined, true);
  readonly #depot: DepotLine;
  /** What runs in this thread while that is blocked. */
  readonly #fn: Action | undefined;
  /** With arguments as they were at the call. */
  readonly #copy: Job | undefined;
  readonly #promised: Promises;
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
    const { data, transfer, promises } = pack(args);
    const state = this.state.words;
    const promised = promises.map(({ words }) => words);
    this.#promised = { state, promises: promised };
    const moves = transfer.length > 0;
    if (fn && !moves && !isAsync(fn)) this.#fn = fn;
    const id = this.state[OBJECT_ID];
    const { href } = module;
    // Of one shape: with what a spread makes, a task takes half as long again.
    const jobWith = (packed: unknown): Job => {
      return { id, state, promises: promised, module: href, name, args: packed, moves };
    };
    const job = jobWith(data);
    if (this.#fn || (depot.await && !moves)) this.#copy = jobWith(structuredClone(data));
    depot.submit(job, transfer, isRevocable);
    follow(job, currentAgent().id);
    this.state.expediter = this;
  }

  get isWaiting(): boolean {
    return isHeldBy(this.state.words, this.#depot.id);
  }

  /** If it is not begun, it never runs: its outcome is `reason`. */
  cancel(reason: unknown): void {
    if (!this.#claim()) return;
    breakAll(this.#promised.promises);
    this.state.setOutcomeLater({ thrown: reason })();
  }

  /** If nothing else ends the wait, this thread runs it itself, if it can. */
  beforeBlocking(isEndless: boolean): void {
    if (!this.isWaiting) return;
    if (!this.#fn || !isEndless || holdsMutex()) this.#hurry();
    else if (this.#claim()) this.state.setOutcomeLater(perform(this.#fn, this.#copy!))();
  }

  beforeAwaiting(): () => void {
    return (this.isWaiting && this.#depot.await?.(this)) || (() => {});
  }

  /** In a worker of the pool, that may be what it has to run on. */
  whenAsked(): void {
    if (this.isWaiting && this.#depot.await) this.#hurry();
  }

  claim(): Job | undefined {
    if (this.#copy && !holdsMutex()) return this.#claim() ? this.#copy : undefined;
    this.#hurry();
    return undefined;
  }

  #hurry(): void {
    if (!this.#isHurried) this.#depot.hurry(this.state[OBJECT_ID]);
    this.#isHurried = true;
  }

  #claim(): boolean {
    return claim(this.#promised, this.#depot.id, currentAgent().id);
  }
}

function perform(fn: Action, packed: Pick<Job, 'args' | 'promises'>): Outcome {
  try {
    const value = fn(...argumentsOf(packed));
    refuseThenable(value, () => new SyncError('resource_deadlock_would_occur', PROMISE));
    return { value };
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
