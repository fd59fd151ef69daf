/** Partial order reduction against the plain search: fewer schedules, and everything that can come out. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  anyTimeSignal,
  explore,
  ExplorationError,
  type ExploreOptions,
  ExplorerHistory,
} from 'crossthread/testing';
import { isDeep } from '../explored/depth.ts';
import { count, crew, lock, unlock, words } from './models.ts';

const WORDS = 2;
const KINDS = ['load', 'add', 'store', 'cas', 'notify', 'wait', 'task', 'signal'] as const;

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
function body(program: readonly Instruction[], thread: number, history?: ExplorerHistory) {
  const note = (shared: Int32Array, seen: number | string): void => {
    const digit = ['ok', 'not-equal', 'timed-out'].indexOf(String(seen)) + 5;
    const at = WORDS + thread;
    Atomics.store(shared, at, Atomics.load(shared, at) * 16 + (digit === 4 ? Number(seen) : digit));
  };
  const run = <T>(kind: string, act: () => T): T =>
    history ? (history.record(kind, thread, act) as T) : act();
  return (shared: Int32Array): void | Promise<void> => {
    const tasks: Promise<void>[] = [];
    for (const { kind, word, value } of program) {
      if (kind === 'signal') {
        const aborted = (): void => note(shared, Atomics.exchange(shared, word, value));
        anyTimeSignal().addEventListener('abort', aborted); // comes while a task is waited for, if at all
      } else if (kind === 'task') {
        const wait = async () => Atomics.waitAsync(shared, word, value, 5).value;
        tasks.push(run(kind, wait).then((how) => note(shared, how)));
      } else {
        const seen = run(kind, () => perform(shared, kind, word, value));
        if (kind !== 'store') note(shared, seen);
      }
    }
    if (tasks.length > 0) return Promise.all(tasks).then(() => undefined);
  };
}

function perform(
  shared: Int32Array,
  kind: Exclude<Instruction['kind'], 'task' | 'signal'>,
  word: number,
  value: number,
): number | string {
  switch (kind) {
    case 'load':
      return Atomics.load(shared, word);
    case 'add':
      return Atomics.add(shared, word, value);
    case 'store':
      return Atomics.store(shared, word, value);
    case 'cas':
      return Atomics.compareExchange(shared, word, value, 2);
    case 'notify':
      return Atomics.notify(shared, word, 1 + value);
    case 'wait':
      return Atomics.wait(shared, word, value, 5);
  }
}

async function endsOf(
  threads: readonly (readonly Instruction[])[],
  options: ExploreOptions,
  history?: ExplorerHistory,
): Promise<{ ends: string[]; schedules: number }> {
  const ends = new Set<string>();
  const { complete, schedules } = await explore(
    {
      setup: words(WORDS + threads.length),
      threads: threads.map((program, thread) => body(program, thread, history)),
      check: (shared, { killed }) => {
        ends.add(`${shared.join()} ${killed.join()} ${JSON.stringify(history?.operations)}`);
      },
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
    { aborts: 1 },
  );
  test.prop([programs, budgets], { numRuns: isDeep ? 600 : 150 })(
    'finds every end that the plain search finds',
    async (threads, moves) => {
      const all = await endsOf(threads, moves);
      const reduced = await endsOf(threads, { ...moves, strategy: 'dpor' });
      expect(reduced.ends).toEqual(all.ends);
    },
  );

  test.prop([programs, budgets], { numRuns: isDeep ? 200 : 50 })(
    'finds every history that the plain search finds',
    async (threads, moves) => {
      const history = new ExplorerHistory();
      const all = await endsOf(threads, moves, history);
      const reduced = await endsOf(threads, { ...moves, strategy: 'dpor' }, history);
      expect(reduced.ends).toEqual(all.ends);
    },
  );

  const poll = fc.record({
    first: fc.nat(WORDS - 1),
    value: fc.constantFrom(1, 2),
    times: fc.constantFrom(5, 50, Infinity),
    isTrying: fc.boolean(),
  });
  // In the polled words alone: a change of any other would let who spins look again for nothing.
  const changes = fc.array(
    fc.record({ kind: fc.constantFrom('add', 'store', 'cas'), word: fc.nat(1), value: fc.nat(2) }),
    { maxLength: 2 },
  );
  test.prop([poll, changes, changes, changes], { numRuns: isDeep ? 200 : 25 })(
    'finds every end where a thread polls two words among two others',
    async ({ first, value, times, isTrying }, next, ...others) => {
      const change = (list: typeof next) => (shared: Int32Array) => {
        for (const each of list) perform(shared, each.kind, each.word, each.value);
      };
      const rounds = (shared: Int32Array): number => {
        for (let round = 0; round < times; round++) {
          for (const word of [first, 1 - first]) {
            const look = isTrying
              ? perform(shared, 'cas', word, value)
              : Atomics.load(shared, word);
            if (look === value) return Math.min(round, 3); // from then on it spins
          }
        }
        return 4;
      };
      const polling = (shared: Int32Array): void => {
        const result = rounds(shared);
        change(next)(shared);
        Atomics.store(shared, WORDS, result);
      };
      const find = async (options: ExploreOptions): Promise<string[]> => {
        const ends = new Set<string>();
        const model = {
          setup: words(WORDS + 1),
          threads: [polling, ...others.map(change)],
          check: (shared: Int32Array) => void ends.add(shared.join()),
        };
        const { verdict } = await explore(model, { ...options, maxSteps: 100 }).then(
          () => ({ verdict: 'none' }),
          (error: ExplorationError) => error,
        );
        return [verdict, ...(verdict === 'none' ? [...ends].toSorted() : [])];
      };
      expect(await find({ strategy: 'dpor' })).toEqual(await find({}));
    },
  );

  it('finds who leaves a loop of two looks in its fourth round, beside one that did not wait for it', async () => {
    const [X, Y] = [0, 1];
    const model = {
      setup: words(2),
      threads: [
        (shared: Int32Array) => {
          let rounds = 0;
          while (Atomics.load(shared, X) < 0 || Atomics.load(shared, Y) === 0) rounds++;
          if (rounds >= 3) Atomics.store(shared, X, 5);
        },
        (shared: Int32Array) => {
          if (Atomics.exchange(shared, X, 7) === 5) throw new Error('left before');
        },
        (shared: Int32Array) => void Atomics.store(shared, Y, 1),
      ],
    };
    await expect(explore(model, { strategy: 'dpor' })).rejects.toThrow('left before');
  });

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
