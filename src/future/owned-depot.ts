/** A depot, as the thread has it that has started it. */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { isDead } from '../agent/table.ts';
import { Completion, newCompletion } from '../thread/completion.ts';
import { type StartedWorker, startWorker } from '../thread/start-worker.ts';
import type { Parcel } from '../thread/transport.ts';
import { NO_OPTIONS } from '../wait/options.ts';
import {
  type Charge,
  CLOSE,
  type Crew,
  type DepotLine,
  type Hurry,
  type Idle,
} from './depot-protocol.ts';
import type { Job } from './job.ts';

const ENTRY = new URL('./depot-entry.js', import.meta.url);

export class OwnedDepot implements DepotLine {
  readonly #agent: Agent = currentAgent();
  readonly #started: StartedWorker;
  readonly #completion: Completion;
  #submitted = 0;
  #endBusy: (() => void) | undefined;

  constructor(crew: Crew) {
    const completion = newCompletion();
    const charge: Charge = { crew, completion };
    const label = `pool '${crew.name}'`;
    const parcel = { data: charge, transfer: [] };
    this.#started = startWorker(ENTRY, label, parcel);
    const { worker, id, isStillborn } = this.#started;
    this.#completion = new Completion(completion, id, label, isStillborn);
    worker.on('message', ({ idleAfter }: Idle) => {
      if (idleAfter === this.#submitted) this.#endBusy?.();
    });
    worker.once('exit', () => this.#endBusy?.());
    worker.unref();
  }

  get id(): number {
    return this.#started.id;
  }

  get isGone(): boolean {
    return isDead(this.#agent.table, this.id);
  }

  post(message: Job | Hurry, transfer: object[]): void {
    this.#started.worker.postMessage(message, transfer as Parcel['transfer']);
    if ('hurry' in message) return;
    this.#submitted++;
    if (!this.#endBusy) this.#beginBusy();
  }

  /** Has it take no more, and end when all is done. */
  close(): void {
    this.#started.worker.postMessage(CLOSE);
  }

  /** Blocks until all is done. */
  wait(): void {
    this.#completion.wait();
  }

  async waitAsync(): Promise<void> {
    await this.#completion.waitAsync(NO_OPTIONS);
  }

  /** @throws SyncError `blocking_not_allowed` where {@link wait} would. */
  checkMayWait(): void {
    this.#completion.checkMayWait();
  }

  /** While there are jobs, they keep the process alive, and the thread that has submitted them. */
  #beginBusy(): void {
    const { worker } = this.#started;
    const { children } = this.#agent.life;
    worker.ref();
    const done = new Promise<void>((resolve) => {
      this.#endBusy = () => {
        this.#endBusy = undefined;
        worker.unref();
        children.delete(done);
        resolve();
      };
    });
    children.add(done);
  }
}
