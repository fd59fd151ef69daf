/** Recording a lock and judging it. Order is counted by ticket; no time is asserted but of made-up events. */
import { Mutex, RecursiveMutex } from 'crossthread';
import { describe, expect, it } from 'vitest';
import {
  fairnessReport,
  type LockEvent,
  LockRecorder,
  recorded,
  type RecordedLock,
} from 'crossthread/testing';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually, sleep } from '../support/time.ts';
import { waitersAre } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { AWAKE, CONTENDED, DOOR, Futex, LENGTH } from './futex.mjs';
import { collisionsIn, unclosedIn } from './xml.ts';

expectNoRescues();

const FIXTURE = './recorded-user.mjs';
const startUser = () => startWorker<typeof import('./recorded-user.mjs')>(FIXTURE, import.meta.url);
const startUsers = (n: number) =>
  startWorkers<typeof import('./recorded-user.mjs')>(n, FIXTURE, import.meta.url);

const KINDS = { '?': 'asked', '+': 'got', '-': 'released', '!': 'gave up' } as const;

/**
 * Events as `1? 2? 1+ 1- 2!`: a thread asks, gets, releases, gives up. One millisecond each, and a
 * thread waits for one thing at a time.
 */
function events(script: string): LockEvent[] {
  const tickets = new Map<number, number>();
  let dealt = 0;
  return script.split(' ').map((word, time) => {
    const thread = Number(word.slice(0, -1));
    const kind = KINDS[word.slice(-1) as keyof typeof KINDS];
    if (kind === 'asked') tickets.set(thread, dealt++);
    return { thread, kind, time, ticket: tickets.get(thread)! };
  });
}

const reportOf = (script: string) => fairnessReport(events(script));
const bypassesOf = (script: string) => reportOf(script).waits.map(({ bypasses }) => bypasses);
const times = (n: number, kinds: string[]) => Array.from({ length: n }, () => kinds).flat();
const kindsOf = (recorder: LockRecorder) => recorder.read().events.map(({ kind }) => kind);

describe('fairnessReport: bypasses', () => {
  it.each([
    ['in the order of asking', '1? 2? 3? 1+ 1- 2+ 2- 3+ 3-', [0, 0, 0]],
    ['who asked later overtakes', '1? 2? 2+ 2- 1+ 1-', [0, 1]],
    ['one overtakes again and again', '1? 2? 2+ 2- 2? 2+ 2- 2? 2+ 2- 1+', [0, 0, 0, 3]],
    ['the last comes first', '1? 2? 3? 3+ 3- 2+ 2- 1+ 1-', [0, 1, 2]],
    ['whoever held it before the wait is no bypass', '1? 1+ 2? 1- 2+ 2-', [0, 0]],
    ['who asked earlier and gets it later is none', '1? 2? 1+ 1- 2+', [0, 0]],
    ['of who gives up', '1? 2? 2+ 2- 1!', [0, 1]],
    ['of who still waits', '1? 2? 2+ 2- 2? 2+ 2-', [0, 0, 2]],
  ])('%s', (_, script, bypasses) => {
    expect(bypassesOf(script)).toEqual(bypasses);
  });

  it('the tickets count, not their distance or sign', () => {
    const script = events('1? 2? 3? 3+ 3- 2+ 2- 1+ 1-');
    const moved = script.map((event) => ({ ...event, ticket: event.ticket * 1000 - 1500 }));
    expect(fairnessReport(moved).all).toEqual(fairnessReport(script).all);
  });

  it('the histogram has each wait, in powers of two', () => {
    const { bypasses } = reportOf(
      '1? 2? 2+ 2- 2? 2+ 2- 2? 2+ 2- 2? 2+ 2- 2? 2+ 2- 3? 2? 2+ 2- 1+ 1- 3+',
    ).all;
    expect(bypasses.max).toBe(6);
    expect(bypasses.histogram).toEqual([
      { from: 0, to: 0, count: 6 },
      { from: 1, to: 1, count: 1 },
      { from: 2, to: 3, count: 0 },
      { from: 4, to: 7, count: 1 },
    ]);
  });

  it('five thousand waits are judged, the first of them overtaken by all others', () => {
    const MANY = 5000;
    const many: LockEvent[] = [{ thread: 1, kind: 'asked', time: 0, ticket: 0 }];
    for (let ticket = 1; ticket < MANY; ticket++) {
      for (const kind of ['asked', 'got', 'released'] as const) {
        many.push({ thread: 2, kind, time: ticket, ticket });
      }
    }
    const report = fairnessReport(many);
    expect(report.all.bypasses.max).toBe(MANY - 1);
    expect(report.toSvg().length).toBeLessThan(300_000);
  });
});

describe('fairnessReport: the other numbers', () => {
  it('waits and holds, for each thread and for all', () => {
    const { all, threads } = reportOf('1? 1+ 2? 1- 2+ 3? 2- 1? 3! 1+ 1-');
    expect(threads.map(({ thread }) => thread)).toEqual([1, 2, 3]);
    expect(all).toMatchObject({ acquisitions: 3, gaveUp: 1, waiting: 0, held: 5 });
    expect(threads[0]).toMatchObject({ acquisitions: 2, held: 3, wait: { p50: 1, max: 2 } });
    expect(threads[1]).toMatchObject({ acquisitions: 1, held: 2, wait: { p50: 2, p999: 2 } });
    expect(threads[2]).toMatchObject({ acquisitions: 0, gaveUp: 1, held: 0, wait: { max: 3 } });
    expect(threads[2]!.wait.p50).toBeNaN();
  });

  it('quantiles are values that occurred, by rank', () => {
    const waits = Array.from({ length: 1000 }, (_, ticket): LockEvent[] => [
      { thread: 1, kind: 'asked', time: 0, ticket },
      { thread: 1, kind: 'got', time: ticket + 1, ticket },
    ]);
    expect(fairnessReport(waits.flat()).all.wait).toEqual({
      p50: 500,
      p99: 990,
      p999: 999,
      max: 1000,
    });
  });

  it.each([
    ['threads that take turns', '1? 1+ 1- 2? 2+ 2- 3? 3+ 3- 1? 1+ 1- 2? 2+ 2- 3? 3+ 3-', 3, 3, 1],
    ['one thread alone', '1? 1+ 1- 1? 1+ 1- 1? 1+ 1-', 1, 1, 3],
    ['a greedy one', '1? 1+ 1- 1? 1+ 1- 1? 1+ 1- 2? 2+ 2- 1? 1+ 1-', 1, 4 / 3, 3],
  ])('MTTR and the longest run of %s', (_, script, median, mean, longestRun) => {
    expect(reportOf(script).all).toMatchObject({ reacquire: { median, mean }, longestRun });
  });

  it("Jain's index is 1 for equals, and counts who has nothing", () => {
    expect(reportOf('1? 1+ 1- 2? 2+ 2-').jain).toEqual({ acquisitions: 1, held: 1 });
    expect(reportOf('1? 2? 1+ 1-').jain).toEqual({ acquisitions: 0.5, held: 0.5 });
    expect(reportOf('1? 1+ 1- 2? 2+ 1? 2-').jain).toEqual({ acquisitions: 1, held: 0.9 });
    expect(fairnessReport([]).jain).toEqual({ acquisitions: 1, held: 1 });
  });

  it('who dies holding held it until the next one got it', () => {
    const { holds } = reportOf('1? 1+ 2? 2+ 2-');
    expect(holds).toMatchObject([
      { thread: 1, start: 1, end: 3 },
      { thread: 2, start: 3, end: 4 },
    ]);
  });

  it('what was lost is said, and what was kept still counts', () => {
    const report = fairnessReport({ events: events('1? 2? 2+ 2- 1+ 1-').slice(1), lost: 1 });
    expect(report).toMatchObject({ lost: 1, all: { acquisitions: 2, bypasses: { max: 0 } } });
    expect(report.message).toContain('1 event lost');
    expect(reportOf('1? 1+').message).not.toContain('lost');
  });

  it('the table has a row for each thread, all as wide', () => {
    const report = reportOf('1? 2? 2+ 2- 1+ 1-');
    expect(`${report}`).toBe(report.message);
    expect(report.message.split('\n')).toEqual([
      "2 acquisitions by 2 threads; Jain's index 1.000 of acquisitions, 1.000 of time held",
      '',
      'thread  acquired  gave up  waiting  held ms  bypassed max  wait ms p50  p99  p99.9  max  longest run  MTTR median  mean',
      '     1         1        0        0        1             1            4    4      4    4            1            -     -',
      '     2         1        0        0        1             0            1    1      1    1            1            -     -',
      '   all         2        0        0        2             1            1    4      4    4            1            -     -',
      '',
      'waits by how many overtook them: 0: 1, 1: 1',
    ]);
  });

  it('a kind that there is not is refused', () => {
    const wrong = { thread: 1, kind: 'locked', time: 0, ticket: 0 } as unknown as LockEvent;
    expect(() => fairnessReport([wrong])).toThrow(TypeError);
  });
});

describe('FairnessReport: the picture', () => {
  const svg = reportOf('1? 2? 3? 2+ 2- 1+ 3! 1- 4?').toSvg();
  const marks = (text: string) =>
    [...text.matchAll(/<rect [^>]*><title>([^<]*)/g)].map((m) => m[1]);

  it('is well-formed', () => {
    for (const text of [svg, fairnessReport([]).toSvg(), reportOf('1?').toSvg({ width: 320 })]) {
      expect(unclosedIn(text)).toEqual([]);
      expect(text).not.toMatch(/NaN|undefined|Infinity|="-/);
      expect(collisionsIn(text)).toEqual([]);
    }
  });

  it('has a row for each thread, a mark for each wait and hold', () => {
    expect(svg.match(/<g class="thread">/g)).toHaveLength(4);
    expect(marks(svg)).toEqual([
      'waited and was overtaken 5.000 ms, ticket 0, overtaken by 1',
      'held 2.000 ms, ticket 0',
      'waited 2.000 ms, ticket 1, overtaken by 0',
      'held 1.000 ms, ticket 1',
      'waited in vain 4.000 ms, ticket 2, overtaken by 0',
      'waited in vain 0.000 ms, ticket 3, overtaken by 0',
    ]);
  });

  it('has a legend and an axis', () => {
    for (const label of ['held', 'waited', 'waited and was overtaken', 'waited in vain']) {
      expect(svg).toContain(`>${label}</text>`);
    }
    expect(svg).toContain('>milliseconds</text>');
    expect(svg).toContain('>8</text>');
  });

  it('shows a part, larger', () => {
    const part = reportOf('1? 1+ 1- 2? 2+ 2-').toSvg({ from: 3, to: 5, width: 500 });
    expect(marks(part)).toEqual([
      'waited 1.000 ms, ticket 1, overtaken by 0',
      'held 1.000 ms, ticket 1',
    ]);
    expect(part).toContain('>2.0</text>');
  });

  it('draws waits of tasks at the same time as one', () => {
    const tasks = [0, 1, 2].map((ticket): LockEvent => ({
      thread: 1,
      kind: 'asked',
      time: 0,
      ticket,
    }));
    const report = fairnessReport([...tasks, { thread: 1, kind: 'gave up', time: 9, ticket: 0 }]);
    expect(marks(report.toSvg())).toEqual(['3 times: waited in vain']);
  });

  it.each([{ width: 50 }, { width: NaN }, { from: 2, to: 1 }, { from: 100 + NaN }])(
    '%o is refused',
    (options) => {
      expect(() => reportOf('1? 1+').toSvg(options)).toThrow(RangeError);
    },
  );
});

describe('FairnessReport: the trace', () => {
  it('has named tracks and complete spans, in microseconds from the start', () => {
    const moved = events('1? 2? 2+ 2- 1+ 1-').map((event) => ({ ...event, time: event.time + 7 }));
    const trace = JSON.parse(JSON.stringify(fairnessReport(moved).toTrace()));
    expect(trace.displayTimeUnit).toBe('ms');
    expect(trace.traceEvents.filter(({ ph }: { ph: string }) => ph === 'M')).toHaveLength(3);
    const spans = trace.traceEvents.filter(({ ph }: { ph: string }) => ph === 'X');
    expect(spans).toHaveLength(4);
    expect(spans[0]).toEqual({
      name: 'wait',
      cat: 'wait',
      ph: 'X',
      pid: 1,
      tid: 1,
      ts: 0,
      dur: 4000,
      args: { ticket: 0, bypasses: 1, outcome: 'got' },
    });
    expect(spans.at(-1)).toMatchObject({ name: 'hold', tid: 1, ts: 4000, dur: 1000 });
  });

  it('spans of one track do not overlap', () => {
    const tasks = [0, 1, 2].map((ticket): LockEvent => ({
      thread: 5,
      kind: 'asked',
      time: ticket,
      ticket,
    }));
    const { traceEvents } = fairnessReport([
      ...tasks,
      { thread: 5, kind: 'got', time: 3, ticket: 0 },
      { thread: 5, kind: 'released', time: 4, ticket: 0 },
    ]).toTrace();
    const until = new Map<number, number>();
    for (const { ph, tid, ts = 0, dur = 0 } of traceEvents) {
      if (ph === 'M') continue;
      expect(ts).toBeGreaterThanOrEqual(until.get(tid) ?? 0);
      until.set(tid, ts + dur);
    }
    expect(until.size).toBe(3);
  });
});

describe('LockRecorder', () => {
  it('keeps what happened, in order, with the ticket of its wait', () => {
    const recorder = new LockRecorder();
    const first = recorder.asked();
    const second = recorder.asked();
    recorder.got(first);
    recorder.released(first);
    recorder.gaveUp(second);
    const { events, lost } = recorder.read();
    expect(lost).toBe(0);
    expect(events.map(({ kind, ticket }) => [kind, ticket])).toEqual([
      ['asked', first],
      ['asked', second],
      ['got', first],
      ['released', first],
      ['gave up', second],
    ]);
    expect(second).toBeGreaterThan(first);
    const times = events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(events.map(({ thread }) => thread)).size).toBe(1);
  });

  it('is the same after a clone, and nothing else is taken for one', () => {
    const recorder = new LockRecorder({ capacity: 10 });
    LockRecorder.attach(structuredClone(recorder)).asked();
    expect(recorder.read().events).toHaveLength(1);
    expect(LockRecorder.attach(recorder)).toBe(recorder);
    for (const other of [null, 1, {}, { buffer: new ArrayBuffer(64) }, sharedWords(16)]) {
      expect(() => LockRecorder.attach(other)).toThrow(TypeError);
      expect(() => recorded(new Mutex(), other as never)).toThrow(TypeError);
    }
    expect(() => new LockRecorder({ capacity: 0 })).toThrow(RangeError);
  });

  it('full, keeps the last events and counts the others', () => {
    const recorder = new LockRecorder({ capacity: 4 });
    for (let i = 0; i < 10; i++) recorder.asked();
    const { events, lost } = recorder.read();
    expect(events.map(({ ticket }) => ticket)).toEqual([6, 7, 8, 9]);
    expect(lost).toBe(6);
    expect(fairnessReport(recorder.read()).lost).toBe(6);
  });

  it('a thread that has died over an event costs that place, and says so', () => {
    const [HEADER, SLOT, WRITING] = [16, 8, -1];
    const recorder = new LockRecorder({ capacity: 3 });
    Atomics.store(new Int32Array(recorder.buffer), HEADER + SLOT, WRITING);
    for (let i = 0; i < 6; i++) recorder.asked();
    const { events, lost } = recorder.read();
    expect(events.map(({ ticket }) => ticket)).toEqual([3, 5]);
    expect(lost).toBe(4);
  });

  it('numbers end before they come twice', () => {
    const NEXT = 1;
    const MOST = 2 ** 31 - 1;
    const recorder = new LockRecorder({ capacity: 8 });
    Atomics.store(new Int32Array(recorder.buffer), NEXT, MOST - 2);
    for (let i = 0; i < 5; i++) recorder.asked();
    const { events, lost } = recorder.read();
    expect(events.map(({ ticket }) => ticket)).toEqual([MOST - 2, MOST - 1]);
    expect(lost).toBe(MOST - 2);
  });

  it('threads that append at once lose and mix up nothing that is not counted', async () => {
    const TIMES = 1000;
    const users = await startUsers(2);
    for (const capacity of [64, 8 * TIMES]) {
      const recorder = new LockRecorder({ capacity });
      const filled = users.map(({ call }) => call.giveUp(recorder, TIMES));
      let seen = 0;
      while (seen < 3) seen += checked(recorder); // also while they write
      await Promise.all(filled);
      const kept = checked(recorder);
      expect(kept + recorder.read().lost).toBe(4 * TIMES);
      expect(kept === 4 * TIMES).toBe(capacity > 4 * TIMES);
    }

    /** Returns how many there are, once each `'gave up'` was found to be of the thread that asked. */
    function checked(recorder: LockRecorder): number {
      const { events } = recorder.read();
      const askedBy = new Map<number, number>();
      const wrong = events.filter(({ kind, thread, ticket }) => {
        if (kind === 'asked') askedBy.set(ticket, thread);
        else return kind !== 'gave up' || (askedBy.get(ticket) ?? thread) !== thread;
        return false;
      });
      expect(wrong).toEqual([]);
      return events.length;
    }
  });
});

describe('recorded', () => {
  const watchedOf = (mutex = new Mutex()): [RecordedLock<Mutex>, LockRecorder] => {
    const recorder = new LockRecorder();
    return [recorded(mutex, recorder), recorder];
  };

  it('each form that takes it is recorded, and each that lets it go', async () => {
    const [watched, recorder] = watchedOf();
    watched.lock();
    watched.unlock();
    watched.tryLock()?.unlock();
    watched.tryLockFor(5)?.unlock();
    watched.tryLockUntil(Date.now() + 5)?.unlock();
    (await watched.lockAsync()).unlock();
    expect(watched.withLock(() => 7)).toBe(7);
    expect(await watched.withLockAsync(async () => 8)).toBe(8);
    {
      using lock = watched.lock();
      expect(lock.ownsLock).toBe(true);
    }
    expect(kindsOf(recorder)).toEqual(times(8, ['asked', 'got', 'released']));
    expect(watched.inner.isLocked).toBe(false);
  });

  it('waits in vain are recorded, whatever ends them', async () => {
    const [watched, recorder] = watchedOf();
    const guard = watched.inner.lock();
    expect(watched.tryLock()).toBe(null);
    expect(() => watched.lock()).toThrow(); // the owner
    await expect(watched.lockAsync({ timeout: 1 })).rejects.toThrow();
    guard.unlock();
    expect(kindsOf(recorder)).toEqual(times(3, ['asked', 'gave up']));
  });

  it('a guard ends its own hold and no later one', () => {
    const [watched, recorder] = watchedOf();
    const first = watched.lock();
    watched.unlock();
    const second = watched.lock();
    expect([first.ownsLock, second.ownsLock]).toEqual([false, true]);
    first[Symbol.dispose]();
    expect(second.ownsLock).toBe(true);
    second.unlock();
    expect(() => watched.unlock()).toThrow(
      expect.objectContaining({ code: 'operation_not_permitted' }),
    );
    expect(kindsOf(recorder)).toEqual(times(2, ['asked', 'got', 'released']));
  });

  it('a recursive mutex is held from the first lock to the last unlock', () => {
    const recorder = new LockRecorder();
    const watched = recorded(new RecursiveMutex(), recorder);
    const outer = watched.lock();
    watched.tryLock()!.unlock();
    watched.lock();
    expect(outer.ownsLock).toBe(true);
    watched.unlock();
    outer.unlock();
    expect(kindsOf(recorder)).toEqual(['asked', 'got', 'released']);
    expect(watched.inner.isLocked).toBe(false);
  });

  it('what throws inside is let go, and an async function is refused', () => {
    const [watched, recorder] = watchedOf();
    const fail = () => {
      throw new Error('inside');
    };
    expect(() => watched.withLock(fail)).toThrow('inside');
    expect(() => watched.withLock((async () => {}) as unknown as () => void)).toThrow(TypeError);
    expect(watched.inner.isLocked).toBe(false);
    expect(kindsOf(recorder)).toHaveLength(6);
  });

  it('a lock of few forms has those', async () => {
    const recorder = new LockRecorder();
    const watched = recorded(new Futex(sharedWords(LENGTH)), recorder);
    watched.withLock(() => {});
    expect(() => watched.tryLock()).toThrow(TypeError);
    expect(() => watched.tryLockFor(1)).toThrow(TypeError);
    await expect(watched.lockAsync()).rejects.toThrow(TypeError);
    expect(kindsOf(recorder)).toEqual(['asked', 'got', 'released']);
  });
});

describe('fairnessReport of real threads', () => {
  const MANY = 50;

  it('a futex mutex lets a woken thread be overtaken as often as others like', async () => {
    const words = sharedWords(LENGTH);
    const recorder = new LockRecorder();
    const watched = recorded(new Futex(words), recorder);
    const [slow, greedy] = await startUsers(2);
    watched.lock();
    const visited = slow!.call.visitSlowly(words, recorder);
    await eventually(() => Atomics.load(words, 0) === CONTENDED);
    watched.unlock();
    await eventually(() => Atomics.load(words, AWAKE) === 1);
    await greedy!.call.visit(words, recorder, MANY);
    Atomics.store(words, DOOR, 1);
    Atomics.notify(words, DOOR);
    await visited;
    const report = fairnessReport(recorder.read());
    expect(report.all).toMatchObject({ acquisitions: MANY + 2, bypasses: { max: MANY } });
    expect(report.threads.find(({ thread }) => thread === slow!.agent)?.bypasses.max).toBe(MANY);
  });

  it('P5 fifo: nobody who sleeps is overtaken', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const recorder = new LockRecorder();
    const watched = recorded(mutex, recorder);
    const users = await startUsers(3);
    for (let round = 0; round < 5; round++) {
      watched.lock();
      const visits: Promise<void>[] = [];
      for (const { call } of users) {
        visits.push(call.visit(mutex, recorder));
        await waitersAre(visits.length, mutex);
      }
      watched.unlock();
      watched.withLock(() => {});
      await Promise.all(visits);
    }
    const { all, threads, lost } = fairnessReport(recorder.read());
    expect(all).toMatchObject({ acquisitions: 25, gaveUp: 0, bypasses: { max: 0 } });
    expect(threads.map(({ acquisitions }) => acquisitions)).toEqual([10, 5, 5, 5]);
    expect(lost).toBe(0);
  });

  it('P5 fifo: no task is overtaken by another of its thread', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const recorder = new LockRecorder();
    const user = await startUser();
    await user.call.visitAsync(mutex, recorder, 20);
    const { all } = fairnessReport(recorder.read());
    expect(all).toMatchObject({ acquisitions: 20, bypasses: { max: 0 } });
  });

  it('P5 eventual: nobody overtakes who has slept for more than 1 ms', async () => {
    const mutex = new Mutex();
    const recorder = new LockRecorder();
    const watched = recorded(mutex, recorder);
    const user = await startUser();
    for (let round = 0; round < 10; round++) {
      watched.lock();
      const visited = user.call.visit(mutex, recorder);
      await waitersAre(1, mutex);
      await sleep(3);
      watched.unlock();
      watched.tryLock()?.unlock(); // has it only if the visit is over by now
      watched.withLock(() => {});
      await visited;
    }
    const { all } = fairnessReport(recorder.read());
    expect(all.acquisitions + all.gaveUp).toBe(40);
    expect(all.bypasses.max).toBe(0);
  });

  it('who gives up is told apart from who gets it', async () => {
    const mutex = new Mutex({ fairness: 'fifo' });
    const recorder = new LockRecorder();
    const user = await startUser();
    const guard = recorded(mutex, recorder).lock();
    expect(await user.call.visitFor(mutex, recorder, 1)).toBe(false);
    guard.unlock();
    const { threads } = fairnessReport(recorder.read());
    expect(threads.find(({ thread }) => thread === user.agent)).toMatchObject({
      acquisitions: 0,
      gaveUp: 1,
    });
  });

  it('threads that do as they like are all counted', async () => {
    const TIMES = 100;
    const users = await startUsers(3);
    for (const fairness of ['eventual', 'fifo'] as const) {
      const mutex = new Mutex({ fairness });
      const recorder = new LockRecorder();
      await Promise.all(users.map(({ call }) => call.visit(mutex, recorder, TIMES)));
      const report = fairnessReport(recorder.read());
      expect(report.lost).toBe(0);
      expect(report.all).toMatchObject({ acquisitions: 3 * TIMES, gaveUp: 0, waiting: 0 });
      expect(report.jain.acquisitions).toBeCloseTo(1, 12);
      const bars = report.all.bypasses.histogram.reduce((sum, { count }) => sum + count, 0);
      expect(bars).toBe(3 * TIMES);
      const holds = recorder.read().events.filter(({ kind }) => kind !== 'asked');
      const alternating = report.holds.flatMap(({ ticket }) => [
        ['got', ticket],
        ['released', ticket],
      ]);
      expect(holds.map(({ kind, ticket }) => [kind, ticket])).toEqual(alternating);
      expect(unclosedIn(report.toSvg())).toEqual([]);
    }
  });
});
