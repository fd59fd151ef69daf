/** Several mutexes at once, in opposite orders. */
import { expect, test } from 'vitest';
import { lock, Mutex, ScopedLock } from '../../dist/index.js';
import { explore, type Model } from '../../dist/testing/index.js';

interface Shared {
  readonly a: Mutex;
  readonly b: Mutex;
  readonly c: Mutex;
}

const setup = (): Shared => ({ a: new Mutex(), b: new Mutex(), c: new Mutex() });

const model = (...threads: Model<Shared>['threads']): Model<Shared> => ({ setup, threads });

test('one after the other, in opposite orders: a deadlock is found', async () => {
  const naive = model(
    ({ a, b }) => a.withLock(() => b.withLock(() => {})),
    ({ a, b }) => b.withLock(() => a.withLock(() => {})),
  );
  await expect(explore(naive)).rejects.toMatchObject({ verdict: 'deadlock' });
});

test('lock and ScopedLock, in opposite orders: none', async () => {
  const { complete } = await explore(
    model(
      ({ a, b }) => {
        lock(a, b);
        a.unlock();
        b.unlock();
      },
      ({ a, b }) => new ScopedLock(b, a)[Symbol.dispose](),
    ),
    { preemptions: 3 },
  );
  expect(complete).toBe(true);
});

test('three that share one with each neighbour, as philosophers do: none', async () => {
  const { complete } = await explore(
    model(
      ({ a, b }) => new ScopedLock(a, b)[Symbol.dispose](),
      ({ b, c }) => new ScopedLock(b, c)[Symbol.dispose](),
      ({ a, c }) => new ScopedLock(c, a)[Symbol.dispose](),
    ),
    { preemptions: 1 },
  );
  expect(complete).toBe(true);
});
