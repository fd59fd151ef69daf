/**
 * What an object tells `wait/` of its waiting: how to try, and what to pass on when giving up. The
 * blocking wait and the event loop's queue drive the same protocol.
 */
import type { Agent } from '../agent/agent.ts';
import { RESCUES } from '../agent/table.ts';

/** The try succeeded. Any other result is how many ms to sleep at most on what was seen. */
export const TAKEN = -1;
/** Sleep until somebody pokes. */
export const UNTIL_POKED: number = Infinity;

const GRACE = 100; // ms: a poke may be that late where more threads run than there are cores

export interface Protocol {
  readonly object: number;
  /** The object in messages: `Mutex 'name'`. */
  readonly label: string;
  /** A number in the order of waiting. */
  ticket(): number;
  /** After the record was opened, before the first look. */
  arrive?(): void;
  /**
   * One look at the words, after PARK was cleared and with the record WAITING. Throws what the wait
   * is to end with.
   */
  attempt(turn: Turn): number;
  /** The agents without which the wait cannot end, as the words are now. */
  holders?(): readonly number[];
  /** Whether this very agent has it, so that nobody else can end the wait. */
  isHeldHere?(): boolean;
  /**
   * When the time is up, with the record closed: takes what this waiter was chosen for at the last moment. Passed
   * on it would have been taken by nobody, and yet not free for who only tries.
   */
  keep?(turn: Turn): boolean;
  /** After a success, with the record closed. */
  taken?(): void;
  /** After a failure, with the record closed: passes on what this waiter may have been chosen for. */
  leave(): void;
}

/** Of who waits for nothing but time. */
export const NO_RECORD = 0;

/** What ended the last sleep; `'patience'` is that with a doubt. */
export type Woken = 'first' | 'poke' | 'time' | 'patience' | 'slice';

/** A waiter's turn to look. */
export class Turn {
  readonly agent: Agent;
  readonly isAsync: boolean;
  readonly record: number;
  /** What is asked for; its meaning is the object's. */
  count: number;
  woken: Woken = 'first';
  #doubted: number | undefined;

  constructor(agent: Agent, record: number, isAsync: boolean, count: number) {
    this.agent = agent;
    this.record = record;
    this.isAsync = isAsync;
    this.count = count;
  }

  /**
   * A slice ended on `word`, which could be taken: is a poke on its way, or was it lost? Sleeping
   * GRACE on it tells. A wake-up that never came is counted as a rescue.
   */
  isDoubtful(word: number): boolean {
    if (this.woken === 'slice') {
      this.#doubted = word;
      return true;
    }
    if (this.woken === 'patience' && this.#doubted === word) {
      Atomics.add(this.agent.table, RESCUES, 1);
    }
    return false;
  }

  static readonly GRACE: number = GRACE;
}

/** What has ended a sleep of `patience` ms that nobody ended. */
export function wokenAfter(patience: number): Woken {
  if (patience === UNTIL_POKED) return 'slice';
  return patience === GRACE ? 'patience' : 'time';
}
