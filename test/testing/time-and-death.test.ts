import { describe, expect, it } from 'vitest';
import { explore } from 'crossthread/testing';
import { crew, failureOf, lock, unlock, words } from './models.ts';

const outcomes = (): Set<string> => new Set();

describe('timeouts', () => {
  const sleeper = (seen: Set<string>) => (shared: Int32Array) => {
    seen.add(Atomics.wait(shared, 0, 0, 10));
  };
  const waker = (shared: Int32Array): void => {
    Atomics.store(shared, 0, 1);
    Atomics.notify(shared, 0);
  };

  it('with a budget, come at any moment', async () => {
    const seen = outcomes();
    await explore({ setup: words(1), threads: [sleeper(seen), waker] }, { timeouts: 1 });
    expect(seen).toEqual(new Set(['ok', 'not-equal', 'timed-out']));
  });

  it('without one, only when nothing else can run', async () => {
    const seen = outcomes();
    await explore({ setup: words(1), threads: [sleeper(seen), waker] });
    expect(seen).toEqual(new Set(['ok', 'not-equal']));

    const alone = outcomes();
    await explore({ setup: words(1), threads: [sleeper(alone)] });
    expect(alone).toEqual(new Set(['timed-out']));
  });

  it('of zero or less do not sleep', async () => {
    const seen = outcomes();
    const impatient = (shared: Int32Array): void => {
      seen.add(Atomics.wait(shared, 0, 0, 0));
      seen.add(Atomics.wait(shared, 0, 0, -1));
    };
    const result = await explore({ setup: words(1), threads: [impatient] });
    expect(seen).toEqual(new Set(['timed-out']));
    expect(result.schedules).toBe(1);
  });

  it('do not end the sleep of who was chosen by a notify', async () => {
    const OUTCOME = 1;
    const result = await explore(
      {
        setup: words(2),
        threads: [
          (shared: Int32Array) => {
            if (Atomics.wait(shared, 0, 0, 10) === 'ok') Atomics.add(shared, OUTCOME, 1);
          },
          (shared: Int32Array) => void Atomics.sub(shared, OUTCOME, Atomics.notify(shared, 0)),
        ],
        check: (shared) => expect(shared[OUTCOME]).toBe(0),
      },
      { timeouts: 1 },
    );
    expect(result.complete).toBe(true);
  });

  it('let a body poll for as long as it needs, and no longer than for ever', async () => {
    const poll = (rounds: number) => (shared: Int32Array) => {
      for (let round = 0; round < rounds; round++) Atomics.wait(shared, 0, 0, 10);
    };
    expect((await explore({ setup: words(1), threads: [poll(50)] })).complete).toBe(true);
    const error = await failureOf({ setup: words(1), threads: [poll(Infinity)] }, { maxSteps: 50 });
    expect(error.verdict).toBe('livelock');
  });
});

describe('kills', () => {
  const lockers = {
    setup: words(1),
    threads: crew(2, (shared: Int32Array) => {
      lock(shared);
      unlock(shared);
    }),
  };

  it('whoever dies in the middle of an unlock leaves the others stuck', async () => {
    await explore(lockers);
    const error = await failureOf(lockers, { kills: 1 });
    expect(error.verdict).toBe('lost-wakeup'); // it had freed the word, and not yet notified
    expect(error.schedule).toContain('!');
    expect(error.message).toContain('thread b sleeps on shared[0], which was 2 and is 0');
    expect(error.message).toContain('killed: a');
  });

  it('whoever dies after it was chosen swallows the wake-up', async () => {
    // Whoever is woken wakes the next: a chain that breaks where a link is missing.
    const link = (shared: Int32Array): void => {
      while (Atomics.load(shared, 0) === 0) {
        Atomics.wait(shared, 0, 0);
        Atomics.notify(shared, 0, 1);
      }
    };
    const open = (shared: Int32Array): void => {
      Atomics.store(shared, 0, 1);
      Atomics.notify(shared, 0, 1);
    };
    const model = { setup: words(1), threads: [link, link, open] };
    await explore(model);
    const error = await failureOf(model, { kills: 1, killable: [0] });
    expect(error.verdict).toBe('lost-wakeup');
    expect(error.message).toContain('thread b sleeps on shared[0], which was 0 and is 1');
  });

  it('a sleep for ever is that, also if it ended in schedules that were run before', async () => {
    const sleeper = (shared: Int32Array): void => {
      Atomics.store(shared, 1, 1);
      Atomics.wait(shared, 1, 1);
    };
    const waker = (shared: Int32Array): void => {
      Atomics.load(shared, 0);
      Atomics.notify(shared, 1, 1);
      Atomics.load(shared, 0);
    };
    const model = { setup: words(2), threads: [sleeper, waker] };
    const error = await failureOf(model, { preemptions: 1, kills: 1 });
    expect(error.verdict).toBe('deadlock');
    expect(error.message).toContain('thread a sleeps on shared[1] = 1');
  });

  it('only threads that may die do, and a check learns who did', async () => {
    const killed = new Set<string>();
    await explore(
      {
        setup: words(1),
        threads: crew(3, (shared: Int32Array) => void Atomics.add(shared, 0, 1)),
        check: (_, end) => void killed.add(end.killed.join()),
      },
      { kills: 2, killable: [0, 2] },
    );
    expect(killed).toEqual(new Set(['', '0', '2', '0,2']));
  });

  it('sleeps of a slice end only after a death', async () => {
    // 250 ms is the slice; it looks round, as the library does.
    const guard = (shared: Int32Array): void => {
      while (Atomics.load(shared, 0) === 0) Atomics.wait(shared, 0, 0, 250);
    };
    const opener = (shared: Int32Array): void => {
      Atomics.store(shared, 0, 1);
      Atomics.notify(shared, 0);
    };
    const model = { setup: words(1), threads: [guard, opener] };
    await explore(model, { kills: 1, killable: [1] }); // a kill between store and notify

    const forgetful = (shared: Int32Array): void => void Atomics.store(shared, 0, 1);
    const error = await failureOf(
      { setup: words(1), threads: [guard, forgetful] },
      { kills: 1, killable: [0] },
    );
    expect(error.verdict).toBe('lost-wakeup');
    expect(error.schedule).not.toContain('!');
  });

  it('a thread that polls does not keep time from passing for those who look round', async () => {
    const [FLAG, TOGGLE] = [0, 1];
    const signal = (shared: Int32Array): void => {
      Atomics.store(shared, FLAG, 1);
      Atomics.notify(shared, FLAG);
    };
    const mortal = (shared: Int32Array): void => {
      Atomics.load(shared, FLAG);
      signal(shared);
    };
    const guard = (shared: Int32Array): void => {
      if (Atomics.wait(shared, FLAG, 0, 250) === 'timed-out') signal(shared);
    };
    const polling = (shared: Int32Array): void => {
      while (Atomics.load(shared, FLAG) === 0) Atomics.xor(shared, TOGGLE, 1);
    };
    const model = { setup: words(2), threads: [mortal, guard, polling] };
    const result = await explore(model, { kills: 1, killable: [0], preemptions: 1, maxSteps: 300 });
    expect(result.complete).toBe(false); // polls may go on for as long as one likes
  });
});
