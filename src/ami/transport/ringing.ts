/** One wait for a bell: see bell.ts. */
import { type Protocol, TAKEN, Turn, UNTIL_POKED } from '../../wait/protocol.ts';
import type { Bell } from './bell.ts';

/** Whether a wait has nothing more to wait for, whoever rings. */
export type IsOver = () => boolean;

const NOTHING = -1; // no count

export class Ringing implements Protocol {
  readonly object: number;
  readonly label: string;
  readonly #bell: Bell;
  readonly #isOver: IsOver;
  #seen: number;

  /** For a ring since `seen`; without that, one that has come already. */
  constructor(bell: Bell, isOver: IsOver, seen: number = NOTHING) {
    this.object = bell.object;
    this.label = bell.label;
    this.#bell = bell;
    this.#isOver = isOver;
    this.#seen = seen;
  }

  /** From here on it is for another ring (V2). */
  look(): void {
    this.#seen = this.#bell.count;
  }

  ticket(): number {
    return 0; // there is no order: a ring is for all
  }

  attempt(turn: Turn): number {
    if (this.#isOver()) return TAKEN;
    if (this.#bell.mark(this.#seen)) return UNTIL_POKED;
    return turn.isDoubtful(this.#bell.count) ? Turn.GRACE : TAKEN;
  }

  leave(): void {} // nobody is chosen
}
