/**
 * How the end of a phase, which is what a turn's count names, is waited for, and how a barrier breaks.
 * The invariants are in barrier.ts.
 */
import type { Agent } from '../agent/agent.ts';
import { BrokenBarrierError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { wakeAll } from '../wait/inbox.ts';
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../wait/protocol.ts';
import type { Roll } from './roll.ts';
import { BROKEN, isBroken, type Shape, STATE } from './word.ts';

interface GateParts {
  readonly shape: Shape;
  readonly roll: Roll;
}

export class Gate implements Protocol {
  readonly object: number;
  readonly label: string;
  readonly #agent: Agent;
  readonly #words: Words;
  readonly #shape: Shape;
  readonly #roll: Roll;

  constructor(agent: Agent, words: Words, parts: GateParts, object: number, label: string) {
    this.#agent = agent;
    this.#words = words;
    this.#shape = parts.shape;
    this.#roll = parts.roll;
    this.object = object;
    this.label = label;
  }

  ticket(): number {
    return 0; // all are let through at once
  }

  attempt(turn: Turn): number {
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      const isOver = this.#shape.isOver(this.#words, state, turn.count);
      if ((isOver || isBroken(state)) && turn.isDoubtful(state)) return Turn.GRACE;
      if (isOver) return TAKEN;
      if (isBroken(state)) throw brokenError(this.label);
      if (!this.breakIfMissed(state, turn.count)) return UNTIL_POKED; // E4
    }
  }

  leave(): void {} // nobody is chosen: all are let through

  /**
   * Breaks `phase`, of which `state` is, if a dead agent owes it an arrival, and throws then. Returns
   * whether that has to be looked at again: STATE has changed.
   */
  breakIfMissed(state: number, phase: number): boolean {
    if (!this.#roll.isMissed(phase)) return false;
    if (!this.#tryBreak(state)) return true;
    throw new BrokenBarrierError(`${this.label}: a thread that was to arrive is dead`);
  }

  breakIt(): void {
    for (;;) {
      const state = Atomics.load(this.#words, STATE);
      if (isBroken(state) || this.#tryBreak(state)) return;
    }
  }

  #tryBreak(state: number): boolean {
    if (Atomics.compareExchange(this.#words, STATE, state, state | BROKEN) !== state) return false;
    wakeAll(this.#agent, this.object);
    return true;
  }
}

export function brokenError(label: string): BrokenBarrierError {
  return new BrokenBarrierError(`${label} is broken`);
}
