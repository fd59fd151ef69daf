/**
 * The workers that programs run in. Starting one takes longer than most programs, so they are kept for the
 * next run; one that hangs is terminated, and another is started when it is needed. Those that do nothing
 * keep no process alive.
 */
import { Worker } from 'node:worker_threads';
import type { Report, ReportedError, Task } from './task.ts';

const idle: Hand[] = [];

/** `n` workers, for the caller alone. */
export function takeHands(n: number): readonly Hand[] {
  return Array.from({ length: n }, () => idle.pop() ?? new Hand());
}

/** For the next run, but for those that are at work still: they are terminated. */
export async function giveBack(hands: readonly Hand[]): Promise<void> {
  idle.push(...hands.filter(({ isFree }) => isFree));
  await Promise.all(hands.filter(({ isFree }) => !isFree).map((hand) => hand.terminate()));
}

export class Hand {
  readonly #worker = new Worker(new URL('./worker.js', import.meta.url));
  /** The id of its agent. */
  readonly agent: number = this.#worker.threadId + 1;
  #settle: ((report: Report) => void) | undefined;
  #end: ReportedError | undefined;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (report: Report) => this.#finish(report));
    this.#worker.on('error', (error) => (this.#end = error));
    this.#worker.on('exit', (code) => {
      this.#end ??= { name: 'Error', message: `the thread has ended with exit code ${code}` };
      this.#finish({ error: this.#end });
    });
  }

  get isFree(): boolean {
    return this.#settle === undefined && this.#end === undefined;
  }

  /** Resolves to the error that ended it, if one did. */
  perform(task: Task): Promise<ReportedError | undefined> {
    if (this.#end) return Promise.resolve(this.#end); // it has died of idleness
    this.#worker.ref();
    this.#worker.postMessage(task);
    return new Promise((resolve) => (this.#settle = ({ error }) => resolve(error)));
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #finish(report: Report): void {
    this.#worker.unref();
    this.#settle?.(report);
    this.#settle = undefined;
  }
}
