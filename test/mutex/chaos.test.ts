/** P3: threads die at random moments while all hammer one mutex. Nobody who lives gets stuck. */
import { Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { ownerDied } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { eventually, sleep } from '../support/time.ts';
import { waitersFor } from '../support/waiters.ts';
import { startWorker, type TestWorker } from '../support/worker.ts';
import { A, B, DOOMED, LENGTH, PROGRESS, STOP, VIOLATIONS } from './survivor.mjs';

const deaths = { quick: 12, deep: 60, nightly: 1000 }[process.env['CROSSTHREAD_DEPTH'] ?? ''] ?? 12;
const POPULATION = 5;

type Survivor = TestWorker<typeof import('./survivor.mjs')>;

interface Living {
  readonly worker: Survivor;
  readonly life: Promise<unknown>;
}

describe.each(['eventual', 'fifo'] as const)('Mutex, %s: chaos', (fairness) => {
  test(`P3 ${deaths} deaths at random moments: all others go on`, async () => {
    const mutex = new Mutex({ fairness });
    const words = sharedWords(LENGTH);
    const beget = async (place: number): Promise<Living> => {
      const worker = await startWorker<typeof import('./survivor.mjs')>(
        './survivor.mjs',
        import.meta.url,
      );
      const life = worker.call.live(mutex, words, place);
      life.catch(() => {});
      return { worker, life };
    };
    const living = await Promise.all(Array.from({ length: POPULATION }, (_, i) => beget(i)));

    const progress = (): number[] =>
      living.map((_, place) => Atomics.load(words, PROGRESS + place));
    const allGoOn = async (): Promise<void> => {
      const before = progress();
      await eventually(() => progress().every((now, place) => now > before[place]!));
    };

    for (let death = 0; death < deaths; death++) {
      await allGoOn();
      await sleep(Math.random() * 20);
      const place = death % POPULATION;
      const { worker } = living[place]!;
      if (death % 3 === 0) {
        Atomics.store(words, DOOMED, worker.agent);
        await worker.ended;
      } else {
        await worker.terminate();
      }
      living[place] = await beget(place);
    }
    await allGoOn();

    Atomics.store(words, STOP, 1);
    await Promise.all(living.map(({ life }) => life));
    const guard = await mutex.lockAsync().catch((error: unknown) => {
      expect(error).toEqual(ownerDied);
      return mutex.recover(() => (words[B] = words[A]!));
    });
    expect(words[VIOLATIONS]).toBe(0);
    expect(words[A]).toBe(words[B]);
    guard.unlock();
    expect(mutex.isLocked).toBe(false);
    expect(waitersFor(mutex)).toBe(0);
  });
});
