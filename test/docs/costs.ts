import {
  type ArrivalToken,
  AtomicInt32,
  Barrier,
  callOnce,
  Channel,
  ConditionVariable,
  Latch,
  Mutex,
  OnceFlag,
  RecursiveMutex,
  ScopedLock,
  Semaphore,
  SharedMutex,
  SharedStruct,
  StopSource,
} from 'crossthread';

const mutex = new Mutex();
const recursive = new RecursiveMutex();
const shared = new SharedMutex();
const semaphore = new Semaphore(9);
const latch = new Latch(9);
const condition = new ConditionVariable();
const barrier = new Barrier(2);
const once = new OnceFlag();
const atomic = new AtomicInt32(0);
const channel = new Channel<number>(4);
const points = Channel.of({ x: 'f32', y: 'f32' }, 4);
const { token } = new StopSource();
const struct = new (SharedStruct({ x: 'f64', n: 'atomic u32' }))();
const [a, b] = [new Mutex(), new Mutex()];

/** What is counted, and what has to be done around it. */
const CALLS: Record<string, (count: (call: () => unknown) => void) => void> = {
  'mutex.lock()': (count) => {
    count(() => mutex.lock());
    mutex.unlock();
  },
  'mutex.tryLock()': (count) => {
    count(() => mutex.tryLock());
    mutex.unlock();
  },
  'mutex.unlock()': (count) => {
    mutex.lock();
    count(() => mutex.unlock());
  },
  'guard.unlock()': (count) => {
    const guard = mutex.lock();
    count(() => guard.unlock());
  },
  'mutex.withLock(fn)': (count) => count(() => mutex.withLock(() => 0)),
  'mutex.lockAsync()': (count) => {
    count(() => mutex.lockAsync());
    mutex.unlock();
  },
  'recursive.lock()': (count) => {
    count(() => recursive.lock());
    recursive.unlock();
  },
  'shared.lock()': (count) => {
    count(() => shared.lock());
    shared.unlock();
  },
  'shared.unlock()': (count) => {
    shared.lock();
    count(() => shared.unlock());
  },
  'shared.lockShared()': (count) => {
    shared.lockShared(); // the first time it enrolls
    shared.unlockShared();
    count(() => shared.lockShared());
    shared.unlockShared();
  },
  'shared.unlockShared()': (count) => {
    shared.lockShared();
    count(() => shared.unlockShared());
  },
  'semaphore.acquire()': (count) => count(() => semaphore.acquire()),
  'semaphore.release()': (count) => {
    semaphore.acquire();
    count(() => semaphore.release());
  },
  'latch.countDown()': (count) => count(() => latch.countDown()),
  'latch.tryWait()': (count) => count(() => latch.tryWait()),
  'barrier.arrive()': (count) => {
    barrier.wait(barrier.arrive(2)); // the first time it finds its place on the roll
    count(() => barrier.arrive());
    barrier.arrive();
  },
  'barrier.wait(token)': (count) => {
    const token: ArrivalToken = barrier.arrive(2);
    count(() => barrier.wait(token));
  },
  'once.isSet': (count) => count(() => once.isSet),
  'callOnce(once, fn)': (count) => {
    callOnce(once, () => {});
    count(() => callOnce(once, () => {}));
  },
  'atomic.fetchAdd(n)': (count) => count(() => atomic.fetchAdd(1)),
  'atomic.notifyAll()': (count) => count(() => atomic.notifyAll()),
  'channel.send(7)': (count) => {
    count(() => channel.send(7));
    channel.receive();
  },
  'channel.receive()': (count) => {
    channel.send(7);
    count(() => channel.receive());
  },
  'points.send({ x: 1, y: 2 })': (count) => {
    count(() => points.send({ x: 1, y: 2 }));
    points.receive();
  },
  'token.stopRequested': (count) => count(() => token.stopRequested),
  'mutex.lock({ stop: token })': (count) => {
    count(() => mutex.lock({ stop: token }));
    mutex.unlock();
  },
  'struct.x': (count) => count(() => struct.x),
  'struct.n.fetchAdd(1)': (count) => count(() => struct.n.fetchAdd(1)),
  'scoped = new ScopedLock(a, b)': (count) => {
    count(() => new ScopedLock(a, b));
    a.unlock();
    b.unlock();
  },
  'condition.notifyOne()': (count) => count(() => condition.notifyOne()),
  'condition.wait(lock, pred)': (count) => {
    const lock = mutex.lock();
    count(() => condition.wait(lock, () => true));
    lock.unlock();
  },
};

/** How many atomic operations each call makes when nobody is in the way. */
export function costs(calls: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    calls.map((call) => {
      let operations = NaN;
      CALLS[call]?.((counted) => (operations = countAtomics(counted)));
      return [call, operations];
    }),
  );
}

/** The library calls the global `Atomics` at each operation, so that one in its place sees them all. */
function countAtomics(call: () => unknown): number {
  const real = globalThis.Atomics;
  let operations = 0;
  globalThis.Atomics = new Proxy(real, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name);
      if (typeof found === 'function') operations++;
      return found;
    },
  });
  try {
    call();
  } finally {
    globalThis.Atomics = real;
  }
  return operations;
}
