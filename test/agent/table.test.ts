/** The numbers that a process deals, just before they end. */
import { expect, test } from 'vitest';
import { Agent } from '../../dist/agent/agent.js';
import { currentAgent } from '../../dist/agent/home.js';
import { createTable, dealObjectId, MAX_AGENT_ID } from '../../dist/agent/table.js';
import { syncError } from '../support/errors.ts';

const OBJECTS = 3;

test('no object id is dealt twice: after the last one they are refused', () => {
  const table = createTable();
  const first = dealObjectId(table);
  Atomics.store(table, OBJECTS, -65_537);
  expect(dealObjectId(table)).toBe((first - 65_537) | 0);
  for (let i = 0; i < 3; i++) {
    expect(() => dealObjectId(table)).toThrow(syncError('resource_unavailable_try_again'));
  }
  expect(Atomics.load(table, OBJECTS)).toBe(-65_536);
});

test('a thread whose number no word has room for is refused, and takes no slot', () => {
  const table = createTable();
  const { host } = currentAgent();
  expect(() => new Agent(table, MAX_AGENT_ID, host)).toThrow('67108864 threads were started');
  const { slot } = new Agent(table, MAX_AGENT_ID - 1, host);
  expect(new Agent(table, 1, host).slot - slot).toBe(32);
});
