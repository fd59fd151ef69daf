/** Histories by hand, each a few lines, and what to expect of them. */
import {
  checkLinearizable,
  isPending,
  type Operation,
  type Specification,
} from 'crossthread/testing';

type Row<Op extends Operation> = readonly [
  thread: Op['thread'],
  interval: readonly [call: number, end?: number],
  name: Op['name'],
  input?: unknown,
  output?: unknown,
];

/** Rows are shorter than operations; what the type of a row does not see is for the test to get right. */
export function historyOf<Op extends Operation>(...rows: readonly Row<Op>[]): readonly Op[] {
  return rows.map(([thread, [call, end], name, input, output]) => {
    const operation = { thread, name, input, output, call };
    return (end === undefined ? operation : { ...operation, return: end }) as unknown as Op;
  });
}

/** A sequential history: everything returns before the next is called. */
export function inTurn<Op extends Operation>(
  ...rows: readonly (readonly [Op['thread'], Op['name'], unknown?, unknown?])[]
): readonly Op[] {
  return historyOf<Op>(
    ...rows.map(([thread, name, input, output], i): Row<Op> => [
      thread,
      [2 * i, 2 * i + 1],
      name,
      input,
      output,
    ]),
  );
}

/** Whether `order` keeps real time and has all that is completed, and each step of it is allowed. */
export function isOrder<Op extends Operation, State>(
  order: readonly Op[],
  history: readonly Op[],
  specification: Specification<Op, State>,
): boolean {
  const isTimely = order.every((late, i) =>
    order.slice(0, i).every((early) => !((late.return ?? Infinity) < early.call)),
  );
  const isWhole = history.every((operation) => isPending(operation) || order.includes(operation));
  let states: readonly State[] = [specification.initial];
  for (const operation of order) {
    states = states.flatMap((state) => statesAfter(specification, state, operation));
  }
  return isTimely && isWhole && states.length > 0;
}

/** The same answer by trying all orders of all sets of operations. */
export function hasOrder<Op extends Operation, State>(
  history: readonly Op[],
  specification: Specification<Op, State>,
): boolean {
  return permutations(history).some((order) => isOrder(order, history, specification));
}

/** All orders of all subsets. */
function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.reduce<readonly (readonly T[])[]>(
    (found, item) => [
      ...found,
      ...found.flatMap((order) =>
        Array.from({ length: order.length + 1 }, (_, i) => order.toSpliced(i, 0, item)),
      ),
    ],
    [[]],
  );
}

function statesAfter<Op extends Operation, State>(
  { step }: Specification<Op, State>,
  state: State,
  operation: Op,
): readonly State[] {
  const next = step(state, operation);
  if (next === undefined) return [];
  return isOneOf(next) ? next.states : [next];
}

function isOneOf<State>(next: unknown): next is { readonly states: readonly State[] } {
  return Array.isArray((next as { states?: unknown } | null)?.states);
}

/** The verdict alone, after a look at the order that comes with it. */
export function verdictOf<Op extends Operation, State>(
  history: readonly Op[],
  specification: Specification<Op, State>,
): string {
  const found = checkLinearizable(history, specification);
  if (found.verdict === 'linearizable' && !specification.moments && !specification.partition) {
    if (!isOrder(found.order, history, specification)) throw new Error('no order');
  }
  return found.verdict;
}
