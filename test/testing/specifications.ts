/** What the specifications say of histories by hand. Some are classics: those of Herlihy and Wing, those of porcupine. */
import { describe, expect, it } from 'vitest';
import {
  type BarrierOperation,
  type FutureOperation,
  type LatchOperation,
  type MutexOperation,
  type OnceOperation,
  type Operation,
  type QueueOperation,
  type RegisterOperation,
  type SemaphoreOperation,
  type SharedMutexOperation,
  type Specification,
  specifications,
} from 'crossthread/testing';
import { historyOf, inTurn, verdictOf } from './histories.ts';

export const NO = 'not-linearizable';
export const YES = 'linearizable';

type Queued = QueueOperation<number>;

/** Each with what is to be found. */
type Cases<Op extends Operation> = Record<
  string,
  readonly [verdict: string, history: readonly Op[]]
>;

function judges<Op extends Operation, State>(
  specification: Specification<Op, State>,
  cases: Cases<Op>,
): void {
  it.each(Object.entries(cases))('%s', (_, [verdict, history]) => {
    expect(verdictOf(history, specification)).toBe(verdict);
  });
}

/** Tests of each specification. */
export function judgeSpecifications(): void {
  describe('register', () => {
    const of = historyOf<RegisterOperation>;
    judges(specifications.register(0), {
      'nothing happened': [YES, []],
      'loads during a store see old or new, in an order of their own': [
        YES,
        of(
          [1, [0, 9], 'store', 5],
          [2, [2, 8], 'load', undefined, 5],
          [3, [3, 7], 'load', undefined, 0],
        ),
      ],
      'a load sees the old value after another has seen the new one': [
        NO,
        of(
          [1, [0, 9], 'store', 5],
          [2, [1, 3], 'load', undefined, 5],
          [3, [4, 8], 'load', undefined, 0],
        ),
      ],
      'a load sees what nobody stored': [NO, of([1, [0, 1], 'load', undefined, 7])],
      'two additions see the same': [NO, of([1, [0, 5], 'add', 1, 0], [2, [1, 4], 'add', 1, 0])],
      'an exchange and a failing compareExchange': [
        YES,
        of(
          [1, [0, 4], 'exchange', 3, 0],
          [2, [1, 5], 'compareExchange', [0, 8], 3],
          [2, [6, 7], 'load', undefined, 3],
        ),
      ],
      'two compareExchanges take the same value': [
        NO,
        of([1, [0, 4], 'compareExchange', [0, 1], 0], [2, [1, 5], 'compareExchange', [0, 2], 0]),
      ],
      'what returns in the moment of another call overlaps it': [
        YES,
        of([1, [0, 2], 'store', 5], [2, [2, 3], 'load', undefined, 0]),
      ],
      'a pending store was seen': [
        YES,
        of(
          [1, [0], 'store', 5],
          [2, [1, 2], 'load', undefined, 0],
          [2, [3, 4], 'load', undefined, 5],
        ),
      ],
      'a pending store took effect before it was called': [
        NO,
        of([2, [0, 1], 'load', undefined, 5], [1, [2], 'store', 5]),
      ],
      'a pending store took effect twice': [
        NO,
        of(
          [1, [0], 'store', 5],
          [2, [1, 2], 'load', undefined, 5],
          [2, [3, 4], 'store', 6],
          [2, [5, 6], 'load', undefined, 5],
        ),
      ],
    });
  });

  describe('queue', () => {
    const of = historyOf<Queued>;
    judges(specifications.queue<number>({ capacity: 2 }), {
      // Herlihy and Wing, figure 1: the four histories of a queue
      'two overlapping pushes come out either way': [
        YES,
        of(
          [1, [0, 3], 'push', 1, true],
          [2, [1, 4], 'push', 2, true],
          [2, [5, 7], 'pop', undefined, 1],
          [1, [6, 8], 'pop', undefined, 2],
        ),
      ],
      'what was pushed second comes out although the first is in': [
        NO,
        of(
          [1, [0, 1], 'push', 1, true],
          [2, [2, 3], 'push', 2, true],
          [1, [4, 5], 'pop', undefined, 2],
        ),
      ],
      'an item comes out while it is pushed': [
        YES,
        of([1, [0, 5], 'push', 1, true], [2, [1, 4], 'pop', undefined, 1]),
      ],
      'an item comes out twice': [
        NO,
        of(
          [1, [0, 1], 'push', 1, true],
          [1, [2, 5], 'pop', undefined, 1],
          [2, [3, 4], 'pop', undefined, 1],
        ),
      ],
      'a pusher died, and its item came out': [
        YES,
        of([1, [0], 'push', 1], [2, [3, 4], 'pop', undefined, 1]),
      ],
      'an item is lost': [
        NO,
        of([1, [0, 1], 'push', 1, true], [2, [2, 3], 'tryPop', undefined, undefined]),
      ],
      'a push waits for room': [
        YES,
        of(
          [1, [0, 1], 'push', 1, true],
          [1, [2, 3], 'push', 2, true],
          [1, [4, 9], 'push', 3, true],
          [2, [5, 6], 'tryPush', 4, false],
          [2, [7, 8], 'pop', undefined, 1],
        ),
      ],
      'more than there is room for': [
        NO,
        inTurn<Queued>([1, 'push', 1, true], [1, 'push', 2, true], [1, 'push', 3, true]),
      ],
      'closed: what is in comes out, then nothing': [
        YES,
        inTurn<Queued>(
          [1, 'push', 1, true],
          [1, 'close'],
          [1, 'push', 2, false],
          [2, 'pop', undefined, 1],
          [2, 'pop'],
        ),
      ],
      'pushed after it was closed': [NO, inTurn<Queued>([1, 'close'], [1, 'push', 1, true])],
      'a pop of nothing, though it is open': [NO, inTurn<Queued>([1, 'pop'])],
    });
  });

  describe('mutex', () => {
    const of = historyOf<MutexOperation>;
    const together = of([1, [0, 1], 'lock'], [2, [2, 3], 'lock'], [1, [4, 5], 'unlock']);
    judges(specifications.mutex(), {
      'handed over while it is unlocked': [
        YES,
        of([1, [0, 1], 'lock'], [2, [2, 6], 'lock'], [1, [3, 8], 'unlock'], [2, [9, 10], 'unlock']),
      ],
      'two hold it': [NO, together],
      'a try fails while it is held': [
        YES,
        of([1, [0, 2], 'lock'], [2, [1, 4], 'tryLock', undefined, false], [1, [3, 5], 'unlock']),
      ],
      'a try fails of nothing': [NO, inTurn<MutexOperation>([2, 'tryLock', undefined, false])],
      'unlocked by another': [NO, inTurn<MutexOperation>([1, 'lock'], [2, 'unlock'])],
      'locked twice by its owner': [NO, inTurn<MutexOperation>([1, 'lock'], [1, 'lock'])],
      'its owner died in unlock': [
        YES,
        of([1, [0, 1], 'lock'], [1, [2], 'unlock'], [2, [3, 4], 'lock']),
      ],
      'its owner still waits for it': [YES, of([1, [0, 1], 'lock'], [2, [2], 'lock'])],
    });

    it('lets tries fail of nothing if they may be spurious', () => {
      const history = inTurn<MutexOperation>([1, 'tryLock', undefined, false]);
      expect(verdictOf(history, specifications.mutex({ spurious: true }))).toBe(YES);
    });
  });

  describe('recursive mutex', () => {
    const of = inTurn<MutexOperation>;
    judges(specifications.recursiveMutex(), {
      'unlocked as often as locked': [
        YES,
        of([1, 'lock'], [1, 'tryLock', undefined, true], [1, 'unlock'], [1, 'unlock'], [2, 'lock']),
      ],
      'free too early': [NO, of([1, 'lock'], [1, 'lock'], [1, 'unlock'], [2, 'lock'])],
      'a try of its owner fails': [NO, of([1, 'lock'], [1, 'tryLock', undefined, false])],
      'unlocked once too often': [NO, of([1, 'lock'], [1, 'unlock'], [1, 'unlock'])],
    });
  });

  describe('semaphore', () => {
    const of = historyOf<SemaphoreOperation>;
    judges(specifications.semaphore(2, { max: 2 }), {
      'two at once, the third waits': [
        YES,
        of(
          [1, [0, 3], 'acquire'],
          [2, [1, 2], 'acquire'],
          [3, [4, 8], 'acquire'],
          [4, [5, 6], 'tryAcquire', 1, false],
          [1, [7, 9], 'release'],
        ),
      ],
      'three at once': [NO, of([1, [0, 1], 'acquire', 2], [2, [2, 3], 'acquire'])],
      'a try fails although there are enough': [NO, of([1, [0, 1], 'tryAcquire', 2, false])],
      'more come back than were out': [NO, of([1, [0, 1], 'acquire'], [1, [2, 3], 'release', 2])],
    });
  });

  describe('shared mutex', () => {
    const of = historyOf<SharedMutexOperation>;
    judges(specifications.sharedMutex(), {
      'readers together, then a writer': [
        YES,
        of(
          [1, [0, 3], 'lockShared'],
          [2, [1, 2], 'lockShared'],
          [3, [4, 9], 'lock'],
          [4, [5, 6], 'tryLock', undefined, false],
          [1, [7, 8], 'unlockShared'],
          [2, [7, 8], 'unlockShared'],
        ),
      ],
      'a reader beside a writer': [NO, of([1, [0, 1], 'lock'], [2, [2, 3], 'lockShared'])],
      'a writer beside a reader': [NO, of([1, [0, 1], 'lockShared'], [2, [2, 3], 'lock'])],
      'a try to read fails beside a reader': [
        NO,
        of([1, [0, 1], 'lockShared'], [2, [2, 3], 'tryLockShared', undefined, false]),
      ],
      'downgraded: others read': [
        YES,
        inTurn<SharedMutexOperation>(
          [1, 'lock'],
          [1, 'downgrade'],
          [2, 'tryLockShared', undefined, true],
          [1, 'unlockShared'],
          [2, 'unlockShared'],
          [3, 'tryLock', undefined, true],
        ),
      ],
      'another wrote while it was downgraded': [
        NO,
        of(
          [1, [0, 1], 'lock'],
          [1, [2, 9], 'downgrade'],
          [2, [3, 4], 'lock'],
          [2, [5, 6], 'unlock'],
        ),
      ],
      'the reader of a downgrade unlocks as a writer': [
        NO,
        inTurn<SharedMutexOperation>([1, 'lock'], [1, 'downgrade'], [1, 'unlock']),
      ],
    });
  });

  describe('latch', () => {
    const of = historyOf<LatchOperation>;
    judges(specifications.latch(2), {
      'waits end with the last arrival': [
        YES,
        of(
          [1, [0, 7], 'wait'],
          [2, [1, 2], 'countDown'],
          [2, [3, 4], 'tryWait', undefined, false],
          [3, [5, 6], 'countDown'],
        ),
      ],
      'arriveAndWait of two overlaps': [
        YES,
        of([1, [0, 3], 'arriveAndWait'], [2, [1, 2], 'arriveAndWait']),
      ],
      'arriveAndWait returns before the other arrives': [
        NO,
        of([1, [0, 1], 'arriveAndWait'], [2, [2, 3], 'arriveAndWait']),
      ],
      'a wait ends too early': [NO, of([1, [0, 1], 'countDown'], [2, [2, 3], 'wait'])],
      'closed again': [
        NO,
        of([1, [0, 1], 'countDown', 2], [2, [2, 3], 'tryWait', undefined, false]),
      ],
      'one arrival too many': [NO, of([1, [0, 1], 'countDown', 3])],
    });
  });

  describe('barrier', () => {
    const of = historyOf<BarrierOperation>;
    judges(specifications.barrier(2), {
      'two phases': [
        YES,
        of(
          [1, [0, 3], 'arriveAndWait'],
          [2, [1, 2], 'arriveAndWait'],
          [1, [4, 8], 'arriveAndWait'],
          [2, [5, 6], 'arrive', undefined, 1],
          [2, [7, 9], 'wait', 1],
        ),
      ],
      'one runs ahead by a phase': [
        NO,
        of(
          [1, [0, 3], 'arriveAndWait'],
          [2, [1, 2], 'arriveAndWait'],
          [1, [4, 5], 'arriveAndWait'],
          [2, [6, 7], 'arriveAndWait'],
        ),
      ],
      'a wait ends with its phase to come': [
        NO,
        of([1, [0, 1], 'arrive', undefined, 0], [1, [2, 3], 'wait', 0]),
      ],
      'an arrival of the wrong phase': [NO, of([1, [0, 1], 'arrive', undefined, 1])],
      'two tasks of a thread meet': [
        YES,
        of(
          [1, [0, 3], 'arriveAndWait'],
          [1, [0, 4], 'arriveAndWait'],
          [1, [5, 8], 'arriveAndWait'],
          [1, [6, 7], 'arriveAndWait'],
        ),
      ],
      'a task leaves for another of its thread, whose phase is over': [
        NO,
        of(
          [1, [0, 9], 'arriveAndWait'],
          [2, [1, 2], 'arrive', undefined, 0],
          [2, [3, 4], 'wait', 0],
          [1, [5, 6], 'arriveAndWait'],
          [2, [7, 8], 'arrive', undefined, 1],
        ),
      ],
      'who dropped out is missed no more': [
        YES,
        of(
          [1, [0, 5], 'arriveAndDrop'],
          [2, [1, 6], 'arriveAndWait'],
          [2, [7, 8], 'arriveAndWait'],
        ),
      ],
    });
  });

  describe('once', () => {
    const of = historyOf<OnceOperation>;
    judges(specifications.once(), {
      'one runs it, after one that threw': [
        YES,
        of(
          [1, [0, 3], 'callOnce', undefined, 'threw'],
          [2, [1, 5], 'callOnce', undefined, 'ran'],
          [3, [2, 6], 'callOnce', undefined, 'skipped'],
        ),
      ],
      'two run it': [
        NO,
        of([1, [0, 2], 'callOnce', undefined, 'ran'], [2, [1, 3], 'callOnce', undefined, 'ran']),
      ],
      'skipped before it has run': [
        NO,
        of(
          [1, [0, 1], 'callOnce', undefined, 'skipped'],
          [2, [2, 3], 'callOnce', undefined, 'ran'],
        ),
      ],
    });
  });

  describe('future', () => {
    const of = historyOf<FutureOperation<number>>;
    judges(specifications.future<number>(), {
      'got once it is set': [
        YES,
        of(
          [1, [0, 5], 'get', undefined, 7],
          [2, [1, 2], 'isReady', undefined, false],
          [3, [3, 4], 'set', 7, true],
          [4, [3, 6], 'set', 8, false],
        ),
      ],
      'set twice': [NO, of([1, [0, 2], 'set', 7, true], [2, [1, 3], 'set', 8, true])],
      'got before it was set': [
        NO,
        of([1, [0, 1], 'get', undefined, 7], [2, [2, 3], 'set', 7, true]),
      ],
      'not ready although it was got': [
        NO,
        of(
          [1, [0, 9], 'set', 7, true],
          [2, [1, 2], 'get', undefined, 7],
          [2, [3, 4], 'isReady', undefined, false],
        ),
      ],
    });
  });
}
