import { describe, expect, test } from 'vitest';
import { runBundled } from '../support/child.ts';

type Source = 'events' | 'hook' | 'proc' | 'locks';
type End = 'terminate' | 'exit' | 'throw' | 'reject' | 'return';
type Look = 'blocked' | 'awaiting';

const SEEN = 'OwnerDiedError\nOwnerDiedError\n';
const NOT_SEEN = 'nothing\n';
const SLICES = 700; // ms: more than two
const LONG = 45_000; // ms

async function run(
  sources: Source[],
  end: End,
  look: Look,
  limit: number,
  isNested = false,
): Promise<string> {
  const witnesses = sources[0] === 'locks' ? 3 : 1; // blocked, they look but are not answered
  const story = JSON.stringify({ sources, end, look, limit, witnesses, isNested });
  const outcome = await runBundled('./sources.mjs', import.meta.url, story);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  return outcome.stdout;
}

/** Who can tell, how the thread ends, what the main thread does meanwhile. */
const seen: [Source, End, Look][] = [
  ['events', 'terminate', 'awaiting'],
  ['events', 'exit', 'awaiting'],
  ['events', 'throw', 'awaiting'],
  ['hook', 'exit', 'blocked'],
  ['hook', 'throw', 'blocked'],
  ['hook', 'reject', 'blocked'],
  ['hook', 'return', 'blocked'],
  ['hook', 'exit', 'awaiting'],
  ['proc', 'terminate', 'blocked'],
  ['proc', 'exit', 'blocked'],
  ['proc', 'return', 'blocked'],
  ['proc', 'terminate', 'awaiting'],
  ['locks', 'terminate', 'awaiting'],
  ['locks', 'exit', 'awaiting'],
];

/** What each of them can not see: so it was really alone, above. */
const unseen: [Source[], End, Look][] = [
  [[], 'terminate', 'awaiting'],
  [[], 'exit', 'awaiting'],
  [['events'], 'terminate', 'blocked'],
  [['events'], 'exit', 'blocked'],
  [['hook'], 'terminate', 'blocked'],
  [['hook'], 'terminate', 'awaiting'],
  [[], 'terminate', 'blocked'],
];

describe('liveness: one source alone sees the death', () => {
  test.concurrent.each(seen)('%s: %s, with the main thread %s', async (source, end, look) => {
    expect(await run([source], end, look, LONG)).toBe(SEEN);
  });
});

describe('liveness: what a source alone can not see, nobody makes up', () => {
  test.concurrent.each(unseen)('%j: %s, with the main thread %s', async (sources, end, look) => {
    expect(await run(sources, end, look, SLICES)).toBe(NOT_SEEN);
  });
});

describe('liveness: a thread ends with who started it', () => {
  test.concurrent.each<End>(['terminate', 'exit'])('%s: events tell of both', async (end) => {
    expect(await run(['events'], end, 'awaiting', LONG, true)).toBe(SEEN);
  });

  test.concurrent.each<[Source[], End, Look]>([
    [['events'], 'terminate', 'blocked'],
    [['hook'], 'exit', 'awaiting'], // it may run for long after that
  ])('%j: %s, with the main thread %s, tells nothing', async (sources, end, look) => {
    expect(await run(sources, end, look, SLICES, true)).toBe(NOT_SEEN);
  });
});

describe('liveness: all together', () => {
  test.concurrent.each<[End, Look]>([
    ['terminate', 'blocked'],
    ['terminate', 'awaiting'],
    ['throw', 'blocked'],
    ['return', 'awaiting'],
  ])('%s, with the main thread %s', async (end, look) => {
    expect(await run(['events', 'hook', 'proc', 'locks'], end, look, LONG)).toBe(SEEN);
  });
});
