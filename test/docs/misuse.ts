/** What is undefined behaviour or an error in C++, and what it is here: the rows of the README's table. */
import {
  adoptLock,
  async,
  AtomicBigInt64,
  AtomicInt32,
  attach,
  Barrier,
  BinarySemaphore,
  callOnce,
  Channel,
  ConditionVariable,
  deferLock,
  defineTask,
  Future,
  Latch,
  Launch,
  lock,
  lockAsync,
  LockGuard,
  Mutex,
  notifyAllAtThreadExit,
  OnceFlag,
  ownStopToken,
  PackagedTask,
  RecursiveMutex,
  registerErrors,
  ScopedLock,
  Semaphore,
  share,
  SharedLock,
  SharedMutex,
  SharedStruct,
  StdPromise,
  type Task,
  StopCallback,
  StopSource,
  type StopToken,
  thisThread,
  Thread,
  ThreadLocal,
  ThreadPool,
  UniqueLock,
} from 'crossthread';
import { defineProxy, initialize, newCallback, type Proxy } from 'crossthread/ami';
import { AsyncMutexAdapter, AsyncSemaphoreAdapter } from 'crossthread/async-mutex';

const bad = <T>(value: unknown): T => value as T;
const nothing = (): void => {};
const bytes = (length: number): SharedArrayBuffer => new SharedArrayBuffer(length);
const held = (): Mutex => {
  const mutex = new Mutex();
  mutex.lock();
  return mutex;
};
const reading = (): SharedMutex => {
  const mutex = new SharedMutex();
  mutex.lockShared();
  return mutex;
};
const writing = (): SharedMutex => {
  const mutex = new SharedMutex();
  mutex.lock();
  return mutex;
};
const unlocked = (): UniqueLock => new UniqueLock(new Mutex(), deferLock);
const locking = (): UniqueLock => {
  const waiting = new UniqueLock(held(), deferLock);
  void waiting.lockAsync({ keepAlive: false });
  return waiting;
};
interface Employees {
  getName(number: number): string;
  retire(number: number): void;
}
const EmployeesPrx = defineProxy<Employees>()('::Demo::Employees', {
  getName: 'returns',
  retire: 'void',
});
/** Served in this thread. */
const employees = (): Proxy<Employees> => {
  const adapter = initialize().createObjectAdapter('misuse');
  return EmployeesPrx.uncheckedCast(
    adapter.add({ getName: () => 'Ann', retire: nothing }, 'employees'),
  );
};
/** A latch that a task of this thread waits for. */
const awaited = (): Latch => {
  const latch = new Latch(1);
  void latch.waitAsync({ keepAlive: false });
  return latch;
};
const aborted = (): Barrier => {
  const barrier = new Barrier(1);
  barrier.abort();
  return barrier;
};
const condition = new ConditionVariable();
const stopped = (): StopToken => {
  const source = new StopSource();
  source.requestStop();
  return source.token;
};
const jobs = new URL(
  'data:text/javascript,export const one = () => 1; export const exit = () => process.exit();',
);
const joined = (): Thread => {
  const thread = new Thread(jobs, 'one');
  thread.join();
  return thread;
};
const Point = SharedStruct({ x: 'f32', last: ['u8', 2] });
const semaphoreOf = (value: number, max: number): Semaphore => new Semaphore(value, { max });

/** By class: what is done wrong. Each throws, or rejects. */
export const MISUSE: Record<string, Record<string, () => unknown>> = {
  Mutex: {
    'lock() in the thread that holds it': () => held().lock(),
    'tryLockFor(ms) in the thread that holds it': () => held().tryLockFor(9),
    'unlock() of a free one': () => new Mutex().unlock(),
    'recover(fn) of a consistent one': () => new Mutex().recover(nothing),
    'withLock(async () => {})': () => new Mutex().withLock(bad(async () => {})),
    'withLock(1)': () => new Mutex().withLock(bad(1)),
    'tryLockFor(NaN)': () => new Mutex().tryLockFor(NaN),
    "tryLockFor('1')": () => new Mutex().tryLockFor(bad('1')),
    'tryLockUntil(new Date(NaN))': () => new Mutex().tryLockUntil(new Date(NaN)),
    'lock({ timeout: 5 })': () => new Mutex().lock(bad({ timeout: 5 })),
    'lockAsync({ timeout: NaN })': () => new Mutex().lockAsync({ timeout: NaN }),
    'lockAsync({ signal: {} })': () => new Mutex().lockAsync({ signal: bad({}) }),
    "new Mutex({ fairness: 'lifo' })": () => new Mutex({ fairness: bad('lifo') }),
    'at(buffer) of what is not shared': () => Mutex.at(bad(new ArrayBuffer(16))),
    'at(buffer, 2)': () => Mutex.at(bytes(32), 2),
    'at(buffer) of too few bytes': () => Mutex.at(bytes(12)),
    'at(buffer) of another class': () => Mutex.at(new Latch(1).buffer),
    'global(1)': () => Mutex.global(bad(1)),
    'global(key) of another class': () => {
      Latch.global('a latch', 1);
      return Mutex.global('a latch');
    },
    'init(buffer) of what others wait for': () => Mutex.init(awaited().buffer, 0),
  },
  RecursiveMutex: {
    'unlock() of a free one': () => new RecursiveMutex().unlock(),
    'lockAsync({ reenter }) with a lock that does not own it': () =>
      new RecursiveMutex().lockAsync({ reenter: new RecursiveMutex().lock() }),
    'lockAsync({ reenter: {} })': () => new RecursiveMutex().lockAsync({ reenter: bad({}) }),
  },
  SharedMutex: {
    'lock() in a thread that reads': () => reading().lock(),
    'lockShared() in the thread that writes': () => writing().lockShared(),
    'unlock() in a thread that reads': () => reading().unlock(),
    'unlockShared() in the thread that writes': () => writing().unlockShared(),
    'unlockShared() of a free one': () => new SharedMutex().unlockShared(),
    'downgrade() in a thread that does not write': () => reading().downgrade(),
  },
  UniqueLock: {
    'lock() without a mutex': () => new UniqueLock().lock(),
    'lock() of one that owns': () => new UniqueLock(new Mutex()).lock(),
    'unlock() of one that does not own': () => unlocked().unlock(),
    'unlock() after mutex.unlock()': () => {
      const mutex = new Mutex();
      const guard = mutex.lock();
      mutex.unlock();
      guard.unlock();
    },
    'lockAsync() while one is under way': () => locking().lockAsync(),
    'move() while a lockAsync() is under way': () => locking().move(),
    'release() while a lockAsync() is under way': () => locking().release(),
    'new UniqueLock(mutex, adoptLock) of a free one': () => new UniqueLock(new Mutex(), adoptLock),
    'new UniqueLock({})': () => new UniqueLock(bad<Mutex>({})),
    'tryLockFor(ms) of what has no such form': () =>
      new UniqueLock(
        { lock: nothing, tryLock: () => false, unlock: nothing },
        deferLock,
      ).tryLockFor(9),
    'lock({ stop }) of what has no such form': () =>
      new UniqueLock({ lock: nothing, tryLock: () => false, unlock: nothing }, deferLock).lock({
        stop: new StopSource().token,
      }),
    'structuredClone(lock)': () => structuredClone(unlocked()),
  },
  SharedLock: {
    'lock() without a mutex': () => new SharedLock().lock(),
    'unlock() without a mutex': () => new SharedLock().unlock(),
    'new SharedLock(mutex, adoptLock) of a free one': () =>
      new SharedLock(new SharedMutex(), adoptLock),
    'new SharedLock({})': () => new SharedLock(bad<SharedMutex>({})),
  },
  'lock, ScopedLock, LockGuard': {
    'lock(a, a)': () => {
      const a = new Mutex();
      lock(a, a);
    },
    'lockAsync([a, a])': () => {
      const mutex = new Mutex();
      return lockAsync([mutex, mutex]);
    },
    'lock(a, {})': () => lock(new Mutex(), bad({})),
    'new ScopedLock(adoptLock, a) of a free one': () => new ScopedLock(adoptLock, new Mutex()),
    'new LockGuard(a, deferLock)': () => new LockGuard(new Mutex(), bad(deferLock)),
    'new LockGuard(undefined)': () => new LockGuard(bad<Mutex>(undefined)),
  },
  ConditionVariable: {
    'wait(lock) with one that does not own': () => condition.wait(unlocked()),
    'wait(mutex)': () => condition.wait(bad(held())),
    'wait(lock, true)': () => condition.wait(new Mutex().lock(), bad(true)),
    'wait(lock, async () => true)': () =>
      condition.wait(
        new Mutex().lock(),
        bad(async () => true),
      ),
    'waitFor(lock, NaN)': () => condition.waitFor(new Mutex().lock(), NaN),
    'wait(lock) while others wait with another mutex': () => {
      const shared = new ConditionVariable();
      void shared.waitAsync(new Mutex().lock(), undefined, { keepAlive: false });
      shared.wait(new Mutex().lock());
    },
    'notifyAllAtThreadExit(condition, lock) with one that does not own': () =>
      notifyAllAtThreadExit(condition, unlocked()),
    'notifyAllAtThreadExit(condition, mutex)': () => notifyAllAtThreadExit(condition, bad(held())),
  },
  Semaphore: {
    'new Semaphore(-1)': () => new Semaphore(-1),
    'new Semaphore(2, { max: 1 })': () => semaphoreOf(2, 1),
    'new BinarySemaphore(2)': () => new BinarySemaphore(bad(2)),
    'acquire(0)': () => new Semaphore(1).acquire(0),
    'acquire(n) of more than there can be': () => semaphoreOf(1, 1).acquire(2),
    'release() past max': () => semaphoreOf(1, 1).release(),
    'release(-1)': () => new Semaphore(1).release(-1),
    'release() of a permit that was returned': () => {
      const permit = new Semaphore(1).acquire();
      permit.release();
      permit.release();
    },
    'at(buffer) where none was written': () => Semaphore.at(bytes(16)),
    'BinarySemaphore.at(buffer) of one of more': () => BinarySemaphore.at(semaphoreOf(0, 2).buffer),
  },
  Latch: {
    'new Latch(-1)': () => new Latch(-1),
    'countDown(n) of more than are to come': () => new Latch(1).countDown(2),
    'countDown() of an open one': () => new Latch(0).countDown(),
    'countDown(-1)': () => new Latch(1).countDown(-1),
    'arriveAndWait(n) of more than are to come': () => new Latch(1).arriveAndWait(2),
    'init(buffer) of one that others wait for': () => Latch.init(awaited().buffer, 0, 1),
  },
  Barrier: {
    'new Barrier(-1)': () => new Barrier(-1),
    'new Barrier(1, 1)': () => new Barrier(1, bad(1)),
    'arrive(0)': () => new Barrier(1).arrive(0),
    'arrive(n) of more than are to come': () => new Barrier(1).arrive(2),
    'arrive() when all have dropped out': () => {
      const barrier = new Barrier(1);
      barrier.arriveAndDrop();
      barrier.arrive();
    },
    'arrive() in its own completion': () => {
      const errors: unknown[] = [];
      const barrier = new Barrier(1, () => {
        try {
          barrier.arrive();
        } catch (error) {
          errors.push(error);
        }
      });
      barrier.arrive();
      throw errors[0];
    },
    'arrive() of one whose completion throws': () => {
      const fail = (): void => {
        throw new Error('not today');
      };
      return new Barrier(1, fail).arrive();
    },
    'arrive() of one with an async completion': () => new Barrier(1, async () => {}).arrive(),
    'arrive() of an aborted one': () => aborted().arrive(),
    'wait(token) of another barrier': () => new Barrier(1).wait(new Barrier(1).arrive()),
    'wait(token) two phases later': () => {
      const barrier = new Barrier(1);
      const token = barrier.arrive();
      barrier.arriveAndWait();
      barrier.wait(token);
    },
    'wait({})': () => new Barrier(1).wait(bad({})),
    'structuredClone(token)': () => structuredClone(new Barrier(1).arrive()),
    'at(buffer) where none was written': () => Barrier.at(bytes(Barrier.BYTE_LENGTH)),
  },
  OnceFlag: {
    'callOnce(flag, fn) in itself': () => {
      const flag = new OnceFlag();
      callOnce(flag, () => callOnce(flag, nothing));
    },
    'callOnce(flag, async () => {})': () =>
      callOnce(
        new OnceFlag(),
        bad(async () => {}),
      ),
    'callOnce(flag, 1)': () => callOnce(new OnceFlag(), bad(1)),
  },
  Atomics: {
    'new AtomicInt32(0.5)': () => new AtomicInt32(0.5),
    "new AtomicInt32('1')": () => new AtomicInt32(bad('1')),
    'new AtomicBigInt64(1)': () => new AtomicBigInt64(bad(1)),
    'store(2 ** 31)': () => new AtomicInt32(0).store(2 ** 31),
    'wait(NaN)': () => new AtomicInt32(0).wait(NaN),
    'AtomicBigInt64.at(buffer, 4)': () => AtomicBigInt64.at(bytes(64), 4),
  },
  ThreadLocal: {
    'value in its own init': () => {
      const local: ThreadLocal<number> = new ThreadLocal(() => local.value);
      return local.value;
    },
    'new ThreadLocal(1)': () => new ThreadLocal(bad(1)),
  },
  'Stop tokens': {
    'new StopCallback(source, fn)': () => new StopCallback(bad(new StopSource()), nothing),
    'new StopCallback(token, 7)': () => new StopCallback(new StopSource().token, bad(7)),
    'structuredClone(callback)': () =>
      structuredClone(new StopCallback(new StopSource().token, nothing)),
    'StopSource.from({})': () => StopSource.from(bad({})),
    'mutex.lock({ stop: signal })': () =>
      new Mutex().lock({ stop: bad(new AbortController().signal) }),
    'mutex.lock({ stop }) after the stop': () => new Mutex().lock({ stop: stopped() }),
    'mutex.lockAsync({ signal: token }) after the stop': () =>
      new Mutex().lockAsync({ signal: stopped() }),
    'condition.wait(lock, token)': () =>
      condition.wait(new Mutex().lock(), bad(new StopSource().token)),
  },
  'Thread, JThread': {
    "new Thread('./jobs.js', 'one')": () => new Thread(bad('./jobs.js'), 'one'),
    'new Thread(url, 1)': () => new Thread(jobs, bad(1)),
    'a function among the arguments': () => new Thread(jobs, 'one', nothing),
    'a lock among the arguments': () => new Thread(jobs, 'one', unlocked()),
    'ownStopToken among those of a Thread': () => new Thread(jobs, 'one', ownStopToken),
    'join() when the module has no such function': () => new Thread(jobs, 'two').join(),
    'join() when it died': () => new Thread(jobs, 'exit').join(),
    'join() of a joined one': () => joined().join(),
    'joinAsync() while one is under way': () => {
      const thread = new Thread(jobs, 'one');
      return Promise.all([thread.joinAsync(), thread.joinAsync()]);
    },
    'detach() of a joined one': () => joined().detach(),
    'disposing of a joinable Thread': () => new Thread(jobs, 'one')[Symbol.dispose](),
    'structuredClone(thread)': () => structuredClone(joined()),
    'thisThread.sleepFor(NaN)': () => thisThread.sleepFor(NaN),
    'registerErrors(1)': () => registerErrors(bad(1)),
  },
  Channel: {
    'new Channel(0)': () => new Channel(0),
    "new Channel('1')": () => new Channel(bad('1')),
    'new Channel(1, { messageBytes: 0 })': () => new Channel(1, { messageBytes: 0 }),
    'send(value) when it is closed': () => {
      const channel = new Channel(1);
      channel.close();
      channel.send(1);
    },
    'send(undefined)': () => new Channel(1).send(undefined),
    'send(() => {})': () => new Channel(1).send(nothing),
    'send(mutex)': () => new Channel(1).send(new Mutex()),
    'send(port)': () => new Channel(1).send(new MessageChannel().port1),
    'send(record) that is none': () => Channel.of({ x: 'f32' }, 1).send(bad({ x: '1' })),
    'send(value) of more bytes than there are': () =>
      Channel.init(bytes(4096), 0, 1).send('x'.repeat(4096)),
    'receiveFor(NaN)': () => new Channel(1).receiveFor(NaN),
    'at(buffer) where none was written': () => Channel.at(bytes(4096)),
    'at(buffer, 4)': () => Channel.at(bytes(4096), 4),
    'at(buffer) of other records': () =>
      Channel.at(Channel.of({ x: 'f32' }, 1).buffer, 0, { record: { y: 'f32' } }),
  },
  SharedStruct: {
    "SharedStruct({ a: 'i31' })": () => SharedStruct({ a: bad('i31') }),
    "SharedStruct({ a: 'atomic f32' })": () => SharedStruct({ a: bad('atomic f32') }),
    "SharedStruct({ a: ['u8', 0] })": () => SharedStruct({ a: ['u8', 0] }),
    'SharedStruct({})': () => SharedStruct({}),
    "SharedStruct({ buffer: 'u8' })": () => SharedStruct({ buffer: 'u8' }),
    "new Point({ x: '1' })": () => new Point({ x: bad('1') }),
    'new Point({ z: 1 })': () => new Point(bad({ z: 1 })),
    'point.assign({ last: [1, 2, 3] }) of two': () => new Point().assign({ last: [1, 2, 3] }),
    'Point.at(buffer) of another schema': () =>
      Point.at(new (SharedStruct({ x: 'f32', y: 'f32' }))().buffer),
    'Point.at(buffer) of too few bytes': () => Point.at(bytes(16)),
  },
  Futures: {
    'getFuture() twice': () => {
      const promise = new StdPromise<number>();
      promise.getFuture();
      promise.getFuture();
    },
    'setValue(1) twice': () => {
      const promise = new StdPromise<number>();
      promise.setValue(1);
      promise.setValue(1);
    },
    'setValue(() => 1)': () => new StdPromise<unknown>().setValue(nothing),
    'get() twice': () => {
      const future = async(Launch.deferred, nothing);
      future.get();
      future.get();
    },
    'get() of new Future()': () => new Future().get(),
    'get() of what a promise was to set that is disposed of': () => {
      const promise = new StdPromise<number>();
      const future = promise.getFuture();
      promise[Symbol.dispose]();
      future.get();
    },
    'share(promise) of one that was sent': () => {
      const promise = new StdPromise<number>();
      share(promise);
      share(promise);
    },
    'get() in its own deferred function': () => {
      const future: Future<number> = async(Launch.deferred, (): number => future.get());
      return future.get();
    },
    'get() of a deferred async function': () => async(Launch.deferred, async () => {}).get(),
    'structuredClone(future) of a deferred one': () =>
      structuredClone(async(Launch.deferred, nothing)),
    'a second call of a PackagedTask': () => {
      const task = new PackagedTask(nothing);
      task();
      task();
    },
    'async(() => 1)': () => async(bad<Task<[], void>>(nothing)),
    'async(0, task)': () => async(0, defineTask(import.meta.url, 'nothing', nothing)),
    'new ThreadPool({ max: 0 })': () => new ThreadPool({ max: 0 }),
    'async(task) of a pool that is disposed of': () => {
      const pool = new ThreadPool();
      pool[Symbol.dispose]();
      pool.async(defineTask(import.meta.url, 'nothing', nothing));
    },
  },
  Proxies: {
    'begin_getName(1) of a oneway proxy': () =>
      EmployeesPrx.uncheckedCast(employees().ice_oneway()).begin_getName(1),
    'end_getName(result) twice': () => {
      const proxy = employees();
      const result = proxy.begin_getName(1);
      try {
        proxy.end_getName(result);
      } catch {} // of a servant of this thread
      proxy.end_getName(result);
    },
    'end_getName(result) of another proxy': () =>
      employees().end_getName(employees().begin_getName(1)),
    'end_retire(result) of begin_getName()': () => {
      const proxy = employees();
      proxy.end_retire(proxy.begin_getName(1));
    },
    'begin_getName(1) after communicator.destroy()': () => {
      const proxy = employees();
      proxy.ice_getCommunicator().destroy();
      proxy.begin_getName(1);
    },
    'newCallback(null, method)': () => newCallback(bad<object>(null), nothing),
    'newCallback_getName(object, null, failure)': () =>
      EmployeesPrx.newCallback_getName({}, bad<() => void>(null), nothing),
    "defineProxy()(id, { getName: 'oneway' })": () =>
      defineProxy<Employees>()('::Demo::Employees', bad({ getName: 'oneway', retire: 'void' })),
    "defineProxy()(id, { get: 'returns', getAsync: 'returns' })": () =>
      defineProxy<object>()('::Demo::Pair', bad({ get: 'returns', getAsync: 'returns' })),
    'adapter.add() of a second of one identity': () => {
      const adapter = initialize().createObjectAdapter('misuse');
      adapter.add({}, 'employees');
      adapter.add({}, 'employees');
    },
  },
  AsyncMutexAdapter: {
    'new AsyncMutexAdapter(new RecursiveMutex())': () =>
      new AsyncMutexAdapter(bad<Mutex>(new RecursiveMutex())),
    'acquire(NaN)': () => new AsyncMutexAdapter().acquire(NaN),
    'runExclusive(1)': () => new AsyncMutexAdapter().runExclusive(bad<() => void>(1)),
  },
  AsyncSemaphoreAdapter: {
    'new AsyncSemaphoreAdapter(NaN)': () => new AsyncSemaphoreAdapter(NaN),
    'acquire(0)': () => new AsyncSemaphoreAdapter(1).acquire(0),
    'setValue(NaN)': () => new AsyncSemaphoreAdapter(1).setValue(NaN),
  },
  Sharing: {
    'share(lock)': () => share(new Mutex().lock()),
    'share(() => {})': () => share(nothing),
    'share(Promise.resolve())': () => share(Promise.resolve()),
    'share(signal)': () => share(new AbortController().signal),
    'attach(handle) of an unknown class': () => {
      const handle = structuredClone(new Mutex()) as unknown as { crossthread: { kind: string } };
      handle.crossthread.kind = 'Spinlock';
      return attach(handle);
    },
  },
};

/** The name of what a misuse throws, or its code. */
export async function errorOf(misuse: () => unknown): Promise<string> {
  try {
    await misuse();
  } catch (error) {
    const { name, code } = error as { name: string; code?: unknown };
    return typeof code === 'string' ? code : name;
  }
  return 'nothing';
}
