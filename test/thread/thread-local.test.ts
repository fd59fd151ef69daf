import { ConditionVariable, Mutex, StdPromise, ThreadLocal } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { explore } from 'crossthread/testing';
import { syncError } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

type Keeper = typeof import('./keeper.mjs');

describe('ThreadLocal', () => {
  test('made at the first read, once', () => {
    let made = 0;
    const local = new ThreadLocal(() => ++made);
    expect(made).toBe(0);
    expect([local.value, local.value]).toEqual([1, 1]);
    local.value = 7;
    expect(local.value).toBe(7);
    expect(made).toBe(1);
  });

  test('set before it is read: it is not made', () => {
    const local = new ThreadLocal<number>(() => expect.unreachable());
    local.value = 7;
    expect(local.value).toBe(7);
  });

  test('any value will do', () => {
    for (const value of [undefined, null, 0, {}]) {
      let made = 0;
      const local = new ThreadLocal(() => (made++, value));
      expect([local.value, local.value]).toEqual([value, value]);
      expect(made).toBe(1);
    }
  });

  test('init throws: the next read tries again', () => {
    let fails = true;
    const local = new ThreadLocal(() => {
      if (fails) throw new RangeError('not today');
      return 1;
    });
    expect(() => local.value).toThrow('not today');
    fails = false;
    expect(local.value).toBe(1);
  });

  test('misuse: its init reads it, or is none', () => {
    const circular: ThreadLocal<number> = new ThreadLocal(() => circular.value);
    expect(() => circular.value).toThrow(syncError('resource_deadlock_would_occur'));
    expect(() => circular.value).toThrow('a ThreadLocal was read by its own `init`');
    expect(() => new ThreadLocal(1 as never)).toThrow(TypeError);
  });

  test('each thread has its own', async () => {
    const [a, b] = await startWorkers<Keeper>(2, './keeper.mjs', import.meta.url);
    expect(await a!.call.count()).toBe(101);
    expect(await a!.call.count()).toBe(102);
    expect(await b!.call.count()).toBe(101);
  });

  test('each simulated thread has its own, too', async () => {
    const local = new ThreadLocal(() => 0);
    const body = ({ mutex, words }: { mutex: Mutex; words: Int32Array }): void => {
      mutex.lock();
      local.value++;
      Atomics.add(words, 0, local.value);
      mutex.unlock();
      local.value++;
      Atomics.add(words, 0, local.value);
    };
    await explore({
      setup: () => ({ mutex: new Mutex(), words: sharedWords() }),
      threads: [body, body],
      check: ({ words }) => expect(words[0]).toBe(6),
    });
  });

  test('many of them, and one that is made while another is disposed of: all are disposed of', async () => {
    const keeper = await startWorker<Keeper>('./keeper.mjs', import.meta.url);
    const words = sharedWords();
    const { ended } = keeper;
    await keeper.call.leaveMany(words, 20_000);
    await ended;
    expect(words[0]).toBe(20_001);
  });

  test('what its disposal asks for at the exit is done, too', async () => {
    const keeper = await startWorker<Keeper>('./keeper.mjs', import.meta.url);
    const promise = new StdPromise<number>();
    const future = promise.getFuture();
    await keeper.call.leaveToSet(promise);
    expect(await future.getAsync({ timeout: 10_000 })).toBe(7);
  });

  test.each([false, true])(
    'F15 at its exit a thread disposes of the last made first, then notifies; they throw: %s',
    async (fails) => {
      const keeper = await startWorker<Keeper>('./keeper.mjs', import.meta.url);
      const words = sharedWords(8);
      const mutex = new Mutex();
      const condition = new ConditionVariable();
      const { ended } = keeper;
      await keeper.call.leave(words, mutex, condition, fails);
      const lock = await mutex.lockAsync();
      expect([...words.subarray(1, 5)]).toEqual([2, 3, 1, 0]);
      lock.unlock();
      await ended;
    },
  );
});
