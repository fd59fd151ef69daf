/**
 * A counterexample, told: the longest order that could be made, what could not come next and why, and
 * when all of that was, in one table.
 */
import { columnsOf } from '../columns.ts';
import { isPending, nameOf, type Operation } from './operation.ts';
import type { Order } from './search.ts';
import type { Specification } from './specification.ts';
import { textOf } from './text.ts';
import { Timeline } from './timeline.ts';
import type { Refusal } from './verdict.ts';

const TOLD = 12; // lines of a kind: what is further back hardly tells more

/** What could come after `order` by time, and why it cannot. */
export function refusalsAfter<Op extends Operation, State>(
  part: readonly Op[],
  order: readonly Op[],
  state: State,
  specification: Specification<Op, State>,
): Refusal<Op>[] {
  const left = leftOf(part, order);
  // Not by spreading into `Math.min`: there may be more than arguments.
  const until = left.reduce((least, { return: end = Infinity }) => Math.min(least, end), Infinity);
  const why = `not while ${describe(state, specification)}`;
  return left.filter(({ call }) => call <= until).map((operation) => ({ operation, why }));
}

/** The table. */
export function tellCounterexample<Op extends Operation, State>(
  part: readonly Op[],
  { operations, states }: Order<Op, State>,
  refused: readonly Refusal<Op>[],
  specification: Specification<Op, State>,
): string {
  const skipped = Math.max(0, operations.length - TOLD);
  const shown = operations.slice(skipped);
  const later = part.length - operations.length - refused.length;
  const told = refused.slice(0, TOLD);
  const timeline = new Timeline([...shown, ...told.map(({ operation }) => operation)]);
  const rowOf = (mark: string, operation: Op, remark: string): string[] => [
    mark,
    String(operation.thread),
    nameOf(operation),
    timeline.draw(operation),
    remark,
  ];
  const rows = [
    ['', 'thread', 'operation', 'time', 'then'],
    ...shown.map((operation, i) => {
      const place = skipped + i;
      return rowOf(`${place + 1}`, operation, describe(states[place]!, specification));
    }),
    ...told.map(({ operation, why }) => rowOf('x', operation, why)),
  ];
  return [
    `not linearizable: at most ${operations.length} of ${part.length} operations can be put in order, ` +
      'and none of those marked x can come next',
    ...(skipped > 0 ? [`(the first ${skipped} of the order are left out)`] : []),
    ...columnsOf(rows, 'left').map((row) => `  ${row}`),
    ...(refused.length > TOLD ? [`(and ${refused.length - TOLD} more that cannot come next)`] : []),
    ...(later > 0 ? [`(${later} more were called after one of these had returned)`] : []),
  ].join('\n');
}

/** What is not in the order, least of all what need not be: pending operations come last. */
function leftOf<Op extends Operation>(part: readonly Op[], order: readonly Op[]): Op[] {
  const ordered = new Set(order);
  const left = part.filter((operation) => !ordered.has(operation));
  return left.toSorted((a, b) => Number(isPending(a)) - Number(isPending(b)));
}

function describe<Op extends Operation, State>(
  state: State,
  specification: Specification<Op, State>,
): string {
  return specification.describe?.(state) ?? textOf(state);
}
