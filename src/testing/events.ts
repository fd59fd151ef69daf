/**
 * What an agent's event loop waits for: answers of `waitAsync`, timers, signals that may be aborted.
 * An event's number is the order in which the body asked for it, so that a body that is run again
 * finds its events.
 *
 * Stages
 *   WAITING   may come
 *   DUE       chosen by a `notify`; comes when the agent is back in its event loop
 *   OVER      has come, or was called off
 */
import type { Value } from './operations.ts';

// Kinds
export const ANSWER = 0;
export const TIMER = 1;
export const SLICE = 2; // again and again
export const SIGNAL = 3;

// Stages
export const WAITING = 0;
export const DUE = 1;
export const OVER = 2;

export class EventList {
  /** How many there are; what stands behind is of another branch. */
  length = 0;
  readonly kinds: number[] = [];
  readonly stages: number[] = [];
  readonly dues: number[] = [];
  // Of an answer: the word, its place in the order of all waits, and the value it was asked with.
  readonly addresses: number[] = [];
  readonly tickets: number[] = [];
  readonly values: Value[] = [];

  add(kind: number, due: number, address: number, ticket: number, value: Value): void {
    const at = this.length++;
    this.kinds[at] = kind;
    this.stages[at] = WAITING;
    this.dues[at] = due;
    this.addresses[at] = address;
    this.tickets[at] = ticket;
    this.values[at] = value;
  }
}
