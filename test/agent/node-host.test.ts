/** When it is looked for the dead, by words that wrap after seven weeks. */
import { beforeEach, describe, expect, test } from 'vitest';
import { NodeHost } from '../../dist/agent/node-host.js';
import { wholeMilliseconds } from '../../dist/agent/runtime.js';
import { createTable, LEAVING, SWEPT } from '../../dist/agent/table.js';

const DAY = 86_400_000;
const table = createTable();
const host = new NodeHost(table);

/** A moment so many ms ago, as words have it. */
const ago = (ms: number): number => (wholeMilliseconds() - ms) | 0;

beforeEach(() => void Atomics.store(table, LEAVING, 0));

describe.each([
  ['a moment', 0, false],
  ['the moment that comes, by another clock', -10, false],
  ['a second', 1000, true],
  ['20 days', 20 * DAY, true],
  ['30 days', 30 * DAY, true],
  ['49 days', 49 * DAY, true],
])('%s ago', (_, ms, isLong) => {
  test('somebody looked', () => {
    Atomics.store(table, SWEPT, ago(ms));
    expect(host.nextLook() !== undefined).toBe(isLong);
  });

  test('an exit hook ran', () => {
    Atomics.store(table, LEAVING, ago(ms));
    expect(host.slice).toBe(isLong ? 250 : 5);
  });
});
