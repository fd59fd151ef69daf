import {
  AtomicBigInt64,
  AtomicBool,
  AtomicInt32,
  Barrier,
  BinarySemaphore,
  ConditionVariable,
  ConditionVariableAny,
  Latch,
  Mutex,
  OnceFlag,
  RecursiveMutex,
  Semaphore,
  SharedMutex,
  type SharedObject,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { wordsOf } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { isSame } from '../support/same.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

expectNoRescues();

type Receiver = typeof import('../share/receiver.mjs');
const bad = <T>(value: unknown): T => value as T;

interface Type {
  readonly BYTE_LENGTH: number;
  at(buffer: SharedArrayBuffer, byteOffset?: number): SharedObject;
  init(buffer: SharedArrayBuffer, byteOffset: number, ...args: never[]): SharedObject;
}

const LONGER = new Map<unknown, number>([
  [SharedMutex, 48],
  [Barrier, 5136],
]);

const types: [string, Type, () => SharedObject, unknown[]][] = [
  ['Mutex', Mutex, () => new Mutex(), []],
  ['Mutex, fifo', Mutex, () => new Mutex({ fairness: 'fifo' }), [{ fairness: 'fifo' }]],
  ['ConditionVariable', ConditionVariable, () => new ConditionVariable(), []],
  ['ConditionVariableAny', ConditionVariableAny, () => new ConditionVariableAny(), []],
  ['Semaphore', Semaphore, () => new Semaphore(3, { max: 4 }), [3, { max: 4 }]],
  ['BinarySemaphore', bad(BinarySemaphore), () => new BinarySemaphore(1), [1]],
  ['Latch', Latch, () => new Latch(2), [2]],
  ['RecursiveMutex', RecursiveMutex, () => new RecursiveMutex(), []],
  ['SharedMutex', SharedMutex, () => new SharedMutex(), []],
  ['OnceFlag', OnceFlag, () => new OnceFlag(), []],
  ['AtomicInt32', AtomicInt32, () => new AtomicInt32(7), [7]],
  ['AtomicBool', AtomicBool, () => new AtomicBool(true), [true]],
  ['Barrier', Barrier, () => new Barrier(2), [2]],
];

describe.each(types)('%s: a place in memory', (_, type, make, args) => {
  const init = (buffer: SharedArrayBuffer, byteOffset: number): SharedObject =>
    type.init(buffer, byteOffset, ...(args as never[]));

  test('new, init and at agree on words, size and place', () => {
    const made = make();
    const buffer = new SharedArrayBuffer(52 + type.BYTE_LENGTH);
    new Uint8Array(buffer).fill(0xee);
    const written = init(buffer, 36);
    expect(type.BYTE_LENGTH).toBe(LONGER.get(type) ?? 16);
    expect(wordsOf(written).slice(0, 3)).toEqual(wordsOf(made).slice(0, 3));
    const bytes = [...new Uint8Array(buffer)];
    expect(bytes.filter((byte) => byte === 0xee).length).toBeGreaterThanOrEqual(52);
    expect(written.buffer).toBe(buffer);
    expect(written.byteOffset).toBe(36);
    expect(isSame(type.at(buffer, 36), written)).toBe(true);
    expect(isSame(type.at(made.buffer, made.byteOffset), made)).toBe(true);
  });

  test('init makes a new object of it, and the one from before is another', () => {
    const buffer = new SharedArrayBuffer(type.BYTE_LENGTH);
    const first = init(buffer, 0);
    const second = init(buffer, 0);
    expect(isSame(second, first)).toBe(false);
    expect(isSame(type.at(buffer), second)).toBe(true);
  });

  test.each([
    ['unaligned', RangeError, new SharedArrayBuffer(64), 2],
    ['an odd offset', RangeError, new SharedArrayBuffer(64), 1],
    ['a fraction', RangeError, new SharedArrayBuffer(64), 4.5],
    ['a negative offset', RangeError, new SharedArrayBuffer(64), -4],
    ['NaN', RangeError, new SharedArrayBuffer(64), NaN],
    ['an offset that is no number', RangeError, new SharedArrayBuffer(64), '4'],
    ['too small', RangeError, new SharedArrayBuffer(12), 0],
    ['empty', RangeError, new SharedArrayBuffer(0), 0],
    ['too near the end', RangeError, new SharedArrayBuffer(64), 52],
    ['beyond the end', RangeError, new SharedArrayBuffer(64), 64],
    ['not shared', TypeError, new ArrayBuffer(64), 0],
    ['a view', TypeError, new Int32Array(new SharedArrayBuffer(64)), 0],
    ['nothing', TypeError, undefined, 0],
    ['null', TypeError, null, 0],
  ] as [string, ErrorConstructor, unknown, unknown][])(
    '%s: refused by at and init, nothing written',
    (_, error, buffer, offset) => {
      expect(() => type.at(bad(buffer), bad(offset))).toThrow(error);
      expect(() => init(bad(buffer), bad(offset))).toThrow(error);
      if (buffer instanceof SharedArrayBuffer || buffer instanceof ArrayBuffer) {
        expect(new Uint8Array(buffer).every((byte) => byte === 0)).toBe(true);
      }
    },
  );
});

describe('places in memory', () => {
  test('zeroed memory is a free mutex, an idle condition, an open latch', () => {
    const buffer = new SharedArrayBuffer(64);
    expect(Mutex.at(buffer, 0).isLocked).toBe(false);
    expect(ConditionVariable.at(buffer, 16).notifyAll()).toBe(0);
    expect(Latch.at(buffer, 32).tryWait()).toBe(true);
    const another = new SharedArrayBuffer(16);
    Mutex.at(another).lock();
    expect(Mutex.at(another).isOwnedByThisThread).toBe(true);
  });

  test('the place of another class is refused', () => {
    const buffer = new SharedArrayBuffer(80);
    Mutex.init(buffer, 0);
    Latch.init(buffer, 16, 1);
    Semaphore.init(buffer, 32, 1);
    ConditionVariable.init(buffer, 48);
    ConditionVariableAny.init(buffer, 64);
    const at = [Mutex.at, Latch.at, Semaphore.at, ConditionVariable.at, ConditionVariableAny.at];
    const types = [Mutex, Latch, Semaphore, ConditionVariable, ConditionVariableAny];
    for (const [i, type] of types.entries()) {
      for (let j = 0; j < at.length; j++) {
        if (i === j) expect(type.at(buffer, 16 * j)).toBeInstanceOf(type);
        else expect(() => type.at(buffer, 16 * j)).toThrow(TypeError);
      }
    }
    expect(Mutex.at(buffer, 0).tryLock()).not.toBe(null);
  });

  test('also where one is longer than the other', () => {
    const buffer = new SharedArrayBuffer(96);
    SharedMutex.init(buffer, 0);
    AtomicBigInt64.init(buffer, 48, 5n);
    expect(() => Mutex.at(buffer, 0)).toThrow(TypeError);
    expect(() => Mutex.at(buffer, 48)).toThrow(TypeError);
    expect(() => SharedMutex.at(buffer, 48)).toThrow(TypeError);
    expect(AtomicBigInt64.at(buffer, 48).load()).toBe(5n);
  });

  test('so it is in a thread that has never met the object', async () => {
    const buffer = new SharedArrayBuffer(32);
    Mutex.init(buffer, 0);
    Semaphore.init(buffer, 16, 1);
    const receiver = await startWorker<Receiver>('../share/receiver.mjs', import.meta.url);
    const { call } = receiver;
    const refused = expect.objectContaining({ name: 'TypeError' }) as Error;
    await expect(call.placeOf('Latch', buffer, 0)).rejects.toThrow(refused);
    await expect(call.placeOf('Semaphore', buffer, 0)).rejects.toThrow(refused);
    await expect(call.placeOf('Mutex', buffer, 16)).rejects.toThrow(refused);
    expect(await call.placeOf('Mutex', buffer, 0)).toBe(0);
    expect(await call.placeOf('Semaphore', buffer, 16)).toBe(16);
  });

  test('a binary semaphore is any of one permit, and no other', () => {
    const buffer = new SharedArrayBuffer(32);
    expect(BinarySemaphore.init(buffer, 0, 1)).toBeInstanceOf(BinarySemaphore);
    expect(BinarySemaphore.at(buffer).max).toBe(1);
    const many = Semaphore.init(buffer, 16, 3, { max: 5 });
    expect(many).not.toBeInstanceOf(BinarySemaphore);
    expect(() => BinarySemaphore.at(buffer, 16)).toThrow(TypeError);
    Semaphore.global('many', 3, { max: 5 });
    expect(() => BinarySemaphore.global('many', 1)).toThrow('of 5 permits');
    expect(BinarySemaphore.global('one', 1)).toBeInstanceOf(BinarySemaphore);
  });

  test('memory with something else in it is refused, and left as it is', () => {
    const words = new Int32Array(new SharedArrayBuffer(16)).fill(123_456_789);
    for (const type of [Mutex, ConditionVariable, Latch, Semaphore]) {
      expect(() => type.at(words.buffer)).toThrow(syncError('invalid_argument'));
    }
    expect([...words]).toEqual([123_456_789, 123_456_789, 123_456_789, 123_456_789]);
  });

  test('a log shows its name, not the memory of the process', () => {
    expect(JSON.stringify({ m: new Mutex({ name: 'm' }) })).toBe(`{"m":"[Mutex 'm']"}`);
  });

  test('the memory of a WebAssembly module will do', async () => {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: { Memory: new (options: object) => { buffer: SharedArrayBuffer } };
    };
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const mutex = Mutex.init(buffer, 4096);
    const receiver = await startWorker<Receiver>('../share/receiver.mjs', import.meta.url);
    await receiver.call.lock(mutex);
    expect(mutex.isLocked).toBe(true);
    await receiver.call.unlock(mutex);
  });

  test('X9 1,000 locks in one buffer: each its own', async () => {
    const count = 1000;
    const times = 4;
    const buffer = new SharedArrayBuffer(count * Mutex.BYTE_LENGTH);
    const mutexes = Array.from({ length: count }, (_, i) => Mutex.init(buffer, 16 * i));
    for (const mutex of mutexes.filter((_, i) => i % 2 === 0)) mutex.lock();
    mutexes.forEach((mutex, i) => expect(mutex.isLocked).toBe(i % 2 === 0));
    for (const mutex of mutexes.filter((_, i) => i % 2 === 0)) mutex.unlock();

    const words = new Int32Array(new SharedArrayBuffer(4 * count));
    const receivers = await startWorkers<Receiver>(3, '../share/receiver.mjs', import.meta.url);
    await Promise.all(receivers.map(({ call }) => call.incrementAll(buffer, words, times)));
    expect(words.every((word) => word === 3 * times)).toBe(true);
    expect(mutexes.every((mutex) => !mutex.isLocked)).toBe(true);
  });

  test('X7 a buffer that grows: the locks in it stay what they are', async () => {
    const Growable = SharedArrayBuffer as unknown as new (
      byteLength: number,
      options: { maxByteLength: number },
    ) => SharedArrayBuffer & { grow(byteLength: number): void };
    const buffer = new Growable(32, { maxByteLength: 4096 });
    const mutex = Mutex.init(buffer, 16);
    expect(() => Mutex.init(buffer, 64)).toThrow(RangeError);
    const receiver = await startWorker<Receiver>('../share/receiver.mjs', import.meta.url);
    await receiver.call.lock(mutex);
    const locked = mutex.lockAsync();
    buffer.grow(4096);
    const later = Mutex.init(buffer, 4080);
    expect(isSame(Mutex.at(buffer, 16), mutex)).toBe(true);
    await receiver.call.unlock(mutex);
    (await locked).unlock();
    await receiver.call.lock(later);
    expect(later.isLocked).toBe(true);
    await receiver.call.unlock(later);
  });
});
