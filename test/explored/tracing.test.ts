/**
 * What tracing shares: the orders that threads lock in, of which whoever closes a circle last sees it and one
 * tells; and what a thread tells of itself, which nobody reads half-written.
 */
import { expect, test } from 'vitest';
import { explore, type Model } from '../../dist/testing/index.js';
import { publish, statementOf } from '../../src/agent/statement.ts';
import { createTable, slotAt } from '../../src/agent/table.ts';
import type { Words } from '../../src/memory/words.ts';
import { noteOrder } from '../../src/trace/order.ts';
import { boundsOf } from './depth.ts';

interface Shared {
  readonly table: Words;
  readonly told: Int32Array;
}

function newTable(): Words {
  const table = createTable();
  table.fill(0, 0, 4); // random numbers
  return table;
}

const note =
  (from: number, to: number) =>
  ({ table, told }: Shared): void => {
    const account = { line: '', full: '' };
    if (noteOrder(table, from, to, () => account)) Atomics.add(told, 0, 1);
  };

const model = (...orders: readonly (readonly [number, number])[]): Model<Shared> => ({
  setup: () => ({ table: newTable(), told: new Int32Array(new SharedArrayBuffer(4)) }),
  threads: orders.map(([from, to]) => note(from, to)),
  check: ({ told }) => expect(told[0]).toBe(1),
});

test.each([
  ['two', model([1, 2], [2, 1])],
  ['two, one of them twice', model([1, 2], [1, 2], [2, 1])],
  ['three', model([1, 2], [2, 3], [3, 1])],
])('orders of %s: one of them tells', async (_, program) => {
  const result = await explore(program, boundsOf({ bounds: { preemptions: 2 } }));
  expect(result.complete).toBe(true);
});

const SLOT = slotAt(0);
const ID = 1;

const tell = (table: Words, wait: string, rest: string): void =>
  publish({ table, slot: SLOT, id: ID } as Parameters<typeof publish>[0], {
    word: 0,
    value: 0,
    wait,
    rest,
  });

test('a statement is whole, or not there', async () => {
  const result = await explore(
    {
      setup: newTable,
      threads: [
        (table) => {
          tell(table, 'a', 'bc');
          tell(table, '', 'de');
        },
        (table) => expect([undefined, 'abc', 'de']).toContain(statementOf(table, SLOT, ID)),
      ],
    },
    boundsOf({ bounds: { preemptions: 2 } }),
  );
  expect(result.complete).toBe(true);
});
