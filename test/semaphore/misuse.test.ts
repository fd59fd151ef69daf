import { BinarySemaphore, Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';

expectNoRescues();

const bad = <T>(value: unknown): T => value as T;

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('Semaphore: bad arguments are refused, and nothing changes', () => {
  type Use = (semaphore: Semaphore) => unknown;
  const rows: [string, ErrorConstructor, Use][] = [
    ['acquire(0)', RangeError, (s) => s.acquire(0)],
    ['acquire(-1)', RangeError, (s) => s.acquire(-1)],
    ['acquire(1.5)', RangeError, (s) => s.acquire(1.5)],
    ['acquire(NaN)', RangeError, (s) => s.acquire(NaN)],
    ['acquire(Infinity)', RangeError, (s) => s.acquire(Infinity)],
    ['acquire(more than max)', RangeError, (s) => s.acquire(6)],
    ['acquire(string)', TypeError, (s) => s.acquire(bad('1'))],
    ['acquire(null)', TypeError, (s) => s.acquire(bad(null))],
    ['tryAcquire(0)', RangeError, (s) => s.tryAcquire(0)],
    ['tryAcquire(more than max)', RangeError, (s) => s.tryAcquire(6)],
    ['tryAcquire(bigint)', TypeError, (s) => s.tryAcquire(bad(1n))],
    ['P11 X8 tryAcquireFor(NaN)', RangeError, (s) => s.tryAcquireFor(NaN)],
    ['tryAcquireFor(string)', TypeError, (s) => s.tryAcquireFor(bad('1'))],
    ['tryAcquireFor(undefined)', TypeError, (s) => s.tryAcquireFor(bad(undefined))],
    ['tryAcquireFor(1, 0)', RangeError, (s) => s.tryAcquireFor(1, 0)],
    ['tryAcquireFor(1, more than max)', RangeError, (s) => s.tryAcquireFor(1, 2 ** 31)],
    ['P11 tryAcquireUntil(NaN)', RangeError, (s) => s.tryAcquireUntil(NaN)],
    ['P11 tryAcquireUntil(invalid Date)', RangeError, (s) => s.tryAcquireUntil(new Date(NaN))],
    ['tryAcquireUntil(string)', TypeError, (s) => s.tryAcquireUntil(bad('today'))],
    ['tryAcquireUntil(0, 0)', RangeError, (s) => s.tryAcquireUntil(0, 0)],
    ['acquireAsync(0)', RangeError, (s) => s.acquireAsync(0)],
    ['acquireAsync(more than max)', RangeError, (s) => s.acquireAsync(6)],
    ['acquireAsync: timeout NaN', RangeError, (s) => s.acquireAsync(1, { timeout: NaN })],
    [
      'tryAcquireForAsync: timeout',
      TypeError,
      (s) => s.tryAcquireForAsync(9, 1, bad({ timeout: 5 })),
    ],
    ['acquireAsync: timeout', TypeError, (s) => s.acquireAsync(1, { timeout: bad('1') })],
    ['acquireAsync: signal', TypeError, (s) => s.acquireAsync(1, { signal: bad({}) })],
    ['acquireAsync: signal null', TypeError, (s) => s.acquireAsync(1, { signal: bad(null) })],
    ['acquireAsync: keepAlive', TypeError, (s) => s.acquireAsync(1, { keepAlive: bad(0) })],
    ['acquireAsync: options null', TypeError, (s) => s.acquireAsync(1, bad(null))],
    ['acquireAsync: options number', TypeError, (s) => s.acquireAsync(1, bad(1))],
    ['P11 X8 tryAcquireForAsync(NaN)', RangeError, (s) => s.tryAcquireForAsync(NaN)],
    ['tryAcquireForAsync(1, 0)', RangeError, (s) => s.tryAcquireForAsync(1, 0)],
    [
      'tryAcquireForAsync: signal',
      TypeError,
      (s) => s.tryAcquireForAsync(1, 1, { signal: bad(1) }),
    ],
    ['release(-1)', RangeError, (s) => s.release(-1)],
    ['release(0.5)', RangeError, (s) => s.release(0.5)],
    ['release(NaN)', RangeError, (s) => s.release(NaN)],
    ['release(Infinity)', RangeError, (s) => s.release(Infinity)],
    ['release(string)', TypeError, (s) => s.release(bad('1'))],
  ];

  test.each(rows)('%s', async (_, type, use) => {
    for (const initial of [0, 5]) {
      const semaphore = new Semaphore(initial, { max: 5 });
      const before = wordsOf(semaphore);
      expect(await thrownBy(() => use(semaphore))).toBeInstanceOf(type);
      expect(wordsOf(semaphore)).toEqual(before);
    }
  });

  test('the asynchronous forms reject, and do not throw', () => {
    const semaphore = new Semaphore(1);
    const rejected = [semaphore.acquireAsync(0), semaphore.tryAcquireForAsync(NaN)];
    return Promise.all(rejected.map((each) => expect(each).rejects.toThrow(RangeError)));
  });
});

describe('Semaphore: what it can not be made of', () => {
  const rows: [string, ErrorConstructor, number, unknown][] = [
    ['a negative count', RangeError, -1, {}],
    ['a fraction', RangeError, 0.5, {}],
    ['NaN', RangeError, NaN, {}],
    ['more than max', RangeError, 4, { max: 3 }],
    ['more than the most', RangeError, 2 ** 21, {}],
    ['no count', TypeError, bad(undefined), {}],
    ['a string', TypeError, bad('1'), {}],
    ['max 0', RangeError, 0, { max: 0 }],
    ['max too large', RangeError, 0, { max: 2 ** 21 }],
    ['max NaN', RangeError, 0, { max: NaN }],
    ['max a string', TypeError, 0, { max: '1' }],
    ['options null', TypeError, 0, null],
    ['options a number', TypeError, 0, 7],
  ];

  test.each(rows)('%s: new, init and global alike', (title, type, initial, options) => {
    expect(() => new Semaphore(initial, bad(options))).toThrow(type);
    const words = new Int32Array(new SharedArrayBuffer(16)).fill(7);
    expect(() => Semaphore.init(words.buffer, 0, initial, bad(options))).toThrow(type);
    expect([...words]).toEqual([7, 7, 7, 7]);
    expect(() => Semaphore.global(`bad ${title}`, initial, bad(options))).toThrow(type);
    expect(Semaphore.global(`bad ${title}`, 3).value).toBe(3); // it had not been made
  });

  test.each([2, -1, 0.5, NaN])('a BinarySemaphore of %d', (initial) => {
    expect(() => new BinarySemaphore(bad(initial))).toThrow(RangeError);
    expect(() => BinarySemaphore.init(new SharedArrayBuffer(16), 0, bad(initial))).toThrow(
      RangeError,
    );
    expect(() => BinarySemaphore.global(`binary of ${initial}`, bad(initial))).toThrow(RangeError);
  });

  test('BinarySemaphore: release() past one', () => {
    const binary = new BinarySemaphore(1);
    expect(() => binary.release()).toThrow(syncError('value_too_large'));
    expect(binary.value).toBe(1);
  });
});

describe('Semaphore.at: where none was written', () => {
  const unwritten = syncError('invalid_argument');

  test('refused, as often as it is tried, and the memory is free for others', () => {
    const buffer = new SharedArrayBuffer(16);
    expect(() => Semaphore.at(buffer)).toThrow(unwritten);
    expect(() => Semaphore.at(buffer)).toThrow(unwritten);
    expect([...new Int32Array(buffer)]).toEqual([0, 0, 0, 0]);
    expect(Semaphore.init(buffer, 0, 2).value).toBe(2);
    expect(Semaphore.at(buffer).value).toBe(2);
  });
});
