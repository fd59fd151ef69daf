/** Schedules out of choices: for the explorer, and shrunk by fast-check. */
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExplorationError, type Model, replay } from 'crossthread/testing';
import { modelOf, runSchedule, schedules } from 'crossthread/testing/fast-check';
import { words } from '../models.ts';
import { OPPOSITE, ownLock, programs } from './made.ts';

const gate = (open: (words: Int32Array) => void): Model<Int32Array> => ({
  setup: words(1),
  threads: [
    (gate) => {
      while (Atomics.load(gate, 0) === 0) Atomics.wait(gate, 0, 0);
    },
    open,
  ],
});

const losing = gate((words) => {
  Atomics.notify(words, 0);
  Atomics.store(words, 0, 1);
});
const right = gate((words) => {
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);
});

const failureOf = async <Shared>(model: Model<Shared>, choices: readonly number[]) => {
  const error: unknown = await runSchedule(model, choices).catch((error: unknown) => error);
  return error instanceof ExplorationError ? error : undefined;
};

describe('runSchedule', () => {
  it('without choices, each thread runs until it ends or sleeps', async () => {
    const { schedules, complete } = await runSchedule(right, []);
    expect([schedules, complete]).toEqual([1, false]);
    const error = await failureOf(await modelOf(OPPOSITE), []);
    expect(error).toBe(undefined);
  });

  it('follows the choices, modulo what there is', async () => {
    const model = await modelOf(OPPOSITE);
    const failing = await failureOf(model, [0, 1]);
    expect(failing?.verdict).toBe('deadlock');
    expect((await failureOf(model, [4, 3]))?.schedule).toBe(failing!.schedule);
  });

  it('fails with a schedule that shows it again', async () => {
    const { counterexample } = await fc.check(
      fc.asyncProperty(schedules(), async (choices) => !(await failureOf(losing, choices))),
      { seed: 3 },
    );
    const [choices] = counterexample!;
    const { schedule, verdict } = (await failureOf(losing, choices))!;
    expect(verdict).toBe('lost-wakeup');
    await expect(replay(losing, schedule)).rejects.toMatchObject({ verdict, schedule });
  });

  it('shrinks to few switches', async () => {
    const model = await modelOf(OPPOSITE);
    const { counterexample } = await fc.check(
      fc.asyncProperty(schedules(), async (choices) => !(await failureOf(model, choices))),
      { seed: 4, numRuns: 1000 },
    );
    const [choices] = counterexample!;
    expect(choices.filter((choice) => choice > 0)).toHaveLength(1);
    expect(choices.length).toBeLessThan(5);
  });

  it.each([[[-1]], [[0.5]], [[NaN]]])('%j is no choice', async (choices) => {
    await expect(runSchedule(right, choices)).rejects.toThrow(RangeError);
  });

  it('refuses a length that is none', () => {
    expect(() => schedules({ maxChoices: -1 })).toThrow(RangeError);
    expect(fc.sample(schedules({ maxChoices: 3 }), 50).every(({ length }) => length <= 3)).toBe(
      true,
    );
  });
});

test.prop({ choices: schedules({ maxChoices: 20 }) })(
  'with @fast-check/vitest: a gate that is opened, then notified, lets everybody through',
  async ({ choices }) => {
    await runSchedule(right, choices);
  },
);

describe('modelOf', () => {
  it.each(['OpenLock', 'SilentLock'])('finds what is wrong with a lock: %s', async (name) => {
    const given = programs({ a: ownLock(name) }, 'lock(a) -a', 'lock(a) -a');
    const model = await modelOf(given, { linearizable: true });
    const { counterexample } = await fc.check(
      fc.asyncProperty(schedules(), async (choices) => !(await failureOf(model, choices))),
      { seed: 1, numRuns: 500 },
    );
    const { verdict } = (await failureOf(model, counterexample![0]))!;
    expect(verdict).toBe(name === 'OpenLock' ? 'assertion' : 'lost-wakeup');
  });

  it('a program of nobody ends', async () => {
    await runSchedule(await modelOf({ objects: {}, threads: [] }), []);
  });
});
