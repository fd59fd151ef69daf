import { getEventListeners } from 'node:events';
import {
  async,
  AtomicInt32,
  Barrier,
  Channel,
  ConditionVariable,
  ConditionVariableAny,
  Latch,
  Launch,
  Mutex,
  RecursiveMutex,
  Semaphore,
  SharedMutex,
  type SharedObject,
  StdPromise,
  StopSource,
  StopToken,
  thisThread,
  type WaitOptions,
} from 'crossthread';
import { describe, expect, test, vi } from 'vitest';
import { where } from '../future/tasks.mjs';
import { syncError } from '../support/errors.ts';
import { sharedWords, wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { LONG } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { BLOCKING, type Blocking, type Objects, type Stoppable } from './stopper.mjs';

expectNoRescues();

type Stopper = typeof import('./stopper.mjs');
const start = () => startWorker<Stopper>('./stopper.mjs', import.meta.url);
const canceled = syncError('operation_canceled');
const bad = <T>(value: unknown): T => value as T;

const newObjects = (): Objects => ({
  mutex: new Mutex(),
  recursive: new RecursiveMutex(),
  shared: new SharedMutex(),
  semaphore: new Semaphore(0),
  latch: new Latch(1),
  barrier: new Barrier(3),
  full: fullChannel(),
  empty: new Channel(1),
  atomic: new AtomicInt32(),
  future: promised().getFuture(),
  shareable: promised().getFuture().share(),
});

const promises: StdPromise<void>[] = [];

/** A promise that is kept, and not satisfied. */
function promised(): StdPromise<void> {
  const promise = new StdPromise<void>();
  promises.push(promise);
  return promise;
}

function fullChannel(): Channel<number> {
  const channel = new Channel<number>(1);
  channel.send(1);
  return channel;
}

/** Objects that whoever wants something of has to wait for. */
function busyObjects(): Objects {
  const objects = newObjects();
  for (const mutex of [objects.mutex, objects.recursive, objects.shared]) mutex.lock();
  return objects;
}

const forms = Object.keys(BLOCKING) as Blocking[];
/** What its waiters are known to wait for. */
const objectOf = (form: Blocking, objects: Objects): SharedObject | undefined =>
  form === 'Channel.send'
    ? objects.full
    : {
        AtomicInt32: objects.atomic,
        Channel: objects.empty,
        Mutex: objects.mutex,
        UniqueLock: objects.mutex,
        SharedLock: objects.shared,
        RecursiveMutex: objects.recursive,
        SharedMutex: objects.shared,
        Semaphore: objects.semaphore,
        Latch: objects.latch,
        Barrier: objects.barrier,
      }[form.split('.')[0]!];

test('{ stop }: each wait is cancelled by a third thread, and has taken nothing', async () => {
  const [waiter, requester] = await startWorkers<Stopper>(2, './stopper.mjs', import.meta.url);
  for (const form of forms) {
    const objects = busyObjects();
    const source = new StopSource();
    const object = objectOf(form, objects) ?? source.token;
    const blocked = waiter!.call.block(form, objects, source.token);
    const outcome = expect(blocked, form).rejects.toThrow(canceled);
    await waitersAre(1, object);
    expect(waitersFor(source.token)).toBe(1);
    expect(await requester!.call.requestStop(source)).toBe(true);
    await outcome;
    expect([waitersFor(object), waitersFor(source.token)]).toEqual([0, 0]);
    expect(await waiter!.call.holds(objects)).toBe(false);
  }
});

describe.each(forms)('%s({ stop })', (form) => {
  test('after the stop: throws at once, and changes nothing', () => {
    const source = new StopSource();
    source.requestStop();
    const objects = newObjects();
    const object = objectOf(form, objects) ?? source.token;
    const before = form === 'Barrier.wait' ? undefined : wordsOf(object); // that one arrives first
    expect(() => BLOCKING[form](objects, { stop: source.token })).toThrow(canceled);
    if (before) expect(wordsOf(object)).toEqual(before);
    expect(waitersFor(object)).toBe(0);
  });

  test.each<[string, unknown]>([
    ['options: 7', 7],
    ['options: null', null],
    ['stop: null', { stop: null }],
    ['stop: a signal', { stop: new AbortController().signal }],
    ['stop: a source', { stop: new StopSource() }],
  ])('P6 %s: TypeError', (_, options) => {
    expect(() => BLOCKING[form](newObjects(), bad(options))).toThrow(TypeError);
  });
});

describe('{ stop }', () => {
  test('of a wait that needs no waiting, or of a token without a source, costs nothing', () => {
    const { token } = new StopSource();
    for (const stop of [token, new StopToken(), undefined]) {
      const mutex = new Mutex();
      mutex.lock(bad({ stop })).unlock();
      new Semaphore(1).acquire(1, bad({ stop })).release();
      new Latch(0).wait(bad({ stop }));
    }
    expect(waitersFor(token)).toBe(0);
  });

  test('of a future: it stays valid, and what has not begun is left to a thread', async () => {
    const { future } = newObjects();
    const source = new StopSource();
    source.requestStop();
    expect(() => future.get({ stop: source.token })).toThrow(canceled);
    expect(future.valid).toBe(true);
    const { token: stop } = new StopSource();
    expect(async(where).get({ stop })).not.toBe(thisThread.id);
    expect(async(Launch.deferred, where).get({ stop })).toBe(thisThread.id);
  });

  test('P2 what was meant for who is stopped goes to the next', async () => {
    const { semaphore } = newObjects();
    const source = new StopSource();
    const worker = await start();
    const objects = { ...newObjects(), semaphore };
    const first = worker.call.block('Semaphore.acquire', objects, source.token); // two permits
    const outcome = expect(first).rejects.toThrow(canceled);
    await waitersAre(1, semaphore);
    const second = semaphore.acquireAsync();
    semaphore.release(); // not enough for the first one
    expect(waitersFor(semaphore)).toBe(2);
    source.requestStop();
    await outcome;
    expect((await second).count).toBe(1);
  });

  test('callbacks of the same token run once the blocked thread is free again', async () => {
    const source = new StopSource();
    const objects = newObjects();
    const worker = await start();
    const blocked = worker.call.blockAndHeed(objects, source.token);
    await waitersAre(1, objects.semaphore);
    source.requestStop();
    expect(await blocked).toEqual({ ended: 'operation_canceled', atOnce: 0, later: 1 });
    expect(waitersFor(source.token)).toBe(0);
  });

  test('10,000 waits with one token leave nothing behind', async () => {
    const { token } = new StopSource();
    const mutex = new Mutex();
    mutex.lock();
    for (let i = 0; i < 10_000; i++) {
      const waiting = mutex.lockAsync({ signal: token });
      mutex.unlock();
      await waiting;
    }
    expect([waitersFor(token), waitersFor(mutex)]).toEqual([0, 0]);
    mutex.unlock();
  });
});

type Async = (objects: Objects, options: WaitOptions) => Promise<unknown>;
const asyncForms: [string, Async][] = [
  ['Mutex.lockAsync', ({ mutex }, options) => mutex.lockAsync(options)],
  ['Mutex.tryLockForAsync', ({ mutex }, options) => mutex.tryLockForAsync(LONG, options)],
  ['RecursiveMutex.lockAsync', ({ recursive }, options) => recursive.lockAsync(options)],
  ['SharedMutex.lockSharedAsync', ({ shared }, options) => shared.lockSharedAsync(options)],
  ['Semaphore.acquireAsync', ({ semaphore }, options) => semaphore.acquireAsync(1, options)],
  ['Latch.waitAsync', ({ latch }, options) => latch.waitAsync(options)],
  ['Barrier.arriveAndWaitAsync', ({ barrier }, options) => barrier.arriveAndWaitAsync(options)],
  [
    'ConditionVariable.waitAsync',
    (_, options) => {
      const lock = new Mutex().lock();
      return new ConditionVariable().waitAsync(lock, undefined, options);
    },
  ],
];

describe.each(asyncForms)('%s({ signal: token })', (_, wait) => {
  test('rejects with operation_canceled, at once when the stop was before', async () => {
    const source = new StopSource();
    const waiting = wait(busyObjects(), { signal: source.token });
    const outcome = expect(waiting).rejects.toThrow(canceled);
    source.requestStop();
    await outcome;
    await expect(wait(newObjects(), { signal: source.token })).rejects.toThrow(canceled);
    expect(waitersFor(source.token)).toBe(0);
  });

  test('takes its signal, too', async () => {
    const source = new StopSource();
    const { signal } = source.token;
    const waiting = wait(busyObjects(), { signal });
    const outcome = expect(waiting).rejects.toThrow(canceled);
    source.requestStop();
    await outcome;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('an awaited wait is cancelled by another thread', async () => {
  const source = new StopSource();
  const worker = await start();
  const { semaphore } = newObjects();
  const waits = [1, 2, 3].map(() => semaphore.acquireAsync(1, { signal: source.token }));
  const ended = Promise.allSettled(waits);
  await worker.call.requestStop(source);
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect([waitersFor(semaphore), waitersFor(source.token)]).toEqual([0, 0]);
});

const newRoom = (Condition = ConditionVariable) => ({
  mutex: new Mutex(),
  condition: new Condition(),
  words: sharedWords(2),
});
const stoppable: [Stoppable, typeof ConditionVariable][] = [
  ['wait', ConditionVariable],
  ['waitFor', ConditionVariable],
  ['waitUntil', ConditionVariable],
  ['wait', ConditionVariableAny],
];

describe('S9 wait, waitFor, waitUntil of a condition with a stop token', () => {
  test('the stop was before: the predicate is asked once, and its answer returned', async () => {
    const source = new StopSource();
    source.requestStop();
    const worker = await start();
    for (const [form, Condition] of stoppable) {
      for (const isThere of [false, true]) {
        const room = newRoom(Condition);
        room.words[0] = Number(isThere);
        const ended = worker.call.waitStoppable(form, room, source.token, LONG);
        expect(await ended).toEqual({ result: isThere, isHeld: true });
        expect(room.words[1]).toBe(1);
      }
    }
  });

  test('a stop while it waits: false, with the lock held, and nobody there to be notified', async () => {
    const worker = await start();
    for (const [form, Condition] of stoppable) {
      const source = new StopSource();
      const room = newRoom(Condition);
      const ended = worker.call.waitStoppable(form, room, source.token, LONG);
      await waitersAre(1, room.condition);
      source.requestStop();
      expect(await ended).toEqual({ result: false, isHeld: true });
      expect(room.words[1]).toBe(2);
      expect([waitersFor(room.condition), waitersFor(source.token)]).toEqual([0, 0]);
      expect(room.condition.notifyAll()).toBe(0);
    }
  });

  test('a notification: true, and nothing is left of the token', async () => {
    const { token } = new StopSource();
    const worker = await start();
    for (const [form, Condition] of stoppable) {
      const room = newRoom(Condition);
      const ended = worker.call.waitStoppable(form, room, token, LONG);
      await waitersAre(1, room.condition);
      room.mutex.withLock(() => Atomics.store(room.words, 0, 1));
      expect(room.condition.notifyOne()).toBe(1);
      expect(await ended).toEqual({ result: true, isHeld: true });
      expect(waitersFor(token)).toBe(0);
    }
  });

  test('its time is up, before or later: what the predicate says', async () => {
    const { token } = new StopSource();
    const worker = await start();
    for (const form of ['waitFor', 'waitUntil'] as const) {
      for (const ms of [0, 5]) {
        const ended = worker.call.waitStoppable(form, newRoom(), token, ms);
        expect(await ended).toEqual({ result: false, isHeld: true });
      }
    }
    expect(waitersFor(token)).toBe(0);
  });
});

describe('ConditionVariable with a stop token', () => {
  test('S10 a predicate that throws: the lock is held, and nothing is left of the token', async () => {
    const { token } = new StopSource();
    const worker = await start();
    const ended = await worker.call.waitThrowing(newRoom(), token);
    expect(ended).toEqual({ thrown: 'no answer', isHeld: true });
    expect(waitersFor(token)).toBe(0);
  });

  test('P6 wrong arguments: nothing happens', () => {
    const { mutex, condition } = newRoom();
    const { token: stop } = new StopSource();
    const lock = mutex.lock();
    const pred = vi.fn<() => boolean>(() => true);
    const calls: [() => unknown, string][] = [
      [() => condition.wait(lock, bad(stop)), '`pred` must be a function, got undefined'],
      [() => condition.wait(lock, bad({}), pred), '`stop` must be a StopToken, got object'],
      [() => condition.wait(lock, stop, bad(1)), '`pred` must be a function, got number'],
      [() => condition.waitFor(lock, stop, bad('1'), pred), '`ms` must be a number, got string'],
      [() => condition.waitFor(lock, bad(1), 1, pred), '`stop` must be a StopToken, got number'],
      [() => condition.waitUntil(lock, stop, bad('now'), pred), '`t` must be a Date'],
      [() => condition.waitUntil(lock, bad(stop), bad(undefined)), '`pred` must be a function'],
    ];
    for (const [call, message] of calls) {
      expect(call).toThrow(TypeError);
      expect(call).toThrow(message);
    }
    expect(() => condition.waitFor(lock, stop, NaN, pred)).toThrow(RangeError);
    expect(pred).not.toHaveBeenCalled();
    expect(lock.ownsLock).toBe(true);
    lock.unlock();
    expect(() => condition.wait(lock, stop, pred)).toThrow(syncError('operation_not_permitted'));
  });
});
