/** What an object is to do, one operation after another: the words that specifications are written in. */
import type { Operation } from './operation.ts';

/**
 * Several states, any of which may come next.
 *
 * @example
 * ```ts
 * console.log(oneOf('heads', 'tails').states.length); // → 2
 * ```
 */
export class OneOf<State> {
  /** Which ones. */
  readonly states: readonly State[];

  /** @internal */
  constructor(states: readonly State[]) {
    this.states = states;
  }
}

/**
 * For {@link Specification.step}: all of these states may come next.
 *
 * @example
 * ```ts
 * type Tossing = Operation<'toss' | 'look', undefined, string>;
 * const coin: Specification<Tossing, string> = {
 *   initial: 'unknown',
 *   step(side, { name, output }) {
 *     if (name === 'toss') return oneOf('heads', 'tails');
 *     return output === side ? side : undefined;
 *   },
 * };
 * const history: Tossing[] = [
 *   { thread: 1, name: 'toss', call: 0, return: 1 },
 *   { thread: 1, name: 'look', output: 'tails', call: 2, return: 3 },
 * ];
 * console.log(checkLinearizable(history, coin).verdict); // → linearizable
 * ```
 */
export function oneOf<State>(...states: readonly State[]): OneOf<State> {
  return new OneOf(states);
}

/**
 * An object, described by what each operation does to its state. States are values: a step makes new
 * ones. They are plain data, or there is a `key`.
 *
 * @example
 * ```ts
 * const counter: Specification<Operation<'add', number, number>, number> = {
 *   initial: 0,
 *   step: (sum, add) => (returns(add, sum) ? sum + add.input : undefined),
 * };
 * console.log(checkLinearizable([], counter).verdict); // → linearizable
 * ```
 */
export interface Specification<Op extends Operation, State> {
  /** Before the first operation. */
  readonly initial: State;
  /** What operations may be called. A history with another name, such as a misspelt one, is a `TypeError`. Default: anything. */
  readonly names?: readonly string[];
  /**
   * The state after `operation`, or all that there may be ({@link oneOf}); `undefined` if it cannot
   * happen in `state`, or not return what it did. `undefined` is no state.
   */
  step(state: State, operation: Op): State | OneOf<State> | undefined;
  /** The same for states that are the same, and for no others. Default: all that a state holds. */
  key?(state: State): string | number;
  /**
   * For objects that fall into independent parts, such as the keys of a map: the part that `operation`
   * is about. Each part is then checked by itself, from `initial` on, which saves very much.
   */
  partition?(operation: Op): unknown;
  /**
   * What `operation` consists of, if it takes effect in more than one moment: `arriveAndWait` arrives,
   * and later sees the others. All of it happens within its interval.
   */
  moments?(operation: Op): readonly Op[];
  /** A state in words, after "while": `held by 1`. Default: as data. */
  describe?(state: State): string;
}

/** Where a step may lead. */
export function statesOf<State>(next: State | OneOf<State> | undefined): readonly State[] {
  if (next === undefined) return [];
  return next instanceof OneOf ? next.states : [next];
}
