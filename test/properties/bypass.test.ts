/**
 * P5, bounded overtaking, counted by ticket: how often those are overtaken that sleep. The holder lets go
 * and takes the lock again at once, as often as it is told. A mutex of three states lets it, each time.
 */
import { Mutex } from 'crossthread';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairnessReport, type LockEvent, LockRecorder, recorded } from 'crossthread/testing';
import { LONG, eventually, sleep } from '../support/time.ts';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersAre } from '../support/waiters.ts';
import { startWorkers } from '../support/worker.ts';
import { AWAKE, CONTENDED, DOOR, Futex, LENGTH } from '../testing/futex.mjs';
import { runs } from './runs.ts';

expectNoRescues();

const MOST_WAITERS = 3;
const OLD = 3; // ms: who waits as long as this is no newcomer's to overtake

const startUsers = (n: number) =>
  startWorkers<typeof import('../testing/recorded-user.mjs')>(
    n,
    '../testing/recorded-user.mjs',
    import.meta.url,
  );

const times = fc.integer({ min: 1, max: 6 });
const round = fc.record({
  waiters: fc.integer({ min: 1, max: MOST_WAITERS }),
  times,
  form: fc.constantFrom('wait', 'try'),
});

/** Visits of threads that came one after the other and sleep. */
async function sleepers(
  users: Awaited<ReturnType<typeof startUsers>>,
  mutex: Mutex,
  recorder: LockRecorder,
) {
  const all: Promise<boolean>[] = [];
  for (const { call } of users) {
    all.push(call.visitFor(mutex, recorder, LONG));
    await waitersAre(all.length, mutex);
  }
  return { all };
}

/** Threads in the order in which they asked, and in which they got it. */
const ordersOf = (events: readonly LockEvent[]) => {
  const by = (kind: LockEvent['kind']) =>
    events.filter((event) => event.kind === kind).map(({ ticket }) => ticket);
  return { asked: by('asked'), got: by('got') };
};

/** How often those were overtaken that waited while `holder` let go and took it again. */
const bypassesOf = (recorder: LockRecorder, holder: number): number[] =>
  fairnessReport(recorder.read())
    .waits.filter(({ thread }) => thread !== holder)
    .map(({ bypasses }) => bypasses);

const HOLDER = 1; // the agent id of the main thread, where this runs

describe.each(['fifo', 'eventual'] as const)('Mutex, %s: sleepers', (fairness) => {
  // Not by `test.prop`, which has everything after each run that comes after a test: workers would end.
  it('are not overtaken by who has just held it, and come in the order in which they came', async () => {
    const users = await startUsers(MOST_WAITERS);
    const property = fc.asyncProperty(round, async ({ waiters, times, form }) => {
      const mutex = new Mutex({ fairness });
      const recorder = new LockRecorder();
      const watched = recorded(mutex, recorder);
      watched.lock();
      const visits = await sleepers(users.slice(0, waiters), mutex, recorder);
      if (fairness === 'eventual') await sleep(OLD);
      watched.unlock();
      for (let i = 0; i < times; i++) {
        const guard = form === 'wait' ? watched.tryLockFor(LONG) : watched.tryLock();
        if (form === 'wait' && !guard) throw new Error('the holder never got it again');
        guard?.unlock();
      }
      expect(await Promise.all(visits.all)).not.toContain(false);
      expect(bypassesOf(recorder, HOLDER)).toEqual(visits.all.map(() => 0));
      const { asked, got } = ordersOf(recorder.read().events);
      expect(got).toEqual(asked.filter((ticket) => got.includes(ticket)));
    });
    await fc.assert(property, runs(30));
  });
});

describe('the mutex of three states, which has no order', () => {
  it('lets the sleeper be overtaken without bound', async () => {
    const [user] = await startUsers(1);
    const property = fc.asyncProperty(times, async (times) => {
      const words = sharedWords(LENGTH);
      const recorder = new LockRecorder();
      const watched = recorded(new Futex(words), recorder);
      watched.lock();
      const visited = user!.call.visitSlowly(words, recorder);
      await eventually(() => words[0] === CONTENDED);
      for (let i = 0; i < times; i++) {
        watched.unlock(); // wakes the sleeper, if it sleeps
        watched.lock();
      }
      await eventually(() => words[AWAKE] === 1);
      watched.unlock();
      Atomics.store(words, DOOR, 1);
      Atomics.notify(words, DOOR);
      await visited;
      expect(bypassesOf(recorder, HOLDER)).toEqual([times]);
    });
    await fc.assert(property, runs(20));
  });
});
