/** Several mutexes at once, in opposite orders. */
import { describe, expect, test } from 'vitest';
import { lock, lockAsync, Mutex, ScopedLock } from '../../dist/index.js';
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

describe('with a lockable of somebody else', () => {
  /** A mutex that does not say whose it is. */
  class Foreign {
    readonly #mutex: Mutex;
    constructor(mutex: Mutex) {
      this.#mutex = mutex;
    }
    lock(): void {
      this.#mutex.lock();
    }
    async lockAsync(): Promise<void> {
      await this.#mutex.lockAsync();
    }
    tryLock(): boolean {
      return this.#mutex.tryLock() !== null;
    }
    unlock(): void {
      this.#mutex.unlock();
    }
  }

  const leave = ({ a, b }: Shared): void => {
    a.unlock();
    b.unlock();
  };

  test('lock, in opposite orders: both come in', async () => {
    const { complete } = await explore(
      model(
        (shared) => {
          lock(shared.a, new Foreign(shared.b));
          leave(shared);
        },
        (shared) => {
          lock(new Foreign(shared.a), shared.b);
          leave(shared);
        },
      ),
      { preemptions: 2 },
    );
    expect(complete).toBe(true);
  });

  test('lockAsync, in opposite orders: both come in', async () => {
    const { complete } = await explore(
      model(
        async (shared) => {
          await lockAsync([shared.a, new Foreign(shared.b)]);
          leave(shared);
        },
        async (shared) => {
          await lockAsync([new Foreign(shared.a), shared.b]);
          leave(shared);
        },
      ),
      { preemptions: 2 },
    );
    expect(complete).toBe(true);
  });
});
