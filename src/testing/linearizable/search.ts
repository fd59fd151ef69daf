/**
 * The search for an order: Wing and Gong's, with Lowe's memory of what was tried. The history is gone
 * through by time. Each call that is met is put next in the order, if the specification allows it, and
 * the history is gone through anew without it. A return that is met says that its operation should
 * have come before: the last choice was wrong, and the next is tried.
 *
 * Invariants
 *   W1  Whatever is called before the first return in the list may come next, and nothing else.
 *   W2  `state` is where the operations of the frames lead, in that order, and `seen` has just them.
 *   W3  Once all completed operations are in the order it is whole: pending ones need not take effect.
 *
 * Where the longest order ends, the specification refuses all that may come next: had it allowed one, but
 * been there before, then with an order longer by one.
 */
import type { Budget } from './budget.ts';
import { Entries, isReturn, operationOf } from './entries.ts';
import type { Operation } from './operation.ts';
import { Seen } from './seen.ts';
import { type Specification, statesOf } from './specification.ts';
import { textOf } from './text.ts';

/** An operation that was put in the order. */
interface Frame<State> {
  readonly call: number;
  readonly before: State;
  /** States that it may lead to, and which of them to try next. */
  readonly states: readonly State[];
  readonly next: number;
}

/** An order as far as it goes, and the state after each of its operations. */
export interface Order<Op, State> {
  readonly operations: readonly Op[];
  readonly states: readonly State[];
}

export type Outcome = 'found' | 'none' | 'spent';

export class OrderSearch<Op extends Operation, State> {
  readonly #operations: readonly Op[];
  readonly #specification: Specification<Op, State>;
  readonly #budget: Budget;
  readonly #entries: Entries;
  readonly #seen: Seen;
  readonly #frames: Frame<State>[] = [];
  #state: State;
  #longest: Order<Op, State> = { operations: [], states: [] };

  /** For operations in the order of their calls. */
  constructor(operations: readonly Op[], specification: Specification<Op, State>, budget: Budget) {
    this.#operations = operations;
    this.#specification = specification;
    this.#budget = budget;
    this.#entries = new Entries(operations);
    this.#seen = new Seen(operations.length);
    this.#state = specification.initial;
  }

  /** The order as it is now: once one is found, that. */
  get order(): readonly Op[] {
    return this.#frames.map(({ call }) => this.#operations[operationOf(call)]!);
  }

  /** The longest order that was made. It may be longer than one that was found, by pending operations. */
  get longest(): Order<Op, State> {
    return this.#longest;
  }

  run(): Outcome {
    let entry = this.#entries.first;
    while (this.#entries.completed > 0) {
      if (this.#budget.isSpent) {
        this.#note();
        return 'spent';
      }
      if (isReturn(entry)) {
        const next = this.#goBack();
        if (next === undefined) return 'none';
        entry = next;
      } else if (this.#take(entry, this.#state, this.#statesAfter(entry), 0)) {
        entry = this.#entries.first;
      } else {
        entry = this.#entries.after(entry);
      }
    }
    return 'found';
  }

  #statesAfter(call: number): readonly State[] {
    return statesOf(this.#specification.step(this.#state, this.#operations[operationOf(call)]!));
  }

  /** Puts an operation in the order, with the first of its states, from `from` on, that is new. */
  #take(call: number, before: State, states: readonly State[], from: number): boolean {
    if (from === states.length) return false;
    const operation = operationOf(call);
    this.#seen.add(operation);
    for (let i = from; i < states.length; i++) {
      const state = states[i]!;
      if (!this.#seen.enter(this.#keyOf(state))) continue;
      this.#budget.spend();
      this.#frames.push({ call, before, states, next: i + 1 });
      this.#entries.lift(call);
      this.#state = state;
      return true;
    }
    this.#seen.remove(operation);
    return false;
  }

  /** Undoes the last choice. Returns where to go on from; `undefined` if there was none. */
  #goBack(): number | undefined {
    this.#note();
    const frame = this.#frames.pop();
    if (!frame) return undefined;
    const { call, before, states, next } = frame;
    this.#entries.putBack(call);
    this.#seen.remove(operationOf(call));
    this.#state = before;
    return this.#take(call, before, states, next) ? this.#entries.first : this.#entries.after(call);
  }

  /** Keeps the order of now, if there was none as long. */
  #note(): void {
    if (this.#frames.length <= this.#longest.operations.length) return;
    this.#longest = {
      operations: this.order,
      states: [...this.#frames.slice(1).map(({ before }) => before), this.#state],
    };
  }

  #keyOf(state: State): string | number {
    return this.#specification.key?.(state) ?? textOf(state);
  }
}
