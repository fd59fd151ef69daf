import { runInNewContext } from 'node:vm';
import {
  attach,
  AtomicBigInt64,
  AtomicFlag,
  AtomicInt32,
  Barrier,
  BinarySemaphore,
  ConditionVariable,
  ConditionVariableAny,
  deferLock,
  type Handle,
  Latch,
  Mutex,
  OnceFlag,
  RecursiveMutex,
  Semaphore,
  share,
  SharedMutex,
  UniqueLock,
} from 'crossthread';
import { describe, expect, test } from 'vitest';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { isSame } from '../support/same.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { describe as outline } from './receiver.mjs';

expectNoRescues();

type Receiver = typeof import('./receiver.mjs');
const start = () => startWorker<Receiver>('./receiver.mjs', import.meta.url);

const one = {
  Mutex: () => new Mutex({ name: 'm' }),
  ConditionVariable: () => new ConditionVariable({ name: 'c' }),
  ConditionVariableAny: () => new ConditionVariableAny(),
  Semaphore: () => new Semaphore(2, { max: 3, name: 's' }),
  BinarySemaphore: () => new BinarySemaphore(1),
  Latch: () => new Latch(4),
  RecursiveMutex: () => new RecursiveMutex({ name: 'r' }),
  SharedMutex: () => new SharedMutex({ name: 'w' }),
  OnceFlag: () => new OnceFlag(),
  AtomicInt32: () => new AtomicInt32(1),
  AtomicBigInt64: () => new AtomicBigInt64(1n),
  AtomicFlag: () => new AtomicFlag(),
  Barrier: () => new Barrier(1),
};

describe('handles', () => {
  test.each(Object.entries(one))('%s: arrives as itself, with its name', async (_, make) => {
    const object = make();
    const receiver = await start();
    const kind = object instanceof BinarySemaphore ? 'Semaphore' : object.constructor.name;
    expect(await receiver.call.describe(object)).toEqual({
      ...(outline(object) as object),
      kind,
    });
  });

  test.each(Object.entries(one))('%s: clones to its handle, and back to itself', (_, make) => {
    const object = make();
    expect(isSame(attach(structuredClone(object)), object)).toBe(true);
    expect(isSame(attach(share(object)), object)).toBe(true);
    expect(isSame(attach(structuredClone(share(object))), object)).toBe(true);
    expect(isSame(attach(object), object)).toBe(true);
  });

  test('deep in plain structures, of which everything else stays as it is', async () => {
    const m = new Mutex();
    const c = new ConditionVariable();
    const s = new Semaphore(1);
    const structure = {
      array: [m, [c, 1, 'two', null, undefined, true, 10n]],
      map: new Map<unknown, unknown>([
        ['mutex', m],
        [s, { nested: new Set([c, 3]) }],
      ]),
      set: new Set([m, s]),
      deeper: { still: { further: { latch: new Latch(1), date: 5 } } },
      twice: [m, m],
    };
    const receiver = await start();
    expect(await receiver.call.describe(structure)).toEqual(outline(structure));
    expect(await receiver.call.throughPort(structure)).toEqual(outline(structure));
    expect(outline(attach(share(structure)))).toEqual(outline(structure));
    expect(outline(structure)).toMatchObject({
      set: ['Set', [{ kind: 'Mutex' }, { kind: 'Semaphore' }]],
    });
  });

  test('buffers, views, dates and errors among them are left to structured clone', () => {
    const words = sharedWords(4);
    const date = new Date(0);
    const error = new RangeError('x');
    const value = attach<{ words: typeof words; date: Date; error: Error; mutex: Mutex }>(
      share({ words, date, error, mutex: new Mutex() }),
    );
    expect(value.words).toBe(words);
    expect(value.date).toBe(date);
    expect(value.error).toBe(error);
    expect(value.mutex).toBeInstanceOf(Mutex);
  });

  test('holes, named properties and awkward keys are kept', () => {
    const mutex = new Mutex();
    const list: unknown[] & { named?: unknown } = [mutex];
    list[3] = 'three';
    list.named = mutex;
    const awkward = JSON.parse('{ "__proto__": { "x": 1 } }') as object;
    const copy = attach<{ list: typeof list; awkward: object }>(share({ list, awkward }));
    expect(Object.keys(copy.list)).toEqual(['0', '3', 'named']);
    expect(copy.list.length).toBe(4);
    expect(isSame(copy.list.named, mutex)).toBe(true);
    expect(Object.getPrototypeOf(copy.awkward)).toBe(Object.prototype);
    expect(Object.keys(copy.awkward)).toEqual(['__proto__']);
  });

  test('maps and sets of another realm are maps and sets', () => {
    const mutex = new Mutex();
    const foreign = runInNewContext('[new Map([[1, mutex]]), new Set([mutex])]', { mutex }) as [
      Map<number, Mutex>,
      Set<Mutex>,
    ];
    const [map, set] = attach<typeof foreign>(structuredClone(share(foreign)));
    expect(isSame(map.get(1), mutex)).toBe(true);
    expect(isSame([...set][0], mutex)).toBe(true);
  });

  test('deeper than the stack', () => {
    const mutex = new Mutex();
    let list: { next: unknown } = { next: mutex };
    for (let i = 0; i < 100_000; i++) list = { next: list };
    let found: unknown = attach(share(list));
    while (!(found instanceof Mutex)) found = (found as { next: unknown }).next;
    expect(isSame(found, mutex)).toBe(true);
  });

  test('cycles and repetitions are kept', () => {
    const cyclic: { self?: unknown; mutex: Mutex; list: unknown[] } = {
      mutex: new Mutex(),
      list: [],
    };
    cyclic.self = cyclic;
    cyclic.list.push(cyclic, cyclic.list);
    for (const copy of [attach(share(cyclic)), attach<typeof cyclic>(structuredClone(cyclic))]) {
      expect(isSame(copy, cyclic)).toBe(false);
      expect(copy.self).toBe(copy);
      expect(copy.list[0]).toBe(copy);
      expect(copy.list[1]).toBe(copy.list);
      expect(isSame(copy.mutex, cyclic.mutex)).toBe(true);
    }
  });

  test('one memory received again and again is one live object', async () => {
    const receiver = await start();
    const mutex = new Mutex();
    await receiver.call.keep('mutex', mutex);
    expect(await receiver.call.isKept('mutex', mutex)).toBe(true);
    expect(await receiver.call.isKept('mutex', Mutex.at(mutex.buffer))).toBe(true);
    expect(await receiver.call.isKept('mutex', new Mutex())).toBe(false);
    expect(await receiver.call.isAt(mutex, mutex.buffer)).toBe(true); // another view of the same
    const { buffer } = structuredClone({ buffer: mutex.buffer });
    expect(isSame(Mutex.at(buffer), mutex)).toBe(true);
  });

  test('X7 two views of one buffer at different offsets are two locks, the same place is one', async () => {
    const buffer = new SharedArrayBuffer(64);
    const [low, high] = [Mutex.init(buffer, 0), Mutex.init(buffer, 32)];
    const receiver = await start();
    await receiver.call.lock(low);
    expect(high.isLocked).toBe(false);
    expect(low.isLocked).toBe(true);
    expect(Mutex.at(structuredClone({ buffer }).buffer, 0).isLocked).toBe(true);
    await receiver.call.unlock(low);
  });

  test('all hold together: each of three threads has the same mutex', async () => {
    const words = sharedWords();
    const mutex = new Mutex();
    const receivers = await startWorkers<Receiver>(3, './receiver.mjs', import.meta.url);
    await Promise.all(receivers.map(({ call }) => call.increment(mutex, words, 2000)));
    expect(words[0]).toBe(6000);
  });

  test('X10 three levels of threads, all blocked, on one lock and one latch', async () => {
    const levels = 3;
    const gate = { mutex: new Mutex(), arrived: new Latch(levels + 1), words: sharedWords() };
    const receiver = await start();
    await receiver.call.descend(gate, levels);
    expect(gate.words[0]).toBe(levels + 1);
    expect(gate.arrived.tryWait()).toBe(true);
  });
});

describe('what stays in its thread', () => {
  const refused: [string, () => unknown][] = [
    ['a guard', () => new Mutex().lock()],
    ['a guard that owns nothing', () => new UniqueLock(new Mutex(), deferLock)],
    ['an empty guard', () => new UniqueLock()],
    ['a permit', () => new Semaphore(1).acquire()],
    ['a function', () => () => {}],
    ['a symbol', () => Symbol('x')],
    ['a promise', () => Promise.resolve()],
    ['a weak map', () => new WeakMap()],
    ['a weak reference', () => new WeakRef({})],
    ['a generator, deep', () => [(function* () {})()]],
    ['a guard, deep', () => new Map([['x', [{ lock: new Mutex().lock() }]]])],
    ['a function, deep', () => ({ a: new Set([() => {}]) })],
  ];

  test.each(refused)('%s: share refuses it, and so does structured clone', (_, make) => {
    const value = make();
    expect(() => share(value)).toThrow(TypeError);
    expect(() => structuredClone(value)).toThrow(
      expect.objectContaining({ name: 'DataCloneError' }),
    );
  });
});

test('share: of an abort signal structured clone would make an empty object', () => {
  const { signal } = new AbortController();
  const travels = 'an AbortSignal stays in its thread: StopSource.from(signal).token travels';
  expect(() => share([{ signal }])).toThrow(new TypeError(travels));
  expect(() => share(new AbortController())).toThrow(TypeError);
});

test('share: says what it is that stays', () => {
  const says = (value: unknown, what: string): void =>
    expect(() => share(value)).toThrow(new TypeError(`a ${what} stays in its thread`));
  says(new Mutex().lock(), 'UniqueLock');
  says(new Semaphore(1).acquire(), 'Permit');
});

describe('attach', () => {
  test('leaves what is no handle as it is', () => {
    const value = { a: [1, 'b', null], crossthread: { kind: 'Mutex' }, other: { words: 1 } };
    expect(attach(value)).toEqual(value);
    for (const plain of [1, 'x', null, undefined, true]) expect(attach(plain)).toBe(plain);
  });

  test('refuses a handle of a class that it does not know', () => {
    const handle = structuredClone(new Mutex()) as unknown as { crossthread: { kind: string } };
    handle.crossthread.kind = 'Spinlock';
    expect(() => attach(handle)).toThrow(TypeError);
    expect(() => attach(handle)).toThrow("'Spinlock'");
  });

  test('refuses a handle that takes a live object for one of another class', () => {
    const handle = structuredClone(new Mutex()) as unknown as { crossthread: { kind: string } };
    handle.crossthread.kind = 'Latch';
    expect(() => attach(handle)).toThrow(TypeError);
  });

  test('gives a handle the type of what was shared', () => {
    const handle: Handle<{ mutex: Mutex; latches: Latch[] }> = share({
      mutex: new Mutex(),
      latches: [new Latch(1)],
    });
    const { mutex, latches } = attach(handle);
    expect(mutex.isLocked).toBe(false);
    expect(latches[0]!.tryWait()).toBe(false);
  });
});
