/** A depot, as the thread has it that has started it. */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { isDead } from '../agent/table.ts';
import { Completion, newCompletion } from '../thread/completion.ts';
import { requireWorkers, type StartedWorker, startWorker } from '../thread/start-worker.ts';
import type { Parcel } from '../thread/transport.ts';
import { NO_OPTIONS } from '../wait/options.ts';
import { Board } from './board.ts';
import type { Crew, DepotLine } from './depot-line.ts';
import { type Charge, CLOSE, type Hurry, type Idle, type Line, NOTHING } from './depot-protocol.ts';
import type { Job } from './job.ts';
import { Lines } from './lines.ts';
import { handOver } from './owner.ts';

const ENTRY = new URL('./depot-entry.js', import.meta.url);

export class OwnedDepot implements DepotLine {
  readonly #agent: Agent = currentAgent();
  readonly #started: StartedWorker;
  readonly #completion: Completion;
  readonly #board = new Board();
  readonly #lines: Lines;
  #submitted = 0;
  #endBusy: (() => void) | undefined;

  constructor(crew: Crew) {
    const completion = newCompletion();
    const { port1, port2: roster } = new (requireWorkers().MessageChannel)();
    this.#lines = new Lines(this.#board, port1);
    const charge: Charge = { crew, completion, board: this.#board.words, roster };
    const label = `pool '${crew.name}'`;
    const parcel = { data: charge, transfer: [roster] };
    this.#started = startWorker(ENTRY, label, parcel);
    const { worker, id } = this.#started;
    this.#completion = new Completion(completion, id, label);
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

  submit(job: Job, transfer: object[], isRevocable: boolean): void {
    const line = isRevocable ? undefined : this.#lines.take();
    const movables = transfer as Parcel['transfer'];
    if (line) this.#give(line, job, movables);
    else this.#queue(job, movables);
    if (!this.#endBusy) this.#beginBusy();
  }

  hurry(id: number): void {
    this.#started.worker.postMessage({ hurry: id } satisfies Hurry);
  }

  /** Has it take no more, and end when all is done. */
  close(): void {
    this.#board.addMatters(1);
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

  /** Posts the job to a worker that was taken for it. */
  #give({ id, port }: Line, job: Job, transfer: Parcel['transfer']): void {
    this.#submitted = (this.#submitted + 1) | 0;
    handOver(job.state, this.#agent.id, id);
    try {
      port.postMessage(job, transfer);
    } catch (error) {
      port.postMessage(NOTHING);
      throw error;
    }
  }

  /** Posts it to the depot, to wait there for a worker. */
  #queue(job: Job, transfer: Parcel['transfer']): void {
    handOver(job.state, this.#agent.id, this.id);
    this.#board.addMatters(1);
    try {
      this.#started.worker.postMessage(job, transfer);
    } catch (error) {
      this.#board.addMatters(-1);
      throw error;
    }
    this.#submitted = (this.#submitted + 1) | 0;
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
