/**
 * The end of a thread, as who joins it sees it.
 *
 * Words
 *   STATE   RUNNING, then DONE for ever
 *   OBJECT  the id by which wait records name this end
 * Invariants
 *   J1  What the thread leaves behind, its outcome and its work at the exit, is there before DONE.
 *   J2  A thread found dead writes no more. Whoever finds it so reads after that what it has left, which
 *       may be all.
 *
 * No wake-up is lost: a joiner's record is WAITING before it reads STATE, and the thread writes DONE before
 * it looks for records. A thread killed before it wakes anybody is found dead: by its exit event, or by a
 * slice.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { dealObjectId, isDead } from '../agent/table.ts';
import { newWords, WORD, type Words } from '../memory/words.ts';
import { block } from '../wait/block.ts';
import { NEVER } from '../wait/deadline.ts';
import { wakeAll } from '../wait/inbox.ts';
import type { WaitOptions } from '../wait/options.ts';
import { checkMayBlock } from '../wait/park.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import { Queue } from '../wait/queue.ts';
import type { StopWatch } from '../wait/stop.ts';

const STATE = 0;
const OBJECT = 1;
const DONE = 1;

const THE_END = 1;

/** The words of a thread that is about to start. */
export function newCompletion(): Words {
  const words = newWords(2 * WORD);
  Atomics.store(words, OBJECT, dealObjectId(currentAgent().table));
  return words;
}

/** The last that a thread does for its joiner (J1). */
export function complete(words: Words): void {
  Atomics.store(words, STATE, DONE);
  wakeAll(currentAgent(), Atomics.load(words, OBJECT));
}

/** The end of agent `id`, which is to complete `words`, waited for. */
export class Completion {
  readonly #agent: Agent = currentAgent();
  readonly #end: End;

  constructor(words: Words, id: number, label: string) {
    this.#end = new End(words, id, label);
  }

  /** Whether it runs no more, as far as is known. */
  get isOver(): boolean {
    return this.#end.isOver();
  }

  /** Blocks until it is over. Whether it came to its end by itself is for the outcome to say. */
  wait(stop?: StopWatch): void {
    if (!this.isOver) block(this.#agent, this.#end, THE_END, NEVER, stop);
  }

  async waitAsync(options: WaitOptions): Promise<void> {
    if (!this.isOver) await new Queue(this.#agent, this.#end).wait(THE_END, ignore, options);
  }

  /** @throws SyncError `blocking_not_allowed` where {@link wait} would. */
  checkMayWait(): void {
    if (!this.isOver) checkMayBlock(this.#agent);
  }
}

class End implements Protocol {
  readonly object: number;
  readonly label: string;
  readonly #words: Words;
  readonly #table: Words = currentAgent().table;
  readonly #id: number;

  constructor(words: Words, id: number, label: string) {
    this.object = Atomics.load(words, OBJECT);
    this.label = label;
    this.#words = words;
    this.#id = id;
  }

  isOver(): boolean {
    return this.#isDone() || isDead(this.#table, this.#id);
  }

  ticket(): number {
    return 0; // there is no order: the end lets all through
  }

  attempt(turn: Turn): number {
    if (this.#isDone()) return turn.isDoubtful(DONE) ? Turn.GRACE : TAKEN;
    return isDead(this.#table, this.#id) ? TAKEN : UNTIL_POKED;
  }

  leave(): void {} // nobody is chosen

  #isDone(): boolean {
    return Atomics.load(this.#words, STATE) === DONE;
  }
}

function ignore(): void {}
