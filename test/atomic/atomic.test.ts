import {
  Atomic,
  AtomicBigInt64,
  AtomicBool,
  AtomicFlag,
  AtomicInt32,
  AtomicUint32,
  inspect,
  Mutex,
  type WaitOptions,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { poolEnd, RECORD_WORDS } from '../../src/agent/table.ts';
import type { Words } from '../../src/memory/words.ts';
import { timedOut } from '../support/errors.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { isSame } from '../support/same.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { borrowWorkers } from '../support/worker.ts';

expectNoRescues();

type Waiter = typeof import('./waiter.mjs');
const start = (n: number) => borrowWorkers<Waiter>(n, './waiter.mjs', import.meta.url);
const bad = <T>(value: unknown): T => value as T;

describe('numbers', () => {
  test.each([
    ['AtomicInt32', AtomicInt32, 2 ** 31 - 1, -(2 ** 31)],
    ['AtomicUint32', AtomicUint32, 2 ** 32 - 1, 0],
  ] as const)('%s', (_, type, most, least) => {
    const atomic = new type(5);
    expect(atomic.fetchAdd(3)).toBe(5);
    expect(atomic.fetchSub(2)).toBe(8);
    expect(atomic.fetchOr(9)).toBe(6);
    expect(atomic.fetchAnd(12)).toBe(15);
    expect(atomic.fetchXor(5)).toBe(12);
    expect(atomic.exchange(1)).toBe(9);
    expect(atomic.compareExchange(2, 3)).toBe(false);
    expect(atomic.compareExchangeValue(1, 3)).toBe(1);
    expect(atomic.load()).toBe(3);
    atomic.store(most);
    expect(atomic.fetchAdd(1)).toBe(most);
    expect(atomic.load()).toBe(least);
    expect(new type().load()).toBe(0);
    for (const value of [most + 1, least - 1, 0.5, NaN, Infinity]) {
      expect(() => atomic.store(value)).toThrow(RangeError);
      expect(() => atomic.fetchAdd(value)).toThrow(RangeError);
      expect(() => atomic.compareExchange(0, value)).toThrow(RangeError);
      expect(() => atomic.wait(value)).toThrow(RangeError);
      expect(() => new type(value)).toThrow(RangeError);
    }
    for (const value of ['1', null, 1n, true]) {
      expect(() => atomic.exchange(bad(value))).toThrow(TypeError);
      expect(() => type.init(atomic.buffer, 0, bad(value))).toThrow(TypeError);
    }
    expect(atomic.load()).toBe(least);
  });

  test('AtomicBigInt64', () => {
    const atomic = new AtomicBigInt64(2n ** 63n - 1n);
    expect(atomic.fetchAdd(1n)).toBe(2n ** 63n - 1n);
    expect(atomic.load()).toBe(-(2n ** 63n));
    expect(atomic.compareExchange(-(2n ** 63n), 7n)).toBe(true);
    expect(atomic.fetchAnd(3n) + atomic.fetchOr(8n) + atomic.fetchXor(1n)).toBe(7n + 3n + 11n);
    expect(atomic.fetchSub(10n)).toBe(10n);
    expect(atomic.exchange(1n)).toBe(0n);
    expect(() => atomic.store(2n ** 63n)).toThrow(RangeError);
    expect(() => atomic.store(bad(1))).toThrow(TypeError);
    expect(() => new AtomicBigInt64(bad(1))).toThrow(TypeError);
    expect(atomic.load()).toBe(1n);
  });

  test('a 64-bit one stands at a multiple of 8', () => {
    const buffer = new SharedArrayBuffer(32);
    expect(() => AtomicBigInt64.at(buffer, 4)).toThrow(RangeError);
    expect(() => AtomicBigInt64.init(buffer, 4, 1n)).toThrow(RangeError);
    expect([...new Int32Array(buffer)]).toEqual(Array(8).fill(0));
    expect(AtomicBigInt64.init(buffer, 8, 1n).load()).toBe(1n);
  });
});

describe('truth values', () => {
  test('AtomicBool', () => {
    const atomic = new AtomicBool(true);
    expect(atomic.exchange(false)).toBe(true);
    expect(atomic.compareExchange(true, true)).toBe(false);
    expect(atomic.compareExchange(false, true)).toBe(true);
    expect(atomic.load()).toBe(true);
    expect(() => atomic.store(bad(1))).toThrow(TypeError);
    expect(() => new AtomicBool(bad('yes'))).toThrow(TypeError);
    expect(new AtomicBool().load()).toBe(false);
  });

  test('AtomicFlag', () => {
    const flag = new AtomicFlag();
    expect([flag.test(), flag.testAndSet(), flag.testAndSet(), flag.test()]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    flag.clear();
    expect(flag.test()).toBe(false);
  });
});

describe('places', () => {
  test.each([
    ['AtomicInt32', AtomicInt32, 3, 16],
    ['AtomicUint32', AtomicUint32, 3, 16],
    ['AtomicBigInt64', AtomicBigInt64, 3n, 24],
    ['AtomicBool', AtomicBool, true, 16],
    ['AtomicFlag', AtomicFlag, true, 16],
  ] as const)('%s: new, init, at and global', (name, type, value, size) => {
    expect(type.BYTE_LENGTH).toBe(size);
    const buffer = new SharedArrayBuffer(size);
    const zero = (type as typeof AtomicInt32).at(buffer);
    expect(Number(zero.load() as unknown)).toBe(0); // 0, 0n or false
    expect(zero).toBeInstanceOf(Atomic);
    const made = (type as typeof AtomicInt32).init(buffer, 0, bad(value));
    expect(made.load()).toBe(value);
    expect(isSame((type as typeof AtomicInt32).at(buffer), made)).toBe(true);
    const global = (type as typeof AtomicInt32).global(name, bad(value));
    expect([global.load(), global.name]).toEqual([value, name]);
    expect(isSame((type as typeof AtomicInt32).global(name, bad(zero.load())), global)).toBe(true);
    expect(() => Mutex.at(buffer)).toThrow(TypeError);
    expect(() => Mutex.global(name)).toThrow(TypeError);
  });
});

describe('waiting', () => {
  test('returns at once when it has changed already, or must not wait', () => {
    const atomic = new AtomicInt32(1);
    atomic.wait(0);
    expect(atomic.waitFor(0, 0)).toBe(true);
    expect(atomic.waitFor(1, 0)).toBe(false);
    expect(atomic.waitFor(1, -1)).toBe(false);
    expect(atomic.waitFor(1, 3)).toBe(false);
    expect(() => atomic.waitFor(1, NaN)).toThrow(RangeError);
    expect(waitersFor(atomic)).toBe(0);
  });

  test.each(['notifyOne', 'notifyAll'] as const)(
    '%s: ends what was blocked and awaited',
    async (notify) => {
      const waiters = await start(3);
      for (const [atomic, old, next] of [
        [new AtomicInt32(), 0, 7],
        [new AtomicBigInt64(1n), 1n, 2n],
        [new AtomicBool(), false, true],
        [new AtomicFlag(), false, true],
      ] as [Atomic<unknown>, unknown, unknown][]) {
        const answers = [
          waiters[0]!.call.waitFor(atomic, old),
          waiters[1]!.call.waitFor(atomic, old),
          waiters[2]!.call.waitAsync(atomic, old),
        ];
        await waitersAre(3, atomic);
        atomic.store(next);
        atomic[notify]();
        expect(await Promise.all(answers)).toEqual([next, next, next]);
      }
    },
  );

  test('a notification without a change ends nothing', async () => {
    const atomic = new AtomicInt32();
    const [waiter] = await start(1);
    const answer = waiter!.call.waitFor(atomic, 0);
    await waitersAre(1, atomic);
    for (let i = 0; i < 20; i++) atomic.notifyAll();
    await waitersAre(1, atomic);
    atomic.store(1);
    atomic.notifyAll();
    expect(await answer).toBe(1);
  });

  test('waitAsync: timeout and abort leave nothing', async () => {
    const atomic = new AtomicInt32();
    await expect(atomic.waitAsync(0, { timeout: 2 })).rejects.toThrow(timedOut);
    const controller = new AbortController();
    const waiting = atomic.waitAsync(0, { signal: controller.signal });
    controller.abort('no more');
    await expect(waiting).rejects.toBe('no more');
    await expect(atomic.waitAsync(bad('0'))).rejects.toThrow(TypeError);
    expect(waitersFor(atomic)).toBe(0);
  });

  test('waitAsync: those of a thread that wait for the same value to go take one record', async () => {
    const atomic = new AtomicInt32();
    const { table } = (atomic as unknown as { crossthread: { table: Words } }).crossthread;
    const end = poolEnd(table);
    const waitAll = async (old: number): Promise<void> => {
      const waits = Array.from({ length: 1000 }, () => atomic.waitAsync(old));
      expect(waitersFor(atomic)).toBe(1);
      atomic.store(old + 1);
      atomic.notifyOne();
      await Promise.all(waits);
    };
    for (const old of [0, 1, 2]) await waitAll(old);
    expect(poolEnd(table) - end).toBeLessThanOrEqual(RECORD_WORDS);
    expect(waitersFor(atomic)).toBe(0);
  });

  test('waitAsync: those that wait for another value to go wait on', async () => {
    const atomic = new AtomicInt32();
    const ended: string[] = [];
    const wait = async (old: number, options?: WaitOptions): Promise<void> => {
      await atomic.waitAsync(old, options).catch(() => ended.push('late'));
      ended.push(`${old}`);
    };
    const first = [wait(0, { timeout: 1 }), wait(0), wait(0)];
    await first[0];
    atomic.store(1);
    const second = wait(1);
    atomic.notifyAll();
    await Promise.all(first);
    expect(ended).toEqual(['late', '0', '0', '0']);
    atomic.store(0);
    atomic.notifyAll();
    await second;
    expect(ended.at(-1)).toBe('1');
  });

  test('threads take turns by it', async () => {
    const atomic = new AtomicInt32();
    const waiters = await start(3);
    const turns = await Promise.all(
      waiters.map(({ call }, me) => call.takeTurns(atomic, me, waiters.length, 600)),
    );
    expect(turns).toEqual([200, 200, 200]);
  });

  test('threads add, and nothing is lost', async () => {
    const atomic = AtomicInt32.global('sum');
    const waiters = await start(2);
    await Promise.all(waiters.map(({ call }) => call.add(atomic, 20_000)));
    expect(atomic.load()).toBe(40_000);
    expect(inspect().rescues).toBe(0);
  });
});
