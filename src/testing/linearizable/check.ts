/**
 * `checkLinearizable`: whether each operation of a history can have taken effect in one moment between its
 * call and its return, so that together they are what the specification says.
 *
 * A history is linearizable if each of its parts is (Herlihy and Wing: locality), so parts are checked
 * one by one, the short ones first: they are likely to be done before the budget is.
 */
import { Budget, type LinearizableOptions } from './budget.ts';
import { refusalsAfter, tellCounterexample } from './counterexample.ts';
import { merge } from './merge.ts';
import { checkHistory, type Operation } from './operation.ts';
import { type Order, OrderSearch } from './search.ts';
import type { Specification } from './specification.ts';
import type { Linearizability, NotFinished, NotLinearizable } from './verdict.ts';

/**
 * Looks for an order of the operations that the specification allows and that real time does not
 * contradict. It tries all there are, within the budget.
 *
 * @throws RangeError for times that cannot be, such as a return before its call; TypeError for a name
 * that the specification does not know.
 *
 * @example
 * ```ts
 * const { verdict } = checkLinearizable<RegisterOperation, number>(
 *   [
 *     { thread: 1, name: 'store', input: 5, call: 0, return: 3 },
 *     { thread: 2, name: 'load', output: 5, call: 1, return: 2 },
 *   ],
 *   specifications.register(0),
 * );
 * console.log(verdict); // → linearizable
 * ```
 */
export function checkLinearizable<Op extends Operation, State>(
  history: readonly Op[],
  specification: Specification<Op, State>,
  options: LinearizableOptions = {},
): Linearizability<Op, State> {
  checkHistory(history, specification.names);
  const all = history.flatMap((op) => specification.moments?.(op) ?? [op]);
  const budget = new Budget(options);
  const orders: (readonly Op[])[] = [];
  for (const part of partsOf(all, specification)) {
    const search = new OrderSearch(part, specification, budget);
    const outcome = search.run();
    if (outcome === 'none') return notLinearizable(part, search.longest, specification, budget);
    orders.push(outcome === 'found' ? search.order : search.longest.operations);
    if (outcome === 'spent') return notFinished(orders.flat().length, all.length, budget);
  }
  const { states, milliseconds } = budget;
  const order = merge(orders);
  const message = `linearizable: ${order.length} of ${all.length} operations in order`;
  return { verdict: 'linearizable', order, message, states, milliseconds };
}

/**
 * Throws what {@link checkLinearizable} has to say, unless it found an order: for the `check` of a
 * model, and for tests.
 *
 * @throws Error with the counterexample, or with how far the check came.
 *
 * @example
 * ```ts
 * const load: RegisterOperation = { thread: 1, name: 'load', output: 5, call: 0, return: 1 };
 * assertLinearizable([load], specifications.register(5)); // and nothing is thrown
 * ```
 */
export function assertLinearizable<Op extends Operation, State>(
  history: readonly Op[],
  specification: Specification<Op, State>,
  options: LinearizableOptions = {},
): void {
  const { verdict, message } = checkLinearizable(history, specification, options);
  if (verdict !== 'linearizable') throw new Error(message);
}

/** Parts in the order of their size, the operations of each in that of their calls. */
function partsOf<Op extends Operation, State>(
  history: readonly Op[],
  specification: Specification<Op, State>,
): (readonly Op[])[] {
  const parts = new Map<unknown, Op[]>();
  for (const operation of history.toSorted((a, b) => a.call - b.call)) {
    const name = specification.partition?.(operation);
    const part = parts.get(name);
    if (part) part.push(operation);
    else parts.set(name, [operation]);
  }
  return [...parts.values()].toSorted((a, b) => a.length - b.length);
}

function notLinearizable<Op extends Operation, State>(
  part: readonly Op[],
  longest: Order<Op, State>,
  specification: Specification<Op, State>,
  { states, milliseconds }: Budget,
): NotLinearizable<Op, State> {
  const state = longest.states.at(-1) ?? specification.initial;
  const refused = refusalsAfter(part, longest.operations, state, specification);
  return {
    verdict: 'not-linearizable',
    prefix: longest.operations,
    state,
    refused,
    message: tellCounterexample(part, longest, refused, specification),
    states,
    milliseconds,
  };
}

function notFinished(ordered: number, operations: number, budget: Budget): NotFinished {
  const { states, milliseconds } = budget;
  const message =
    `not finished: the longest order found has ${ordered} of ${operations} operations, after ` +
    `${states} states and ${Math.round(milliseconds)} ms; the budget is maxStates and maxMilliseconds`;
  return { verdict: 'not-finished', ordered, operations, message, states, milliseconds };
}
