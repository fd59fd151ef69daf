import { expect, test } from 'vitest';
import { currentAgent } from '../../dist/agent/home.js';
import { dealObjectId, poolEnd } from '../../dist/agent/table.js';
import { newWords } from '../../dist/memory/words.js';
import { Readers } from '../../dist/mutex/readers.js';

test('a thread enrolls once, also if the object it read under was collected and is attached anew', () => {
  const agent = currentAgent();
  const [words, object] = [newWords(64), dealObjectId(agent.table)];
  const read = (): void => {
    const readers = new Readers(agent, words, object);
    readers.add();
    expect([...readers.inside()]).toEqual([agent.id]);
    expect(readers.remove()).toBe(true);
  };
  read();
  const end = poolEnd(agent.table);
  for (let i = 0; i < 5; i++) read();
  expect(poolEnd(agent.table)).toBe(end);
});
