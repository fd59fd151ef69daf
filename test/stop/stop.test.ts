import { getEventListeners } from 'node:events';
import { attach, Barrier, Latch, Mutex, StopCallback, StopSource, StopToken } from 'crossthread';
import { describe, expect, test, vi } from 'vitest';
import { syncError } from '../support/errors.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { isSame } from '../support/same.ts';
import { LONG } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

expectNoRescues();

type Stopper = typeof import('./stopper.mjs');
const start = () => startWorker<Stopper>('./stopper.mjs', import.meta.url);
const canceled = syncError('operation_canceled');
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const bad = <T>(value: unknown): T => value as T;
const callback = () => vi.fn<() => void>();

describe('StopSource, StopToken', () => {
  test('S1 a token without a source: no stop is possible, and callbacks cost nothing', () => {
    const token = new StopToken();
    expect([token.stopPossible, token.stopRequested, token.signal.aborted]).toEqual([
      false,
      false,
      false,
    ]);
    const fn = callback();
    const heeding = new StopCallback(token, fn);
    expect(waitersFor(token)).toBe(0);
    heeding[Symbol.dispose]();
    expect(fn).not.toHaveBeenCalled();
  });

  test('S2 a stop is possible before it was requested, and stays so', () => {
    const source = new StopSource();
    const { token } = source;
    expect([source.stopPossible, token.stopPossible]).toEqual([true, true]);
    expect([source.stopRequested, token.stopRequested]).toEqual([false, false]);
    expect([source.requestStop(), source.requestStop()]).toEqual([true, false]);
    expect([source.stopPossible, token.stopPossible]).toEqual([true, true]);
    expect([source.stopRequested, token.stopRequested]).toEqual([true, true]);
    expect(isSame(source.token, token)).toBe(true);
  });

  test('clone to handles, and are the same objects again', () => {
    const source = new StopSource();
    const { token } = source;
    const same = attach<{ source: StopSource; token: StopToken }>(
      structuredClone({ source, token }),
    );
    expect([isSame(same.source, source), isSame(same.token, token)]).toEqual([true, true]);
  });

  test('S6 of many threads that request, one is the first', async () => {
    const sources = Array.from({ length: 200 }, () => new StopSource());
    const workers = await startWorkers<Stopper>(3, './stopper.mjs', import.meta.url);
    const begin = new Barrier(workers.length);
    const answers = await Promise.all(workers.map(({ call }) => call.race(sources, begin)));
    const firsts = sources.map((_, i) => answers.filter((answer) => answer[i]).length);
    expect(firsts).toEqual(sources.map(() => 1));
  });
});

describe('StopCallback', () => {
  test('S3 runs once: inside the request, or at once in its constructor', () => {
    const source = new StopSource();
    const before = callback();
    const after = callback();
    new StopCallback(source.token, before);
    expect(before).not.toHaveBeenCalled();
    source.requestStop();
    source.requestStop();
    expect(before).toHaveBeenCalledOnce();
    new StopCallback(source.token, after)[Symbol.dispose]();
    expect(after).toHaveBeenCalledOnce();
    expect(waitersFor(source.token)).toBe(0);
  });

  test('runs in the order in which they were made, one function as often as it was given', () => {
    const source = new StopSource();
    const said: string[] = [];
    const sayB = (): void => void said.push('b');
    new StopCallback(source.token, () => said.push('a'));
    new StopCallback(source.token, sayB);
    new StopCallback(source.token, sayB);
    new StopCallback(source.token, () => said.push('c'));
    source.requestStop();
    expect(said).toEqual(['a', 'b', 'b', 'c']);
  });

  test('runs no more once it is disposed of, as often as one likes', () => {
    const source = new StopSource();
    const fn = callback();
    const kept = callback();
    const heeding = new StopCallback(source.token, fn);
    new StopCallback(source.token, kept);
    heeding[Symbol.dispose]();
    heeding[Symbol.dispose]();
    source.requestStop();
    expect(fn).not.toHaveBeenCalled();
    expect(kept).toHaveBeenCalledOnce();
  });

  test('may dispose of itself, of others, and make new ones', () => {
    const source = new StopSource();
    const said: string[] = [];
    const first: StopCallback = new StopCallback(source.token, () => {
      said.push('first');
      first[Symbol.dispose]();
      second[Symbol.dispose]();
      new StopCallback(source.token, () => said.push('new'));
    });
    const second = new StopCallback(source.token, () => said.push('second'));
    new StopCallback(source.token, () => said.push('third'));
    expect(source.requestStop()).toBe(true);
    expect(said).toEqual(['first', 'new', 'third']);
  });

  test('may request the stop itself: that is not the first', () => {
    const source = new StopSource();
    const answers: boolean[] = [];
    new StopCallback(source.token, () => answers.push(source.requestStop()));
    expect(source.requestStop()).toBe(true);
    expect(answers).toEqual([false]);
  });

  test('of another thread: runs on its event loop', async () => {
    const source = new StopSource();
    const worker = await start();
    expect(await worker.call.heed(source.token)).toBe(0);
    source.requestStop();
    expect(await worker.call.countRuns(1)).toBe(1);
    expect(await worker.call.heed(source.token)).toBe(2); // at once
  });

  test('of this thread: runs on the event loop when another thread requests', async () => {
    const source = new StopSource();
    const worker = await start();
    const ran = new Promise<void>((resolve) => {
      new StopCallback(source.token, resolve);
    });
    expect(await worker.call.requestStop(source)).toBe(true);
    await ran;
    expect(source.requestStop()).toBe(false);
    expect(waitersFor(source.token)).toBe(0);
  });

  test('does not start once it is disposed of, with the stop on its way', async () => {
    const source = new StopSource();
    const worker = await start();
    const fn = callback();
    const heeding = new StopCallback(source.token, fn);
    const latch = new Latch(1);
    const requested = worker.call.requestAndOpen(source, latch);
    latch.waitFor(LONG); // blocked: the event loop does not turn
    heeding[Symbol.dispose]();
    await requested;
    expect(fn).not.toHaveBeenCalled();
  });

  test('of a disposed one nothing is left, and 10,000 leave no more', () => {
    const { token } = new StopSource();
    for (let i = 0; i < 10_000; i++) {
      new StopCallback(token, () => {})[Symbol.dispose]();
    }
    expect(waitersFor(token)).toBe(0);
  });

  test('stays in its thread', () => {
    const heeding = new StopCallback(new StopSource().token, () => {});
    expect(() => structuredClone(heeding)).toThrow('could not be cloned');
  });

  test.each<[string, unknown, unknown, string]>([
    ['no token', undefined, () => {}, '`token` must be a StopToken, got undefined'],
    ['a signal', new AbortController().signal, () => {}, '`token` must be a StopToken, got object'],
    ['a source', new StopSource(), () => {}, '`token` must be a StopToken, got object'],
    ['no function', new StopSource().token, 7, '`fn` must be a function, got number'],
  ])('P6 of %s: TypeError', (_, token, fn, message) => {
    const make = () => new StopCallback(bad(token), bad(fn));
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

describe('S14 a signal of a token', () => {
  test('is aborted inside the request, with operation_canceled', () => {
    const source = new StopSource();
    const { signal } = source.token;
    const onAbort = callback();
    signal.addEventListener('abort', onAbort);
    expect(source.token.signal).toBe(signal);
    source.requestStop();
    expect(onAbort).toHaveBeenCalledOnce();
    expect(signal.reason).toEqual(canceled);
  });

  test('is aborted from the beginning if the stop was before', () => {
    const source = new StopSource();
    source.requestStop();
    expect(source.token.signal.reason).toEqual(canceled);
  });

  test('is aborted in all threads', async () => {
    const source = new StopSource();
    const [one, two] = await startWorkers<Stopper>(2, './stopper.mjs', import.meta.url);
    const reasons = [one!.call.reasonOf(source.token), two!.call.reasonOf(source.token)];
    await waitersAre(2, source.token);
    expect(await one!.call.requestStop(source)).toBe(true);
    const expected = { name: 'SyncError', code: 'operation_canceled', requested: true, same: true };
    expect(await Promise.all(reasons)).toEqual([expected, expected]);
    expect(waitersFor(source.token)).toBe(0);
  });
});

describe('S14 StopSource.from', () => {
  test('requests the stop, in all threads, when the signal is aborted', async () => {
    const controller = new AbortController();
    const { token } = StopSource.from(controller.signal);
    const worker = await start();
    const reason = worker.call.reasonOf(token);
    await waitersAre(1, token); // its signal there
    controller.abort();
    expect(token.stopRequested).toBe(true);
    expect(await reason).toMatchObject({ code: 'operation_canceled' });
    expect(listeners(controller.signal)).toBe(0);
  });

  test('of an aborted signal: the stop is requested', () => {
    expect(StopSource.from(AbortSignal.abort()).stopRequested).toBe(true);
  });

  test('listens no more when the stop was requested otherwise, here or in another thread', async () => {
    const { signal } = new AbortController();
    const here = StopSource.from(signal);
    const there = StopSource.from(signal);
    expect(listeners(signal)).toBe(1); // one for both
    here.requestStop();
    expect(listeners(signal)).toBe(1);
    const worker = await start();
    const heard = new Promise<void>((resolve) => {
      new StopCallback(there.token, resolve);
    });
    await worker.call.requestStop(there);
    await heard;
    expect(listeners(signal)).toBe(0);
  });

  test('takes no record of the pool while it listens', () => {
    const { signal } = new AbortController();
    const { token } = StopSource.from(signal);
    expect(waitersFor(token)).toBe(0);
    expect(listeners(signal)).toBe(1);
  });

  test('and back: a signal of its token', () => {
    const controller = new AbortController();
    const { signal } = StopSource.from(controller.signal).token;
    controller.abort('enough');
    expect(signal.reason).toEqual(canceled);
  });

  test('P6 of what is no signal: TypeError', () => {
    for (const wrong of [undefined, null, {}, 'signal']) {
      expect(() => StopSource.from(bad(wrong))).toThrow(TypeError);
    }
  });
});

test('waits with one signal share one listener: none is left, and Node has nothing to warn of', async () => {
  const mutex = new Mutex();
  mutex.lock();
  const warned = vi.fn<(warning: Error) => void>();
  process.on('warning', warned);
  const controller = new AbortController();
  const waits = Array.from({ length: 50 }, () => mutex.lockAsync({ signal: controller.signal }));
  expect(listeners(controller.signal)).toBe(1);
  controller.abort();
  const ends = await Promise.allSettled(waits);
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(listeners(controller.signal)).toBe(0);
  await new Promise((resolve) => setImmediate(resolve)); // warnings come on the next tick
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
  mutex.unlock();
});
