/** What the threads of a death meet at: one object for each part that a dead one may have played. */
import {
  AtomicInt32,
  Barrier,
  ConditionVariable,
  Latch,
  Mutex,
  OnceFlag,
  RecursiveMutex,
  Semaphore,
  SharedMutex,
} from 'crossthread';
import { sharedWords } from '../support/memory.ts';

export type Room = ReturnType<typeof newRoom>;

/** `orphan`: a mutex whose owner has died already, and that one more dies repairing. */
export const newRoom = (orphan: Mutex, survivors: number) => ({
  orphan,
  mutex: new Mutex(),
  fifo: new Mutex({ fairness: 'fifo' }),
  recursive: new RecursiveMutex(),
  written: new SharedMutex(),
  read: new SharedMutex({ fairness: 'fifo' }),
  guarded: new Mutex(),
  condition: new ConditionVariable(),
  robust: new Semaphore(3, { robust: true }),
  queued: new Semaphore(survivors),
  latch: new Latch(survivors + 1),
  met: new Barrier(survivors + 1),
  missed: new Barrier(survivors + 1),
  once: new OnceFlag(),
  atomic: new AtomicInt32(0),
  words: sharedWords(4),
});
