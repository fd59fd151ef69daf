import { fileURLToPath } from 'node:url';
import {
  async,
  attach,
  Channel,
  Future,
  FutureStatus,
  inspect,
  JThread,
  Launch,
  moduleRef,
  Mutex,
  PackagedTask,
  registerErrors,
  share,
  SharedFuture,
  StdPromise,
  StopSource,
  Thread,
} from 'crossthread';
import { describe, expect, test, vi } from 'vitest';
import { State } from '../../dist/future/state.js';
import { runNode } from '../support/child.ts';
import { futureError, syncError, timedOut } from '../support/errors.ts';
import { bundled } from '../support/fixtures.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

type Side = typeof import('./worker.mjs');
const startSide = () => startWorker<Side>('./worker.mjs', import.meta.url);
const startSides = (n: number) => startWorkers<Side>(n, './worker.mjs', import.meta.url);

const broken = futureError('broken_promise');
const noState = futureError('no_state');
const satisfied = futureError('promise_already_satisfied');
const retrieved = futureError('future_already_retrieved');
const bad = <T>(value: unknown): T => value as T;

const nowhere = moduleRef<{ run(...args: unknown[]): void }>('data:text/javascript,');
class Uncloneable {
  readonly fn = (): void => {};
}

/** How often `poll` touches shared words, and how often it sleeps. */
function operationsOf(poll: () => unknown): { words: number; sleeps: number } {
  const names = ['load', 'store', 'add', 'or', 'exchange', 'compareExchange', 'wait'] as const;
  const spies = names.map((name) => vi.spyOn(Atomics, name));
  poll();
  const counts = spies.map(({ mock }) => mock.calls.length);
  for (const spy of spies) spy.mockRestore();
  return { words: counts.reduce((a, b) => a + b), sleeps: counts.at(-1)! };
}

function promised<T>(): [StdPromise<T>, Future<T>] {
  const promise = new StdPromise<T>();
  return [promise, promise.getFuture()];
}

/** What a deferred future of `async` is. */
function deferred<T>(fn: () => unknown): Future<T> {
  const state = new State();
  state.defer(fn);
  return new (Future as unknown as new (of: State) => Future<T>)(state);
}

describe('StdPromise and Future, in one thread', () => {
  expectNoRescues();

  test('F1 a future is got once, a promise set once', () => {
    const [promise, future] = promised<number>();
    expect(() => promise.getFuture()).toThrow(retrieved);
    expect(future.valid).toBe(true);
    promise.setValue(1);
    expect(() => promise.setValue(2)).toThrow(satisfied);
    expect(() => promise.setException(new Error('late'))).toThrow(satisfied);
    expect(() => promise.setValueAtThreadExit(2)).toThrow(satisfied);
    expect(future.get()).toBe(1);
    expect(future.valid).toBe(false);
    expect(() => future.get()).toThrow(noState);
    expect(() => future.wait()).toThrow(noState);
    expect(() => future.waitFor(0)).toThrow(noState);
    expect(() => future.share()).toThrow(noState);
  });

  test.each([
    ['undefined', undefined],
    ['a tree', { a: [1, { b: 'ä'.repeat(900) }] }],
    [
      'what JSON cannot say',
      new Map<unknown, unknown>([
        [1n, new Date(5)],
        [-0, NaN],
      ]),
    ],
    ['bytes', new Uint8Array(5000).fill(7)],
  ])('setValue: a copy of %s arrives', async (_, value) => {
    const [promise, future] = promised<unknown>();
    const [again, shared] = promised<unknown>();
    promise.setValue(value);
    again.setValue(value);
    expect(await future.getAsync()).toEqual(value);
    expect(shared.share().get()).toEqual(value);
  });

  test('setValue: what cannot travel is refused, and the promise is as it was', () => {
    const [promise, future] = promised<unknown>();
    const { port1 } = new MessageChannel();
    const buffer = new ArrayBuffer(8);
    expect(() => promise.setValue(() => 1)).toThrow(TypeError);
    expect(() => promise.setValue(port1)).toThrow(TypeError);
    expect(() => promise.setValue({ memory: new SharedArrayBuffer(8) })).toThrow(TypeError);
    expect(() => promise.setValue(1, bad(7))).toThrow(TypeError);
    expect(() => promise.setValue(1, [buffer, buffer])).toThrow();
    expect([buffer.byteLength, future.waitFor(0)]).toEqual([8, FutureStatus.timeout]);
    promise.setValue(buffer, [buffer]);
    expect(buffer.byteLength).toBe(0);
    expect((future.get() as ArrayBuffer).byteLength).toBe(8);
    port1.close();
  });

  test('setException: errors keep class, message, code, cause and stack', () => {
    class FarError extends RangeError {
      readonly code = 'E_FAR';
    }
    registerErrors(FarError);
    const [promise, future] = promised();
    const error = new FarError('too far', { cause: new TypeError('why') });
    promise.setException(error);
    const shared = future.share();
    for (const get of [() => shared.get(), () => shared.get()]) {
      const found = caught(get) as FarError;
      expect(found).toBeInstanceOf(FarError);
      expect(found).not.toBe(error);
      expect([found.message, found.code, found.stack]).toEqual(['too far', 'E_FAR', error.stack]);
      expect(found.cause).toBeInstanceOf(TypeError);
    }
  });

  test('F2 F3 a promise given up is broken, for all that share its future', async () => {
    const [promise, future] = promised<undefined>();
    const shared = future.share();
    promise[Symbol.dispose]();
    promise[Symbol.dispose]();
    expect(shared.waitFor(0)).toBe(FutureStatus.ready);
    expect(() => shared.get()).toThrow(broken);
    await expect(shared.getAsync()).rejects.toThrow(broken);
    expect(() => promise.setValue(undefined)).toThrow(noState);
    const [kept, got] = promised<number>();
    kept.setValue(1);
    kept[Symbol.dispose](); // it is satisfied
    expect(got.get()).toBe(1);
  });

  test('F13 waits: a timed one ends, negative and huge times are fine', () => {
    const [promise, future] = promised<number>();
    for (const ms of [0, -1, -Infinity, 1]) expect(future.waitFor(ms)).toBe(FutureStatus.timeout);
    for (const t of [0, -8e15, new Date(0)]) expect(future.waitUntil(t)).toBe(FutureStatus.timeout);
    expect(() => future.waitFor(NaN)).toThrow(RangeError);
    expect(() => future.waitUntil(bad('now'))).toThrow(TypeError);
    promise.setValue(1);
    for (const ms of [0, -1, Infinity]) expect(future.waitFor(ms)).toBe(FutureStatus.ready);
    expect(future.waitUntil(-8e15)).toBe(FutureStatus.ready);
  });

  test('F12 to poll costs little more than to find it ready, and never sleeps', () => {
    const [promise, future] = promised<number>();
    const polls = [() => future.waitFor(0), () => future.waitUntil(Number.MIN_SAFE_INTEGER)];
    const waiting = polls.map(operationsOf);
    promise.setValue(1);
    const ready = polls.map(operationsOf);
    for (const [i, { words, sleeps }] of waiting.entries()) {
      expect(words).toBeLessThanOrEqual(3 * ready[i]!.words);
      expect(sleeps).toBe(0);
    }
  });

  test('getAsync: a signal, a token or a timeout ends the wait, not the future', async () => {
    const [promise, future] = promised<number>();
    const controller = new AbortController();
    const source = new StopSource();
    const waits = [
      future.getAsync({ signal: controller.signal }),
      future.getAsync({ signal: source.token }),
      future.getAsync({ timeout: 1 }),
    ];
    controller.abort(new Error('enough'));
    source.requestStop();
    await expect(waits[0]).rejects.toThrow('enough');
    await expect(waits[1]).rejects.toThrow(syncError('operation_canceled'));
    await expect(waits[2]).rejects.toThrow(timedOut);
    await expect(future.getAsync(bad(7))).rejects.toThrow(TypeError);
    await expect(future.waitAsync({ timeout: 0 })).rejects.toThrow(timedOut);
    const [first, second] = [future.getAsync(), future.getAsync()];
    promise.setValue(3);
    expect(await first).toBe(3);
    await expect(second).rejects.toThrow(noState);
  });

  test('await: neither side is a thenable', async () => {
    const [promise, future] = promised<number>();
    const shared = new StdPromise<number>().getFuture().share();
    const task = new PackagedTask(() => 1);
    for (const side of [promise, future, shared, task]) {
      expect(await Promise.resolve<unknown>(side)).toBe(side);
    }
  });

  test('share: the future moves, the shared one is got again and again', () => {
    const [promise, future] = promised<{ n: number }>();
    const shared = future.share();
    expect([future.valid, shared.valid]).toEqual([false, true]);
    promise.setValue({ n: 1 });
    expect(shared.get()).toEqual({ n: 1 });
    expect(shared.get()).not.toBe(shared.get());
  });

  test('new: empty ones are not valid, and everything else is no_state', async () => {
    const future = new Future<number>();
    const empty = [future, new SharedFuture<number>()];
    for (const each of empty) {
      expect(each.valid).toBe(false);
      const calls = [
        () => each.get(),
        () => each.wait(),
        () => each.waitFor(0),
        () => structuredClone(each),
        () => share({ each }),
      ];
      for (const call of calls) expect(call).toThrow(noState);
      await expect(each.getAsync()).rejects.toThrow(noState);
      await expect(each.waitAsync()).rejects.toThrow(noState);
    }
    expect(() => future.share()).toThrow(noState);
    future[Symbol.dispose]();
  });

  test('attach: sides that were cloned move, shared ones do not', () => {
    const [promise, future] = promised<number>();
    const there = attach<StdPromise<number>>(structuredClone(promise) as unknown);
    expect(() => promise.setValue(1)).toThrow(noState);
    expect(() => promise.getFuture()).toThrow(noState);
    expect(() => there.getFuture()).toThrow(retrieved);
    there.setValue(2);
    const moved = attach(share(future));
    expect([future.valid, moved.valid]).toEqual([false, true]);
    const shared = moved.share();
    expect(attach(share(shared)).get()).toBe(2);
    expect(shared.get()).toBe(2);
    expect(attach(shared)).toBe(shared); // what is live stays as it is
  });

  test('a promise that was sent is not taken back by sending it again', () => {
    const [promise, future] = promised<number>();
    const there = attach(share(promise));
    expect(() => share(promise)).toThrow(noState);
    expect(() => structuredClone(promise)).toThrow(noState);
    there.setValue(1);
    expect(future.get()).toBe(1);
    promise[Symbol.dispose]();
    expect(() => share(promise)).toThrow(noState);
  });

  test.each<[string, (value: unknown) => unknown]>([
    ['share', (value) => share([value, () => 1])],
    ['StdPromise.setValue', (value) => new StdPromise().setValue(value)],
    ['Channel.send', (value) => new Channel(1).send({ deep: [value] })],
    ['Thread.start', (value) => Thread.start(nowhere, 'run', value, new Uncloneable())],
    ['async', (value) => async(Launch.async, nowhere, 'run', value, new Uncloneable())],
  ])('%s refuses what it is given: promises and futures are here still', (_, send) => {
    const [promise, future] = promised<number>();
    expect(() => send(promise)).toThrow(TypeError);
    expect(() => send(future)).toThrow(TypeError);
    promise.setValue(1);
    expect(future.get()).toBe(1);
  });
});

describe('PackagedTask', () => {
  test('F8 it runs once; its outcome is for the future', async () => {
    const task = new PackagedTask((a: number, b: number) => a ** b);
    const future = task.getFuture();
    expect(() => task.getFuture()).toThrow(retrieved);
    task(2, 9);
    expect(() => task(2, 9)).toThrow(satisfied);
    expect(() => task.makeReadyAtThreadExit(2, 9)).toThrow(satisfied);
    expect(future.get()).toBe(512);
    const failing = new PackagedTask(() => {
      throw new RangeError('no');
    });
    failing();
    expect(() => failing.getFuture().get()).toThrow(RangeError);
    const later = new PackagedTask(async (n: number) => n);
    later(3);
    expect(await later.getFuture().getAsync()).toBe(3);
    const uncloneable = new PackagedTask(() => () => 1);
    uncloneable();
    expect(() => uncloneable.getFuture().get()).toThrow(TypeError);
    expect(() => new PackagedTask(bad<() => void>(7))).toThrow(TypeError);
  });

  test('a result whose `then` throws is an error', () => {
    const throwing = {
      get(_: object, key: PropertyKey): void {
        if (key === 'then') throw new Error('then');
      },
    };
    const task = new PackagedTask(() => new Proxy({}, throwing));
    const future = task.getFuture();
    task();
    expect(future.waitFor(0)).toBe(FutureStatus.ready);
    expect(() => future.get()).toThrow('then');
  });

  test('F7 reset: another future; the one before is broken, unless the task has run', () => {
    const task = new PackagedTask((n: number) => n);
    const given = task.getFuture();
    task.reset();
    expect(() => given.get()).toThrow(broken);
    const second = task.getFuture();
    task(2);
    task.reset();
    expect(second.get()).toBe(2);
    const third = task.getFuture();
    task[Symbol.dispose]();
    expect(task.valid).toBe(false);
    expect(() => third.get()).toThrow(broken);
    expect(() => task(1)).toThrow(noState);
    expect(() => task.reset()).toThrow(noState);
  });

  test('does not travel, and says what does', () => {
    const message = 'a PackagedTask stays in its thread: send a StdPromise, or use defineTask';
    expect(() => share([new PackagedTask(() => 1)])).toThrow(new TypeError(message));
  });
});

describe('deferred', () => {
  test('F9 a timed wait does not run it, get() does, once', async () => {
    let runs = 0;
    const future = deferred<number>(() => ++runs);
    expect(future.waitFor(5)).toBe(FutureStatus.deferred);
    expect(runs).toBe(0);
    expect(() => structuredClone(future)).toThrow(syncError('operation_not_permitted'));
    const shared = future.share();
    const side = await startSide();
    const there = side.call.get(attach(share(shared)));
    expect(await Promise.all([shared.getAsync(), shared.getAsync()])).toEqual([1, 1]);
    expect([shared.get(), await there, runs]).toEqual([1, 1, 1]);
  });

  test('errors, async functions, and a function that waits for itself', async () => {
    expect(() => deferred(() => JSON.parse('{')).get()).toThrow(SyntaxError);
    const asynchronous = deferred(async () => 1);
    expect(() => asynchronous.get()).toThrow(TypeError);
    expect(() => asynchronous.wait()).toThrow(TypeError);
    expect(await asynchronous.getAsync()).toBe(1); // it has not run before
    const promising = deferred(() => Promise.reject(new Error('of nobody')));
    expect(() => promising.get()).toThrow('a deferred async function');
    const shared: SharedFuture<number> = deferred<number>(() => shared.get()).share();
    expect(() => shared.get()).toThrow(syncError('resource_deadlock_would_occur'));
  });
});

test('a promise that is collected is broken, one that was sent is not', async () => {
  const { code, stdout } = await runNode('--expose-gc', script('collected.mjs'));
  expect([code, stdout]).toEqual([0, 'broken_promise 5\n']);
});

describe('between threads', () => {
  test('F6 a blocked get() gets what another thread sets, while two more share it', async () => {
    const rescues = inspect().rescues;
    const [setter, reader, awaiting] = await startSides(3);
    const [promise, future] = promised<{ n: number; mutex: Mutex }>();
    const shared = future.share();
    const readers = [reader!.call.get(shared), awaiting!.call.getAsync(shared)];
    const mutex = Mutex.global('future');
    const setting = setter!.call.setSoon(promise, { n: 5, mutex });
    const found = shared.get(); // with this event loop standing still
    expect(found.n).toBe(5);
    expect(found.mutex).toBe(mutex);
    await setting;
    for (const copy of await Promise.all(readers)) expect(copy).toMatchObject({ n: 5 });
    expect(() => promise.setValue(bad(1))).toThrow(noState);
    expect(inspect().rescues).toBe(rescues);
  });

  test('F3 the same error for all, and futures that go back', async () => {
    const [a, b] = await startSides(2);
    const [promise, future] = promised();
    const shared = future.share();
    const codes = [a!.call.failure(shared), a!.call.failureAsync(shared)];
    await b!.call.fail(promise);
    expect(await Promise.all(codes)).toEqual(['E_FAR', 'E_FAR']);
    expect(() => shared.get()).toThrow(RangeError);
    const made = attach<Future<unknown>>(await a!.call.make());
    expect(made.waitFor(0)).toBe(FutureStatus.timeout);
    await a!.terminate();
    expect(() => made.get()).toThrow(broken);
  });

  test('F2 who has the promise dies: all that wait get a broken_promise', async () => {
    const [owner, blocked, awaiting] = await startSides(3);
    const [promise, future] = promised();
    const shared = future.share();
    await owner!.call.hold(promise);
    const codes = [blocked!.call.failure(shared), awaiting!.call.failureAsync(shared)];
    await owner!.terminate();
    expect(() => shared.get()).toThrow(broken);
    expect(await Promise.all(codes)).toEqual(['broken_promise', 'broken_promise']);
  });

  test('F15 at the exit: set then, and ready only then; not by who is terminated', async () => {
    const side = moduleRef<Side>('./worker.mjs', import.meta.url);
    const [promise, future] = promised<number>();
    const [failing, failed] = promised<number>();
    const thread = Thread.start(side, 'setAtExit', promise, failing, 'future at exit');
    expect(thread.join()).toEqual(['promise_already_satisfied', FutureStatus.timeout]);
    expect(future.get()).toBe(7);
    expect(() => failed.get()).toThrow('at the exit');
    const terminated = await startSide();
    const [never, unset] = promised<number>();
    await terminated.call.setAtExit(never, new StdPromise<number>(), 'future at exit');
    expect(unset.waitFor(0)).toBe(FutureStatus.timeout);
    await terminated.terminate();
    expect(() => unset.get()).toThrow(broken);
  });

  test('F11 to dispose of the future of a task waits for the task, of another it does not', async () => {
    const side = await startSide();
    const state = new State();
    const promise = new (StdPromise as unknown as new (of: State) => StdPromise<number>)(state);
    const setting = side.call.setSoon(promise, 1);
    const future = new (
      Future as unknown as new (of: State, waitsAtEnd: boolean) => Future<number>
    )(state, true);
    promised()[1][Symbol.dispose](); // nobody ever sets it
    future[Symbol.dispose]();
    expect([state.isReady, future.valid]).toEqual([true, false]);
    future[Symbol.dispose]();
    await setting;
  });

  test('a JThread and a blocked main thread', () => {
    const side = moduleRef<Side>('./worker.mjs', import.meta.url);
    const [promise, future] = promised<string>();
    const thread = new JThread(side, 'get', future);
    expect(future.valid).toBe(false);
    promise.setValue('moved');
    expect(thread.join()).toBe('moved');
  });
});

const script = (name: string): string => fileURLToPath(bundled(`./${name}`, import.meta.url));

function caught(fn: () => unknown): Error {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  return expect.unreachable();
}
