import { Latch } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { LONG } from '../support/time.ts';
import { waitersAre } from '../support/waiters.ts';
import { startWorkers } from '../support/worker.ts';

const bad = <T>(value: unknown): T => value as T;

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('Latch: bad arguments are refused, and nothing changes', () => {
  type Use = (latch: Latch) => unknown;
  const rows: [string, ErrorConstructor, Use][] = [
    ['countDown(-1)', RangeError, (l) => l.countDown(-1)],
    ['countDown(0.5)', RangeError, (l) => l.countDown(0.5)],
    ['countDown(NaN)', RangeError, (l) => l.countDown(NaN)],
    ['countDown(more than MAX)', RangeError, (l) => l.countDown(2 ** 30)],
    ['countDown(string)', TypeError, (l) => l.countDown(bad('1'))],
    ['countDown(null)', TypeError, (l) => l.countDown(bad(null))],
    ['arriveAndWait(-1)', RangeError, (l) => l.arriveAndWait(-1)],
    ['arriveAndWait(bigint)', TypeError, (l) => l.arriveAndWait(bad(1n))],
    ['arriveAndWaitAsync(-1)', RangeError, (l) => l.arriveAndWaitAsync(-1)],
    ['arriveAndWaitAsync: timeout', RangeError, (l) => l.arriveAndWaitAsync(1, { timeout: NaN })],
    ['arriveAndWaitAsync: options', TypeError, (l) => l.arriveAndWaitAsync(1, bad(null))],
    ['X8 waitFor(NaN)', RangeError, (l) => l.waitFor(NaN)],
    ['waitFor(string)', TypeError, (l) => l.waitFor(bad('1'))],
    ['waitFor(undefined)', TypeError, (l) => l.waitFor(bad(undefined))],
    ['waitUntil(NaN)', RangeError, (l) => l.waitUntil(NaN)],
    ['waitUntil(invalid Date)', RangeError, (l) => l.waitUntil(new Date(NaN))],
    ['waitUntil(string)', TypeError, (l) => l.waitUntil(bad('now'))],
    ['waitAsync: timeout NaN', RangeError, (l) => l.waitAsync({ timeout: NaN })],
    ['waitAsync: timeout', TypeError, (l) => l.waitAsync({ timeout: bad(null) })],
    ['waitAsync: signal', TypeError, (l) => l.waitAsync({ signal: bad({}) })],
    ['waitAsync: keepAlive', TypeError, (l) => l.waitAsync({ keepAlive: bad('no') })],
    ['waitAsync: options null', TypeError, (l) => l.waitAsync(bad(null))],
    ['waitAsync: options number', TypeError, (l) => l.waitAsync(bad(100))],
  ];

  test.each(rows)('%s', async (_, type, use) => {
    for (const expected of [3, 0]) {
      const latch = new Latch(expected);
      const before = wordsOf(latch);
      expect(await thrownBy(() => use(latch))).toBeInstanceOf(type);
      expect(wordsOf(latch)).toEqual(before);
    }
  });

  test('the asynchronous forms reject, and do not throw', () => {
    const latch = new Latch(1);
    const rejected = [latch.arriveAndWaitAsync(-1), latch.waitAsync({ timeout: NaN })];
    return Promise.all(rejected.map((each) => expect(each).rejects.toThrow(RangeError)));
  });
});

describe('Latch: what it can not be made of', () => {
  test.each([
    [-1, RangeError],
    [0.5, RangeError],
    [NaN, RangeError],
    [2 ** 30, RangeError],
    [Infinity, RangeError],
    ['1', TypeError],
    [undefined, TypeError],
    [null, TypeError],
    [3n, TypeError],
  ])('%s: new, init and global alike', (expected, type) => {
    expect(() => new Latch(bad(expected))).toThrow(type);
    const words = new Int32Array(new SharedArrayBuffer(16)).fill(7);
    expect(() => Latch.init(words.buffer, 0, bad(expected))).toThrow(type);
    expect([...words]).toEqual([7, 7, 7, 7]);
    const key = `latch of ${String(expected)}`;
    expect(() => Latch.global(key, bad(expected))).toThrow(type);
    expect(Latch.global(key, 0).tryWait()).toBe(true); // it had not been made
  });
});

describe('Latch: written anew before its waiters have left', () => {
  test.each(['closed', 'open'])(
    'L5 while it is %s: device_or_resource_busy, and they are let through',
    async (state) => {
      const buffer = new SharedArrayBuffer(Latch.BYTE_LENGTH);
      const [user] = await startWorkers<typeof import('./arriver.mjs')>(
        1,
        './arriver.mjs',
        import.meta.url,
      );
      const latch = Latch.init(buffer, 0, 1);
      const left = [user!.call.wait('waitFor', latch), latch.waitAsync({ timeout: LONG })];
      await waitersAre(2, latch);
      if (state === 'open') latch.countDown();
      const words = wordsOf(latch);
      expect(() => Latch.init(buffer, 0, 3)).toThrow(syncError('device_or_resource_busy'));
      expect(wordsOf(latch)).toEqual(words);
      if (state === 'closed') latch.countDown();
      expect(await Promise.all(left)).toEqual([true, undefined]);
      expect(Latch.init(buffer, 0, 3).tryWait()).toBe(false);
    },
  );
});
