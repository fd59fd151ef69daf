/** The workers of a pool, as the thread has them that has made the pool: it posts jobs to those that are free. */
import { requireWorkers } from '../thread/start-worker.ts';
import type { Board } from './board.ts';
import type { Line } from './depot-protocol.ts';

type MessagePort = import('node:worker_threads').MessagePort;

export class Lines {
  readonly #board: Board;
  readonly #roster: MessagePort;
  readonly #lines = new Map<number, Line>();
  readonly #receive = requireWorkers().receiveMessageOnPort;

  /** `roster` is where the depot posts a {@link Line} for each worker. */
  constructor(board: Board, roster: MessagePort) {
    this.#board = board;
    this.#roster = roster;
  }

  /** To a worker that is free, and from now on waits for a message by it. */
  take(): Line | undefined {
    this.#learn();
    for (const line of this.#lines.values()) {
      if (this.#board.takeToGive(line.desk, line.id)) return line;
    }
    return undefined;
  }

  /** This thread may be blocked all the time: its event loop would not tell it. */
  #learn(): void {
    for (let news = this.#receive(this.#roster); news; news = this.#receive(this.#roster)) {
      const line = news.message as Line;
      this.#lines.set(line.desk, line);
    }
  }
}
