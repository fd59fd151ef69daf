import { Barrier } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { eventually } from '../support/time.ts';
import { waitersAre } from '../support/waiters.ts';
import { startWorkers } from '../support/worker.ts';

const startMany = (n: number) =>
  startWorkers<typeof import('./arriver.mjs')>(n, './arriver.mjs', import.meta.url);

describe('Barrier: a participant dies', () => {
  test.each(['arriveAndWait', 'arriveAndWaitAsync'] as const)(
    'who waits in %s finds the barrier broken',
    async (form) => {
      const barrier = new Barrier(3);
      const [victim, other] = await startMany(2);
      const met = [victim!.call.arriveAndWait(barrier), other!.call.arriveAndWait(barrier)];
      await barrier.arriveAndWaitAsync();
      await Promise.all(met);
      const waiting = [
        expect(other!.call[form](barrier)).rejects.toMatchObject({ name: 'BrokenBarrierError' }),
        expect(barrier.arriveAndWaitAsync()).rejects.toMatchObject({ code: 'broken_barrier' }),
      ];
      await waitersAre(2, barrier);
      await victim!.terminate();
      await Promise.all(waiting);
      expect(barrier.isBroken).toBe(true);
    },
  );

  test('who arrives after the death is told as well', async () => {
    const barrier = new Barrier(2);
    const [victim, other] = await startMany(2);
    const met = victim!.call.arriveAndWait(barrier);
    await other!.call.arriveAndWait(barrier);
    await met;
    await victim!.terminate();
    await expect(other!.call.arriveAndWait(barrier)).rejects.toThrow(
      'Barrier: a thread that was to arrive is dead',
    );
  });

  test('two tasks of it were expected, and one has arrived', async () => {
    const barrier = new Barrier(3);
    const [victim, other] = await startMany(2);
    const met = [
      victim!.call.arriveAndWaitAsync(barrier),
      victim!.call.arriveAndWaitAsync(barrier),
      other!.call.arriveAndWait(barrier),
    ];
    await Promise.all(met);
    await victim!.call.arrive(barrier);
    const waiting = expect(other!.call.arriveAndWait(barrier)).rejects.toMatchObject({
      name: 'BrokenBarrierError',
    });
    await waitersAre(1, barrier);
    await victim!.terminate();
    await waiting;
  });

  test('its arrival in this phase stays counted', async () => {
    const barrier = new Barrier(3);
    const [victim, other] = await startMany(2);
    const met = [victim!.call.arriveAndWait(barrier), other!.call.arriveAndWait(barrier)];
    await barrier.arriveAndWaitAsync();
    await Promise.all(met);
    await victim!.call.arrive(barrier);
    const waiting = other!.call.arriveAndWait(barrier);
    await waitersAre(1, barrier);
    await victim!.terminate();
    barrier.arriveAndWait();
    await waiting;
    expect(barrier.isBroken).toBe(false);
  });

  test('one that has dropped out is not missed', async () => {
    const barrier = new Barrier(3);
    const [victim, other] = await startMany(2);
    const met = [victim!.call.arriveAndWait(barrier), other!.call.arriveAndWait(barrier)];
    await barrier.arriveAndWaitAsync();
    await Promise.all(met);
    await victim!.call.marchAndDrop(barrier, 1);
    await victim!.terminate();
    for (let phase = 0; phase < 3; phase++) {
      const waiting = other!.call.arriveAndWait(barrier);
      await waitersAre(1, barrier);
      barrier.arriveAndWait();
      await waiting;
    }
  });

  test('in its completion: the phase never ends', async () => {
    const barrier = new Barrier(2);
    const words = sharedWords();
    const [victim, other] = await startMany(2);
    const waiting = expect(other!.call.complete(barrier, '')).rejects.toMatchObject({
      name: 'BrokenBarrierError',
    });
    await waitersAre(1, barrier);
    const lost = expect(victim!.call.hang(barrier, words)).rejects.toThrow('ended');
    await eventually(() => Atomics.load(words, 0) === 1);
    await victim!.terminate();
    await Promise.all([lost, waiting]);
  });
});

test('Barrier: who arrives when the one that was to end the phase is dead finds it broken', async () => {
  const barrier = new Barrier(2, () => {});
  const words = sharedWords();
  const [victim] = await startMany(1);
  barrier.arrive();
  const lost = expect(victim!.call.hang(barrier, words)).rejects.toThrow('ended');
  await eventually(() => Atomics.load(words, 0) === 1);
  expect(() => barrier.arrive()).toThrow('Barrier: arrive(1) with 0 to come');
  await victim!.terminate();
  await lost;
  expect(() => barrier.arrive()).toThrow('Barrier: a thread that was to arrive is dead');
  expect(barrier.isBroken).toBe(true);
});

test('Barrier: where one has left long ago there is room for another', async () => {
  const barrier = new Barrier(2);
  const [stays] = await startMany(1);
  for (let i = 0; i < 5; i++) {
    const [passing] = await startMany(1);
    for (let phase = 0; phase < 2; phase++) {
      const met = stays!.call.arriveAndWait(barrier);
      await passing!.call.arriveAndWait(barrier);
      await met;
    }
    barrier.arrive(); // in its place, while it is there: nobody waits for it in vain
    await stays!.call.arriveAndWait(barrier);
    await passing!.terminate();
  }
  const roll = wordsOf(barrier).slice(4);
  const used = roll.findLastIndex((word) => word !== 0);
  expect(used).toBeLessThan(4 * 5); // this thread, the one that stays, the last, and one at most beside
});
