/** The thread that makes the requests and calls the response handlers, as the one that survives it has it. */
import type { Worker } from 'node:worker_threads';
import { type Employment, type Order, SHUT_DOWN } from './call.ts';
import type { OutcomeData } from './outcome.ts';
import { startThread } from './start.ts';

/** An order with its number, and what answers it. */
export type Message = { readonly id: number; readonly order: Order } | typeof SHUT_DOWN;
export interface Reply {
  readonly id: number;
  /** None if a handler has got it. */
  readonly outcome?: OutcomeData<unknown>;
}

interface Waiter {
  resolve(outcome: Reply['outcome']): void;
  reject(death: Error): void;
}

export class WorkingThread {
  readonly #worker: Worker;
  readonly #waiters = new Map<number, Waiter>();
  readonly #ended: Promise<void>;
  #death: Error | undefined;
  #orders = 0;

  constructor(employment: Employment) {
    this.#worker = startThread('executor-thread.ts', employment);
    this.#worker.on('message', (reply: Reply) => this.#take(reply));
    let lastWords = '';
    this.#worker.on('error', (error) => (lastWords = `: ${error.message}`));
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#die(new Error(`The executor thread died with exit code ${code}${lastWords}`));
        resolve();
      });
    });
  }

  /** Resolves when the order is executed, with what is replied. Rejects if the thread dies before. */
  perform(order: Order): Promise<Reply['outcome']> {
    return new Promise((resolve, reject) => {
      if (this.#death) throw this.#death;
      const id = ++this.#orders;
      this.#waiters.set(id, { resolve, reject });
      this.#worker.postMessage({ id, order } satisfies Message);
    });
  }

  /** Lets it end, once it has done all. */
  async end(): Promise<void> {
    this.#worker.postMessage(SHUT_DOWN satisfies Message);
    await this.#ended;
  }

  #take({ id, outcome }: Reply): void {
    this.#waiters.get(id)?.resolve(outcome);
    this.#waiters.delete(id);
  }

  #die(death: Error): void {
    this.#death = death;
    for (const { reject } of this.#waiters.values()) reject(death);
  }
}
