import { getEventListeners } from 'node:events';
import { type ArrivalToken, attach, Barrier } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError, timedOut } from '../support/errors.ts';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { marchAsync } from './arriver.mjs';

expectNoRescues();

type Arriver = typeof import('./arriver.mjs');
const start = () => startWorker<Arriver>('./arriver.mjs', import.meta.url);
const startMany = (n: number) => startWorkers<Arriver>(n, './arriver.mjs', import.meta.url);

const wrong = syncError('invalid_argument');
/** STATE alone: the roll remembers who tried. */
const stateOf = (barrier: Barrier): number | undefined => wordsOf(barrier)[0];

describe('Barrier: phases', () => {
  test('B1 arrive and wait five times, together three times, and drop: eight phases', async () => {
    const barrier = new Barrier(2);
    const other = await start();
    for (let i = 0; i < 5; i++) {
      await other.call.arrive(barrier);
      const token = barrier.arrive();
      barrier.wait(token);
      await other.call.wait(barrier);
    }
    for (let i = 0; i < 3; i++) {
      const met = other.call.arriveAndWait(barrier);
      await barrier.arriveAndWaitAsync();
      await met;
    }
    barrier.arriveAndDrop();
    await other.call.arriveAndWait(barrier);
    await other.call.arriveAndWait(barrier); // alone by now
  });

  test('B3 a token of a phase that is over waits for nothing, as often as one likes', () => {
    const barrier = new Barrier(2);
    const token = barrier.arrive();
    barrier.arrive();
    for (let i = 0; i < 3; i++) barrier.wait(token);
  });

  test('nobody is let through before all are there, blocked or awaiting, phase after phase', async () => {
    const barrier = new Barrier(4);
    const words = sharedWords(200);
    const [a, b, c] = await startMany(3);
    const seen = await Promise.all([
      a!.call.march(barrier, words),
      b!.call.march(barrier, words),
      c!.call.marchAsync(barrier, words),
      marchAsync(barrier, words),
    ]);
    for (const each of seen) expect(each).toEqual(Array.from({ length: 200 }, () => 4));
  });

  test('tasks of one thread are participants like any', async () => {
    const barrier = new Barrier(3);
    const words = sharedWords(20);
    const marching = [1, 2, 3].map(() => marchAsync(barrier, words));
    for (const seen of await Promise.all(marching))
      expect(seen).toEqual(Array.from({ length: 20 }, () => 3));
  });

  test('many arrivals at once', async () => {
    const barrier = new Barrier(5);
    const other = await start();
    const met = other.call.arriveAndWait(barrier);
    await waitersAre(1, barrier);
    barrier.wait(barrier.arrive(4));
    await met;
  });

  test('B6 who drops out is not expected any more', async () => {
    const barrier = new Barrier(3);
    const [a, b] = await startMany(2);
    barrier.arriveAndDrop();
    for (let i = 0; i < 3; i++)
      await Promise.all([a!.call.arriveAndWait(barrier), b!.call.arriveAndWait(barrier)]);
    const dropped = a!.call.marchAndDrop(barrier, 3);
    for (let i = 0; i < 5; i++) await b!.call.arriveAndWait(barrier);
    await dropped;
    await b!.call.marchAndDrop(barrier, 1);
    expect(() => barrier.arrive()).toThrow('Barrier: arrive(1) with 0 to come');
  });

  test('more threads than are expected: every arrival counts, in one phase', async () => {
    const barrier = new Barrier(1);
    const times = 100_000;
    const arrivers = await startMany(3);
    await Promise.all(arrivers.map(({ call }) => call.arriveOften(barrier, times)));
    const PHASE = 1; // of the words: it is raised before a phase ends
    expect(wordsOf(barrier)[PHASE]).toBe(3 * times - 1);
    barrier.wait(barrier.arrive());
  });

  test('a barrier of one lets through; of none, nobody can arrive', () => {
    const alone = new Barrier(1);
    for (let i = 0; i < 3; i++) alone.arriveAndWait();
    expect(() => new Barrier(0).arriveAndWait()).toThrow(wrong);
  });

  test('as many as can be counted', () => {
    expect(Barrier.MAX).toBe(4095);
    const barrier = new Barrier(Barrier.MAX);
    const token = barrier.arrive(Barrier.MAX - 1);
    barrier.arriveAndWait();
    barrier.wait(token);
    expect(() => new Barrier(Barrier.MAX + 1)).toThrow(RangeError);
  });
});

describe('Barrier: completions', () => {
  test('B2 one runs at the end of each phase, in the last to arrive', () => {
    const seen: number[] = [];
    let count = 0;
    const barrier = new Barrier(2, () => seen.push(count));
    for (let i = 0; i < 3; i++) {
      barrier.arrive();
      count += 2;
      barrier.arriveAndWait();
    }
    barrier.arrive();
    count++;
    barrier.arriveAndDrop();
    barrier.arriveAndWait();
    expect(seen).toEqual([2, 4, 6, 7, 7]);
  });

  test('B4 each phase is completed once, before anybody is let through', async () => {
    const phases = 100;
    const barrier = new Barrier(3);
    const words = sharedWords(phases);
    const completed = sharedWords();
    const arrivers = await startMany(3);
    await Promise.all(arrivers.map(({ call }) => call.completes(barrier)));
    const all = await Promise.all(
      arrivers.map(({ call }) => call.marchCompleting(barrier, words, completed)),
    );
    for (const { seen } of all)
      expect(seen).toEqual(Array.from({ length: phases }, (_, phase) => phase + 1));
    expect(all.reduce((sum, { own }) => sum + own, 0)).toBe(phases);
  });

  test('B5 one that throws breaks the barrier: for who arrived last with the cause, for all', async () => {
    const cause = new RangeError('not today');
    const barrier = new Barrier(3, () => {
      throw cause;
    });
    const arrivers = await startMany(2);
    const waiting = arrivers.map(({ call }) =>
      expect(call.complete(barrier, '')).rejects.toMatchObject({ name: 'BrokenBarrierError' }),
    );
    await waitersAre(2, barrier);
    let thrown: unknown;
    try {
      barrier.arriveAndWait();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'broken_barrier', cause });
    await Promise.all(waiting);
    expect(barrier.isBroken).toBe(true);
  });

  test('one that is async breaks it too', () => {
    const barrier = new Barrier(1, async () => {});
    expect(() => barrier.arrive()).toThrow('its completion threw');
    expect(barrier.isBroken).toBe(true);
  });

  test('a thread without one may not arrive where others have one', async () => {
    const barrier = new Barrier(2, () => {});
    const other = await start();
    const before = wordsOf(barrier);
    await expect(other.call.arrive(barrier)).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(wordsOf(barrier)).toEqual(before);
    await other.call.completes(barrier);
    const met = other.call.arriveAndWait(barrier);
    await barrier.arriveAndWaitAsync();
    await met;
  });

  test('in one, to arrive or to wait is refused, and the phase goes on', () => {
    const errors: unknown[] = [];
    const tries: (() => void)[] = [];
    const barrier = new Barrier(2, () => {
      for (const attempt of tries) {
        try {
          attempt();
        } catch (error) {
          errors.push(error);
        }
      }
    });
    const token = barrier.arrive();
    tries.push(
      () => barrier.arrive(),
      () => barrier.arriveAndDrop(),
      () => barrier.wait(token),
    );
    barrier.arriveAndWait();
    expect(errors).toEqual([wrong, wrong, syncError('resource_deadlock_would_occur')]);
    barrier.wait(token);
  });
});

describe('Barrier: tokens', () => {
  test('B7 of another barrier, or two phases old: refused', async () => {
    const barrier = new Barrier(1);
    const token = barrier.arrive();
    barrier.wait(token);
    expect(() => new Barrier(1).wait(token)).toThrow('the token is of another barrier');
    barrier.arrive();
    expect(() => barrier.wait(token)).toThrow('Barrier: the token is 2 phases old');
    await expect(barrier.waitAsync(token)).rejects.toThrow(wrong);
  });

  test('B7 however many phases old', () => {
    const barrier = new Barrier(1);
    const tokens: ArrivalToken[] = [];
    for (let phase = 0; phase < 100; phase++) {
      tokens.push(barrier.arrive());
      for (const old of tokens.slice(0, -2)) expect(() => barrier.wait(old)).toThrow(wrong);
    }
    barrier.wait(tokens.at(-1)!);
  });

  test('they stay in their thread', () => {
    const token = new Barrier(1).arrive();
    expect(() => structuredClone(token)).toThrow(
      expect.objectContaining({ name: 'DataCloneError' }) as Error,
    );
  });
});

describe('Barrier: awaited', () => {
  test('a wait that is given up has still arrived', async () => {
    const barrier = new Barrier(2);
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = barrier.arriveAndWaitAsync({ signal });
    await waitersAre(1, barrier);
    controller.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(waitersFor(barrier)).toBe(0);
    barrier.arriveAndWait(); // it is the second
    await expect(barrier.arriveAndWaitAsync({ timeout: 5 })).rejects.toThrow(timedOut);
    barrier.arriveAndWait();
  });

  test('a signal that is aborted already, or a bad option: nothing has arrived', async () => {
    const barrier = new Barrier(2);
    const before = wordsOf(barrier);
    const signal = AbortSignal.abort(new Error('before'));
    await expect(barrier.arriveAndWaitAsync({ signal })).rejects.toThrow('before');
    await expect(barrier.arriveAndWaitAsync({ timeout: NaN })).rejects.toThrow(RangeError);
    expect(wordsOf(barrier)).toEqual(before);
  });

  test('a thread blocks while a task of it waits for the same phase', async () => {
    const barrier = new Barrier(3);
    const other = await start();
    const task = barrier.arriveAndWaitAsync();
    const met = other.call.arriveAndWait(barrier);
    barrier.arriveAndWait();
    await Promise.all([task, met]);
  });
});

describe('Barrier: abort', () => {
  test('all that wait, blocked or awaiting, and all that come later find it broken', async () => {
    const barrier = new Barrier(4);
    const [a, b] = await startMany(2);
    const isBroken = expect.objectContaining({
      name: 'BrokenBarrierError',
      code: 'broken_barrier',
    }) as Error;
    const waiting = [
      expect(a!.call.arriveAndWait(barrier)).rejects.toThrow('is broken'),
      expect(b!.call.arriveAndWaitAsync(barrier)).rejects.toThrow('is broken'),
      expect(barrier.arriveAndWaitAsync()).rejects.toThrow(isBroken),
    ];
    await waitersAre(3, barrier);
    expect(barrier.isBroken).toBe(false);
    barrier.abort();
    await Promise.all(waiting);
    barrier.abort();
    expect(barrier.isBroken).toBe(true);
    expect(() => barrier.arrive()).toThrow(isBroken);
    expect(() => barrier.arriveAndDrop()).toThrow(isBroken);
    expect(() => barrier.arriveAndWait()).toThrow(isBroken);
    await expect(a!.call.arrive(barrier)).rejects.toThrow('is broken');
  });

  test('who waits for a phase that is over is let through all the same', () => {
    const barrier = new Barrier(1);
    const token = barrier.arrive();
    barrier.abort();
    barrier.wait(token);
  });

  test('in a completion: it is broken for who runs that, too', () => {
    const barrier = new Barrier(1, () => barrier.abort());
    expect(() => barrier.arrive()).toThrow('Barrier is broken');
  });
});

describe('Barrier: misuse changes nothing', () => {
  const bad = <T>(value: unknown): T => value as T;

  test('arguments', async () => {
    const barrier = new Barrier(3);
    const before = wordsOf(barrier);
    for (const n of [0, -1, 0.5, NaN, 4096]) expect(() => barrier.arrive(n)).toThrow(RangeError);
    expect(() => barrier.arrive(bad('1'))).toThrow(TypeError);
    expect(() => barrier.onCompletion(bad(undefined))).toThrow(TypeError);
    expect(() => new Barrier(1, bad('fn'))).toThrow(TypeError);
    for (const token of [undefined, null, {}, 1]) {
      expect(() => barrier.wait(bad(token))).toThrow('`token` must be an ArrivalToken');
      await expect(barrier.waitAsync(bad(token))).rejects.toThrow(TypeError);
    }
    for (const expected of [-1, 0.5, NaN]) expect(() => new Barrier(expected)).toThrow(RangeError);
    expect(wordsOf(barrier)).toEqual(before);
  });

  test('more arrivals than are to come', () => {
    const barrier = new Barrier(3);
    barrier.arrive(2);
    const before = stateOf(barrier);
    expect(() => barrier.arrive(2)).toThrow('Barrier: arrive(2) with 1 to come');
    expect(() => barrier.arrive(2)).toThrow(wrong);
    expect(stateOf(barrier)).toBe(before);
  });

  test('where no barrier was written there is none', () => {
    const memory = new SharedArrayBuffer(Barrier.BYTE_LENGTH);
    expect(() => Barrier.at(memory)).toThrow(wrong);
    expect(() => Barrier.at(new SharedArrayBuffer(16))).toThrow(RangeError);
    Barrier.init(memory, 0, 1).arriveAndWait();
    expect(Barrier.at(memory)).toBe(Barrier.at(memory));
  });
});

test('one memory is one barrier, by whatever way it came', async () => {
  const barrier = Barrier.global('everybody', 2);
  expect(Barrier.global('everybody', 7)).toBe(barrier);
  expect(attach<{ barrier: Barrier }>(structuredClone({ barrier })).barrier).toBe(barrier);
  const other = await start();
  const met = other.call.arriveAndWait(barrier);
  await barrier.arriveAndWaitAsync();
  await met;
});
