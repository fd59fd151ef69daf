import { ATOMIC, BARRIER, CONDITION, LATCH, ONCE_FLAG } from './events.ts';
import type { Family } from './family.ts';
import { FIFO_MUTEX, MUTEX, RECURSIVE_MUTEX, SEMAPHORE, SHARED_MUTEX } from './locks.ts';

// A family's object is its own business: whoever goes through all of them only hands it on.
const families = {
  Mutex: MUTEX,
  'Mutex, fifo': FIFO_MUTEX,
  RecursiveMutex: RECURSIVE_MUTEX,
  SharedMutex: SHARED_MUTEX,
  Semaphore: SEMAPHORE,
  ConditionVariable: CONDITION,
  Latch: LATCH,
  Barrier: BARRIER,
  OnceFlag: ONCE_FLAG,
  AtomicInt32: ATOMIC,
};

export const FAMILIES = families as unknown as Readonly<
  Record<keyof typeof families, Family<object>>
>;
