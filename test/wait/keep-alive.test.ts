import { describe, expect, test } from 'vitest';
import { runBundled } from '../support/child.ts';

const forms = [
  'acquireAsync',
  'tryAcquireForAsync',
  'waitAsync',
  'waitForAsync',
  'latch.waitAsync',
  'arriveAndWaitAsync',
];
const cases = (...stories: string[]): [string, string][] =>
  forms.flatMap((form) => stories.map((story): [string, string] => [form, story]));

/** Left out: `waitAsync` of a condition has no timeout, and its `waitForAsync` waits for what never comes. */
const isPossible = ([form, story]: [string, string]): boolean =>
  !(form === 'waitAsync' && /timed out/.test(story)) &&
  !(form === 'waitForAsync' && story === 'ended by another thread');

const run = async (form: string, story: string): Promise<[number | null, string]> => {
  const { code, stdout, stderr } = await runBundled(
    './keep-alive.mjs',
    import.meta.url,
    form,
    story,
  );
  expect(stderr).toBe('');
  return [code, stdout];
};

describe('X1 P7 an asynchronous wait keeps the process alive, and lets it exit once settled', () => {
  const settled = cases('ended by another thread', 'timed out', 'aborted').filter(isPossible);
  test.concurrent.each(settled)('%s, %s', async (form, story) => {
    expect(await run(form, story)).toEqual([0, 'settled\n']);
  });

  test.concurrent.each([
    ['acquireAsync', 'aborted before'],
    ['latch.waitAsync', 'aborted before'],
    ['acquireAsync', 'kept by one of two'],
    ['waitAsync', 'kept by one of two'],
    ['sleepForAsync', 'timed out'],
    ['sleepForAsync', 'aborted'],
  ])('%s, %s', async (form, story) => {
    expect(await run(form, story)).toEqual([0, 'settled\n']);
  });

  test.concurrent('acquireAsync, refused where there is no room to hear its token', async () => {
    const said = 'resource_unavailable_try_again\nsettled\n';
    expect(await run('acquireAsync', 'no room to hear its token')).toEqual([0, said]);
  });

  test.concurrent.each([['acquireAsync'], ['waitForAsync'], ['latch.waitAsync']])(
    '%s, in a worker: the worker lives on, and ends once settled',
    async (form) => {
      expect(await run(form, 'in a worker')).toEqual([0, 'settled\nthe worker has ended\n']);
    },
  );
});

describe('P7 keepAlive: false lets the process exit', () => {
  test.concurrent.each([...cases('not kept'), ['sleepForAsync', 'not kept']])(
    '%s, %s',
    async (form, story) => {
      expect(await run(form, story)).toEqual([0, '']);
    },
  );

  const timed = cases('not kept, with a timeout').filter(([form]) => form !== 'waitAsync');
  test.concurrent.each(timed)('%s, %s', async (form, story) => {
    expect(await run(form, story)).toEqual([0, '']);
  });
});
