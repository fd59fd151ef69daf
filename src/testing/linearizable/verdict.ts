/** What a check can find, and how it is told. Never more than was shown. */
import type { Operation } from './operation.ts';

/** An operation that could not come next, and why. */
export interface Refusal<Op> {
  /** The one that could not. */
  readonly operation: Op;
  /** In words. */
  readonly why: string;
}

interface Told {
  /** The verdict in words; a counterexample as a table. */
  readonly message: string;
  /** States that were tried. */
  readonly states: number;
  /** How long it took. */
  readonly milliseconds: number;
}

/** An order was found that the specification allows and that real time does not contradict. */
export interface Linearizable<Op> extends Told {
  /** Which of the three it is. */
  readonly verdict: 'linearizable';
  /** Without the pending operations that need not have taken effect. */
  readonly order: readonly Op[];
}

/** All orders were tried. */
export interface NotLinearizable<Op, State> extends Told {
  /** Which of the three it is. */
  readonly verdict: 'not-linearizable';
  /** The longest order that could be made, of one part if there are several. */
  readonly prefix: readonly Op[];
  /** The state after it. */
  readonly state: State;
  /** All that could come after it, as far as time goes. */
  readonly refused: readonly Refusal<Op>[];
}

/** The budget was spent: nothing is known. */
export interface NotFinished extends Told {
  /** Which of the three it is. */
  readonly verdict: 'not-finished';
  /** Operations in the longest order that was made, with those of the parts that are done. */
  readonly ordered: number;
  /** Operations of the history. */
  readonly operations: number;
}

/** The three answers of `checkLinearizable`. */
export type Linearizability<Op extends Operation = Operation, State = unknown> =
  Linearizable<Op> | NotLinearizable<Op, State> | NotFinished;
