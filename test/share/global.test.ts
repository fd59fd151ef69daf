import { ConditionVariable, ConditionVariableAny, Latch, Mutex, Semaphore } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { isSame } from '../support/same.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

expectNoRescues();

type Receiver = typeof import('./receiver.mjs');
const start = () => startWorker<Receiver>('./receiver.mjs', import.meta.url);

describe('global', () => {
  test('one object for a key, named after it; another for another', () => {
    const made = {
      mutex: Mutex.global('the mutex', { fairness: 'fifo' }),
      condition: ConditionVariable.global('the condition', { name: 'not used' }),
      any: ConditionVariableAny.global('any condition'),
      semaphore: Semaphore.global('the semaphore', 2, { max: 5 }),
      latch: Latch.global('the latch', 3),
    };
    expect(isSame(Mutex.global('the mutex'), made.mutex)).toBe(true);
    expect(isSame(ConditionVariable.global('the condition'), made.condition)).toBe(true);
    expect(isSame(ConditionVariableAny.global('any condition'), made.any)).toBe(true);
    expect(isSame(Latch.global('the latch', 3), made.latch)).toBe(true);
    expect(made.mutex.name).toBe('the mutex');
    expect(made.condition.name).toBe('the condition');
    expect(isSame(Mutex.global('another'), made.mutex)).toBe(false);
  });

  test('the first to ask decides what it is made with', () => {
    const semaphore = Semaphore.global('of two', 2, { max: 5 });
    expect(isSame(Semaphore.global('of two', 4, { max: 9 }), semaphore)).toBe(true);
    expect(semaphore.value).toBe(2);
    expect(semaphore.max).toBe(5);
  });

  test('other threads find it by its key', async () => {
    const semaphore = Semaphore.global('found', 0);
    const receiver = await start();
    await receiver.call.releaseGlobal('found');
    expect(semaphore.value).toBe(1);
    await receiver.call.releaseGlobal('made elsewhere');
    expect(Semaphore.global('made elsewhere', 7).value).toBe(1);
  });

  test('another class under the key is refused, here and there', async () => {
    Mutex.global('a mutex');
    expect(() => Latch.global('a mutex', 1)).toThrow(TypeError);
    expect(() => Latch.global('a mutex', 1)).toThrow("global 'a mutex' is a Mutex, not a Latch");
    expect(() => Semaphore.global('a mutex', 1)).toThrow(TypeError);
    ConditionVariable.global('a condition');
    expect(() => ConditionVariableAny.global('a condition')).toThrow(TypeError);
    const receiver = await start();
    await expect(receiver.call.globalOf('a mutex', 'Latch')).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError' }),
    );
    expect(await receiver.call.globalOf('a mutex', 'Mutex')).toBe('a mutex');
  });

  test.each([undefined, null, 1, Symbol('key'), {}])('a key that is no string: %s', (key) => {
    expect(() => Mutex.global(key as never)).toThrow(TypeError);
    expect(() => Semaphore.global(key as never, 1)).toThrow(TypeError);
  });

  test('racing threads get one object each time', async () => {
    const keys = Array.from({ length: 100 }, (_, i) => `raced for ${i}`);
    const words = sharedWords(keys.length);
    const racers = await startWorkers<Receiver>(4, './receiver.mjs', import.meta.url);
    const go = new Latch(racers.length);
    const places = await Promise.all(
      racers.map(({ call }) => call.raceForGlobals(go, keys, words)),
    );
    expect(words.every((word) => word === racers.length)).toBe(true);
    for (const each of places) expect(each).toEqual(places[0]);
    expect(new Set(places[0]).size).toBe(keys.length);
    expect(keys.map((key) => Mutex.global(key).byteOffset)).toEqual(places[0]);
  });

  test('many, with keys of all kinds: none is taken for another', async () => {
    const long = 'x'.repeat(20_000);
    const keys = [
      ...Array.from({ length: 1500 }, (_, i) => `number ${i}`),
      '',
      ' ',
      '\0',
      '\0\0',
      '__proto__',
      'constructor',
      'é', // composed
      'e\u0301', // and not
      '鍵',
      '🔒',
      '\uD83D', // half of it
      '\uDD12',
      long,
      `${long}x`,
      `${long}y`,
    ];
    const places = keys.map((key) => Mutex.global(key).byteOffset);
    expect(new Set(places).size).toBe(keys.length);
    expect(keys.map((key) => Mutex.global(key).byteOffset)).toEqual(places);
    const receiver = await start();
    expect(await receiver.call.placesOfGlobals(keys)).toEqual(places);
  });

  test('when there is no more room, the call says so, and what there is stays', async () => {
    expect(await runProcess('./many-globals.mjs', import.meta.url)).toEqual({
      code: 0,
      signal: null,
      stdout: 'resource_unavailable_try_again\nresource_unavailable_try_again\nstill there\n',
      stderr: '',
    });
  });
});
