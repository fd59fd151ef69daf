/** Partial order reduction against the plain search: fewer schedules, and everything that can come out. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { explore, ExplorationError, type ExploreOptions } from 'crossthread/testing';
import { isDeep } from '../explored/depth.ts';
import { count, crew, lock, unlock, words } from './models.ts';

const WORDS = 2;
const KINDS = ['load', 'add', 'store', 'cas', 'notify', 'wait', 'task'] as const;

interface Instruction {
  readonly kind: (typeof KINDS)[number];
  readonly word: number;
  readonly value: number;
}

const instruction: fc.Arbitrary<Instruction> = fc.record({
  kind: fc.constantFrom(...KINDS),
  word: fc.nat(WORDS - 1),
  value: fc.nat(1),
});
const programs = fc.array(fc.array(instruction, { minLength: 1, maxLength: isDeep ? 3 : 2 }), {
  minLength: 2,
  maxLength: 3,
});

/** Runs `program`, what it may await included, and adds up what it sees in an order of its own. */
function body(program: readonly Instruction[], thread: number) {
  const note = (shared: Int32Array, seen: number | string): void => {
    const digit = ['ok', 'not-equal', 'timed-out'].indexOf(String(seen)) + 5;
    const at = WORDS + thread;
    Atomics.store(shared, at, Atomics.load(shared, at) * 16 + (digit === 4 ? Number(seen) : digit));
  };
  return (shared: Int32Array): void | Promise<void> => {
    const tasks: Promise<void>[] = [];
    for (const { kind, word, value } of program) {
      if (kind === 'load') note(shared, Atomics.load(shared, word));
      else if (kind === 'add') note(shared, Atomics.add(shared, word, value));
      else if (kind === 'store') Atomics.store(shared, word, value);
      else if (kind === 'cas') note(shared, Atomics.compareExchange(shared, word, value, 2));
      else if (kind === 'notify') note(shared, Atomics.notify(shared, word, 1 + value));
      else if (kind === 'wait') note(shared, Atomics.wait(shared, word, value, 5));
      else {
        const task = Promise.resolve(Atomics.waitAsync(shared, word, value, 5).value);
        tasks.push(task.then((how) => note(shared, how)));
      }
    }
    if (tasks.length > 0) return Promise.all(tasks).then(() => undefined);
  };
}

async function endsOf(
  threads: readonly (readonly Instruction[])[],
  options: ExploreOptions,
): Promise<{ ends: string[]; schedules: number }> {
  const ends = new Set<string>();
  const { complete, schedules } = await explore(
    {
      setup: words(WORDS + threads.length),
      threads: threads.map(body),
      check: (shared, { killed }) => void ends.add(`${shared.join()} ${killed.join()}`),
    },
    options,
  );
  expect(complete).toBe(true);
  return { ends: [...ends].toSorted(), schedules };
}

describe('partial order reduction', () => {
  const budgets = fc.constantFrom<ExploreOptions>(
    {},
    { timeouts: 1 },
    { spurious: 1 },
    { kills: 1 },
  );
  test.prop([programs, budgets], { numRuns: isDeep ? 600 : 150 })(
    'finds every end that the plain search finds',
    async (threads, moves) => {
      const all = await endsOf(threads, moves);
      const reduced = await endsOf(threads, { ...moves, strategy: 'dpor' });
      expect(reduced.ends).toEqual(all.ends);
    },
  );

  it('runs one schedule where nothing conflicts', async () => {
    const alone = (thread: number) => (shared: Int32Array) => {
      for (let i = 0; i < 3; i++) Atomics.add(shared, thread, 1);
    };
    const threads = [alone(0), alone(1), alone(2)];
    const result = await explore({ setup: words(3), threads }, { strategy: 'dpor' });
    expect(result).toMatchObject({ schedules: 1, complete: true });
  });

  it('runs two where one pair of steps conflicts', async () => {
    const alone = (thread: number) => (shared: Int32Array) => {
      for (let i = 0; i < 3; i++) Atomics.add(shared, thread, 1);
      Atomics.store(shared, 2, thread);
    };
    const threads = [alone(0), alone(1)];
    const result = await explore({ setup: words(3), threads }, { strategy: 'dpor' });
    expect(result).toMatchObject({ schedules: 2, complete: true });
  });

  it('reads do not conflict', async () => {
    const read = (shared: Int32Array) => void Atomics.load(shared, 0);
    const threads = [read, read, read];
    const result = await explore({ setup: words(1), threads }, { strategy: 'dpor' });
    expect(result).toMatchObject({ schedules: 1, complete: true });
  });

  it('needs a small part of the schedules of a mutex, and finds what breaks it', async () => {
    const body = (shared: Int32Array) => {
      lock(shared);
      count(shared, 1);
      unlock(shared);
    };
    const twice = (shared: Int32Array) => {
      body(shared);
      body(shared);
    };
    const model = { setup: words(2), threads: [twice, twice] };
    const all = await explore(model, { stateCache: false });
    const reduced = await explore(model, { strategy: 'dpor' });
    expect(reduced.complete).toBe(true);
    expect(reduced.schedules).toBeLessThan(all.schedules / 10);

    const threads = crew(3, (shared: Int32Array) => {
      while (Atomics.load(shared, 0) !== 0); // looks, and then takes
      Atomics.store(shared, 0, 1);
      if (Atomics.add(shared, 1, 1) !== 0) throw new Error('two are inside');
      Atomics.sub(shared, 1, 1);
      Atomics.store(shared, 0, 0);
    });
    const search = explore({ setup: words(2), threads }, { strategy: 'dpor' });
    await expect(search).rejects.toThrow(ExplorationError);
  });

  it('refuses what it cannot respect', async () => {
    const model = { setup: words(1), threads: [() => undefined] };
    for (const options of [{ preemptions: 1 }, { iterative: true }]) {
      await expect(explore(model, { ...options, strategy: 'dpor' })).rejects.toThrow(RangeError);
    }
    const watched = { ...model, invariant: () => undefined };
    await expect(explore(watched, { strategy: 'dpor' })).rejects.toThrow(/`invariant`/);
  });
});
