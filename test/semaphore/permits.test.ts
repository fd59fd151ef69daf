import { BinarySemaphore, CountingSemaphore, inspect, type Permit, Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually, LONG, sleep } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { countOf, startUser, startUsers } from './users.ts';
import { holdAsync } from './user.mjs';

expectNoRescues();

const MOST = 2 ** 21 - 1;
const { signal } = new AbortController();

type Form = (semaphore: Semaphore, n?: number) => Permit | null | Promise<Permit | null>;
const forms: [string, Form][] = [
  ['acquire', (s, n) => s.acquire(n)],
  ['tryAcquire', (s, n) => s.tryAcquire(n)],
  ['tryAcquireFor', (s, n) => s.tryAcquireFor(LONG, n)],
  ['tryAcquireFor(0)', (s, n) => s.tryAcquireFor(0, n)],
  ['tryAcquireUntil a Date', (s, n) => s.tryAcquireUntil(new Date(Date.now() + LONG), n)],
  ['tryAcquireUntil the past', (s, n) => s.tryAcquireUntil(0, n)],
  ['acquireAsync', (s, n) => s.acquireAsync(n)],
  ['acquireAsync with options', (s, n) => s.acquireAsync(n, { signal, timeout: 0 })],
  ['tryAcquireForAsync', (s, n) => s.tryAcquireForAsync(LONG, n)],
  ['tryAcquireForAsync(-1)', (s, n) => s.tryAcquireForAsync(-1, n, { signal, keepAlive: false })],
];

describe.each(forms)('Semaphore.%s', (_, acquire) => {
  test('takes what is there at once, one or many', async () => {
    const semaphore = new Semaphore(6, { max: 6 });
    const one = await acquire(semaphore);
    expect(one?.count).toBe(1);
    const four = await acquire(semaphore, 4);
    expect(four?.count).toBe(4);
    expect(semaphore.value).toBe(1);
    one!.release();
    four!.release();
    expect(countOf(semaphore)).toBe(6);
    (await acquire(semaphore, 6))![Symbol.dispose]();
    expect(countOf(semaphore)).toBe(6);
  });
});

test('a permit says how many it is of, and whoever writes that is refused', () => {
  const permit = new Semaphore(3).acquire(2);
  expect(() => Object.assign(permit, { count: 3 })).toThrow(TypeError);
  expect(permit.count).toBe(2);
});

test('disposing of a permit whose count came back another way gives nothing', () => {
  const semaphore = new Semaphore(1, { max: 1 });
  const permit = semaphore.acquire();
  semaphore.release();
  permit[Symbol.dispose]();
  expect(permit.released).toBe(true);
  expect(semaphore.value).toBe(1);
});

describe('Semaphore: its making', () => {
  test('value, max, name, size', () => {
    const plain = new Semaphore(3);
    expect(plain.value).toBe(3);
    expect(plain.max).toBe(MOST);
    expect(plain.name).toBe(undefined);
    expect(plain.buffer.byteLength).toBe(64);
    const named = new Semaphore(0, { max: 9, name: 'slots', packed: true });
    expect(named.value).toBe(0);
    expect(named.max).toBe(9);
    expect(named.name).toBe('slots');
    expect(named.buffer.byteLength).toBe(Semaphore.BYTE_LENGTH);
    expect(Semaphore.BYTE_LENGTH).toBe(16);
    expect(new Semaphore(MOST).value).toBe(MOST);
    expect(new Semaphore(0, { max: 1 }).max).toBe(1);
  });

  test('CountingSemaphore is Semaphore, a BinarySemaphore has one permit at most', () => {
    expect(CountingSemaphore).toBe(Semaphore);
    for (const initial of [0, 1] as const) {
      for (const binary of [
        new BinarySemaphore(initial),
        BinarySemaphore.init(new SharedArrayBuffer(32), 16, initial),
        BinarySemaphore.global(`binary ${initial}`, initial),
      ]) {
        expect(binary).toBeInstanceOf(Semaphore);
        expect(binary.max).toBe(1);
        expect(binary.value).toBe(initial);
      }
    }
  });
});

describe('Permit', () => {
  test('returns once: a second release() throws, disposing again does nothing', () => {
    const semaphore = new Semaphore(3);
    const permit = semaphore.acquire(2);
    expect(permit.released).toBe(false);
    permit.release();
    expect(permit.released).toBe(true);
    expect(() => permit.release()).toThrow(syncError('operation_not_permitted'));
    permit[Symbol.dispose]();
    permit[Symbol.dispose]();
    expect(semaphore.value).toBe(3);
  });

  test('stays in its thread', () => {
    const semaphore = new Semaphore(1);
    const permit = semaphore.acquire();
    expect(() => structuredClone(permit)).toThrow(
      expect.objectContaining({ name: 'DataCloneError' }),
    );
    expect(semaphore.value).toBe(0);
  });

  test('may be ignored, and the permits returned by anybody', async () => {
    const semaphore = new Semaphore(1);
    const user = await startUser();
    semaphore.acquire();
    await user.call.release(semaphore);
    expect(semaphore.value).toBe(1);
  });

  test('that can not be returned is not returned: it stays due', () => {
    const semaphore = new Semaphore(1, { max: 1 });
    const permit = semaphore.acquire();
    semaphore.release();
    expect(() => permit.release()).toThrow(syncError('value_too_large'));
    expect(permit.released).toBe(false);
    semaphore.acquire();
    permit.release();
    expect(permit.released).toBe(true);
  });
});

describe('Semaphore: release', () => {
  test('P7 release(0) does nothing, also with waiters', async () => {
    const semaphore = new Semaphore(0);
    const before = wordsOf(semaphore);
    semaphore.release(0);
    expect(wordsOf(semaphore)).toEqual(before);
    const user = await startUser();
    const acquired = user.call.acquire(semaphore);
    await waitersAre(1, semaphore);
    semaphore.release(0);
    await sleep(10);
    expect(waitersFor(semaphore)).toBe(1);
    semaphore.release();
    expect(await acquired).toBe(1);
  });

  test('P7 P11 past max throws, and nothing is added, whoever waits', async () => {
    const semaphore = new Semaphore(1, { max: 3, name: 'few' });
    const tooMuch = syncError('value_too_large');
    const before = wordsOf(semaphore);
    for (const n of [3, 4, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      expect(() => semaphore.release(n)).toThrow(tooMuch);
    }
    expect(() => semaphore.release(3)).toThrow("Semaphore 'few': release(3) with 1 of 3 there");
    expect(wordsOf(semaphore)).toEqual(before);
    const user = await startUser();
    const acquired = user.call.acquire(semaphore, 3);
    await waitersAre(1, semaphore);
    const waited = wordsOf(semaphore);
    expect(() => semaphore.release(3)).toThrow(tooMuch);
    expect(wordsOf(semaphore)).toEqual(waited);
    semaphore.release(2);
    expect(await acquired).toBe(3);
    expect(semaphore.value).toBe(0);
  });

  test('P7 of racing releases exactly as many pass as there is room for', async () => {
    const semaphore = new Semaphore(0, { max: 500 });
    const users = await startUsers(3);
    const passed = await Promise.all(users.map(({ call }) => call.releaseUntilFull(semaphore)));
    expect(passed.reduce((a, b) => a + b)).toBe(500);
    expect(countOf(semaphore)).toBe(500);
  });

  test('P6 staged releases give exactly that many passes', async () => {
    const semaphore = new Semaphore(2);
    const words = sharedWords();
    const users = await startUsers(3);
    const passes = users.map(({ call }) => call.pass(semaphore, words));
    let total = 2;
    for (const more of [0, 1, 4, 2]) {
      semaphore.release(more);
      total += more;
      await eventually(() => Atomics.load(words, 0) >= total);
      await waitersAre(3, semaphore);
      expect(Atomics.load(words, 0)).toBe(total); // 2, 3, 7, 9
      expect(semaphore.value).toBe(0);
    }
    Atomics.store(words, 0, 1 << 20);
    semaphore.release(3);
    await Promise.all(passes);
    expect(countOf(semaphore)).toBe(0);
  });
});

describe('Semaphore: holding', () => {
  test('P4 six permits, twelve users: never more than six inside, and all finish', async () => {
    const semaphore = new Semaphore(6, { max: 6 });
    const words = sharedWords();
    const [a, b, c] = await startUsers(3);
    const most = await Promise.all([
      a!.call.hold(semaphore, words, 100),
      b!.call.hold(semaphore, words, 100),
      c!.call.holdAsync(semaphore, words, 100, 5),
      holdAsync(semaphore, words, 100, 5),
    ]);
    expect(Math.max(...most)).toBeLessThanOrEqual(6);
    expect(countOf(semaphore)).toBe(6);
  });

  test('M1 one permit is a lock: plain increments add up', async () => {
    const semaphore = new BinarySemaphore(1);
    const words = sharedWords();
    const users = await startUsers(3);
    await Promise.all(users.map(({ call }) => call.increment(semaphore, words, 1000)));
    expect(words[0]).toBe(3000);
    expect(countOf(semaphore)).toBe(1);
  });

  test('tryAcquire is never spurious: what is there can be had, whatever others do', async () => {
    const semaphore = new Semaphore(10);
    const users = await startUsers(3);
    const busy = Promise.all(users.map(({ call }) => call.hold(semaphore, sharedWords(), 300)));
    let running = true;
    void busy.finally(() => (running = false));
    let tries = 0;
    while (running) {
      for (let i = 0; i < 500; i++) {
        const permit = semaphore.tryAcquire(7); // three others hold one each at most
        if (!permit) expect.fail(`try ${tries + i} found ${semaphore.value}`);
        permit.release();
      }
      tries += 500;
      await new Promise(setImmediate);
    }
    await busy;
    expect(countOf(semaphore)).toBe(10);
    expect(inspect().agents.length).toBeGreaterThan(3);
  });
});
