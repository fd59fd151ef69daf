import { attach, AtomicRef, type Field, Mutex, type Schema, SharedStruct } from 'crossthread';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { expectNoRescues } from '../support/rescues.ts';
import { isSame } from '../support/same.ts';
import { startWorker, startWorkers } from '../support/worker.ts';
import { SCHEMA } from './struct-user.mjs';

expectNoRescues();

type User = typeof import('./struct-user.mjs');
const bad = <T>(value: unknown): T => value as T;
const Stats = SharedStruct(SCHEMA);

describe('SharedStruct: fields', () => {
  test.each(
    Object.entries({
      i8: [-1, -(2 ** 7)],
      u8: [255, 0],
      i16: [-1, 2 ** 15 - 1],
      u16: [2 ** 16 - 1, 0],
      i32: [-1, 2 ** 31 - 1],
      u32: [2 ** 32 - 1, 0],
      f32: [0.5, -Infinity],
      f64: [0.1, Number.MAX_VALUE],
      i64: [-1n, 2n ** 63n - 1n],
      u64: [2n ** 64n - 1n, 0n],
      bool: [true, false],
    }),
  )('%s keeps its values, and neighbours theirs', (kind, values) => {
    const field = kind as 'i32';
    const struct = new (SharedStruct({ before: 'u8', field, after: 'u8' }))();
    struct.before = struct.after = 77;
    for (const value of values) {
      struct.field = value as number;
      expect(struct.field).toBe(value);
      expect([struct.before, struct.after]).toEqual([77, 77]);
    }
  });

  test('what does not fit wraps, as in a typed array', () => {
    const struct = new (SharedStruct({ small: 'u8' }))();
    struct.small = 257.9;
    expect(struct.small).toBe(1);
  });

  test('nested, arrays, arrays of structs and of arrays', () => {
    const Shape = SharedStruct({
      origin: { x: 'f32', y: 'f32' },
      points: [{ x: 'f32', y: 'f32' }, 3],
      matrix: [['f64', 2], 2],
      ready: ['atomic i32', 2],
    });
    const shape = new Shape({ points: [{ x: 1 }, { y: 2 }], matrix: [[1, 2], [3]], ready: [7] });
    shape.origin.x = 1.5;
    shape.points[2]!.x = 9;
    shape.matrix[1]![1] = 4;
    shape.ready[1]!.fetchAdd(5);
    expect(shape.snapshot()).toEqual({
      origin: { x: 1.5, y: 0 },
      points: [
        { x: 1, y: 0 },
        { x: 0, y: 2 },
        { x: 9, y: 0 },
      ],
      matrix: [Float64Array.of(1, 2), Float64Array.of(3, 4)],
      ready: [7, 5],
    });
    expectTypeOf<typeof shape.matrix>().toEqualTypeOf<readonly Float64Array[]>();
    expectTypeOf(shape.snapshot().points).toEqualTypeOf<{ x: number; y: number }[]>();
    expect(() => (bad<{ points: unknown }>(shape).points = [])).toThrow(TypeError);
  });

  test('atomic kinds have the operations of std::atomic_ref', () => {
    const { small, big } = new (SharedStruct({ small: 'atomic u8', big: 'atomic i64' }))();
    expect(small).toBeInstanceOf(AtomicRef);
    expectTypeOf(big).toEqualTypeOf<AtomicRef<bigint>>();
    small.store(250);
    expect([small.fetchAdd(10), small.fetchSub(1), small.fetchOr(8), small.fetchAnd(9)]).toEqual([
      250, 4, 3, 11,
    ]);
    expect([small.fetchXor(1), small.exchange(5), small.load()]).toEqual([9, 8, 5]);
    expect([small.compareExchange(4, 6), small.compareExchange(5, 6)]).toEqual([false, true]);
    expect([big.exchange(-3n), big.fetchAdd(1n), big.load()]).toEqual([0n, -3n, -2n]);
  });

  test('an AtomicRef is of a struct alone', () => {
    expect(() => new AtomicRef()).toThrow(
      new TypeError('an AtomicRef is a field of a SharedStruct'),
    );
  });

  test('compareExchange: what is expected wraps as what is stored does', () => {
    const { small, word, big } = new (SharedStruct({
      small: 'atomic u8',
      word: 'atomic i32',
      big: 'atomic u64',
    }))({ small: 44, word: -1, big: 2n ** 64n - 1n });
    expect([small.compareExchange(300, 1), small.load()]).toEqual([true, 1]);
    expect([word.compareExchange(2 ** 32 - 1, 1), word.load()]).toEqual([true, 1]);
    expect([big.compareExchange(-1n, 1n), big.load()]).toEqual([true, 1n]);
    expect([small.compareExchange(258, 5), small.load()]).toEqual([false, 1]);
  });

  test('are laid out as C++ does: each at a multiple of its size, all at one of the widest', () => {
    const Mixed = SharedStruct({ a: 'u8', b: 'f64', c: 'u8', d: { e: 'u8', f: 'i16' }, g: 'i32' });
    const mixed = new Mixed({ a: 1, b: 2, c: 3, d: { e: 4, f: 5 }, g: 6 }, { packed: true });
    expect([Mixed.BYTE_LENGTH - 16, Mixed.ALIGNMENT]).toEqual([32, 8]);
    const view = new DataView(mixed.buffer, 16);
    const found = [view.getUint8(0), view.getFloat64(8, true), view.getUint8(16)];
    const more = [view.getUint8(18), view.getInt16(20, true), view.getInt32(24, true)];
    expect([...found, ...more]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('SharedStruct: shared', () => {
  test('two workers see one memory, with the class of the same schema', async () => {
    const stats = new Stats({ count: 1, last: [1, -2] });
    const mutex = new Mutex();
    const [one, two] = await startWorkers<User>(2, './struct-user.mjs', import.meta.url);
    await Promise.all([one!.call.add(stats, mutex, 500), two!.call.add(stats, mutex, 500)]);
    expect(await one!.call.read(stats)).toEqual({ isSame: true, ...stats.snapshot() });
    expect([stats.count, stats.total, stats.hits.load()]).toEqual([1001, 500, 1000]);
    expect(stats.inner.big).toBe(1000n);
    expect([...stats.last]).toEqual([1, -2, 0, 0]);
  });

  test('a thread that has not declared it gets it all the same; one object a memory', async () => {
    const struct = new (SharedStruct({ undeclared: 'u16' }))({ undeclared: 12 });
    const worker = await startWorker<User>('./struct-user.mjs', import.meta.url);
    expect(await worker.call.readUndeclared(struct)).toBe(12);
    const { struct: same } = attach<{ struct: object }>(structuredClone({ struct }));
    expect(isSame(same, struct)).toBe(true);
  });

  test('global: the first makes it', async () => {
    const worker = await startWorker<User>('./struct-user.mjs', import.meta.url);
    expect(await worker.call.global('struct', 3)).toBe(3);
    expect(Stats.global('struct', { count: 4 }).count).toBe(3);
    expect(() => SharedStruct({ other: 'i32' }).global('struct')).toThrow(TypeError);
    expect(() => Mutex.global('struct')).toThrow('is a SharedStruct');
  });

  test('new, init and at agree', () => {
    const buffer = new SharedArrayBuffer(8 + Stats.BYTE_LENGTH);
    const made = Stats.init(buffer, 8, { count: 5 });
    expect(isSame(Stats.at(buffer, 8), made)).toBe(true);
    expect(made.byteOffset).toBe(8);
    expect(isSame(Stats.init(buffer, 8), made)).toBe(false); // a new one, all 0
    expect(made.count).toBe(0);
    expect(new Stats({}, { packed: true, name: 'it' }).buffer.byteLength).toBe(Stats.BYTE_LENGTH);
  });
});

describe('SharedStruct: misuse', () => {
  const schemas: [string, unknown, ErrorConstructor, string][] = [
    ['an unknown kind', { a: 'i31' }, TypeError, "`schema.a` is of an unknown kind, 'i31'"],
    ['an atomic float', { a: 'atomic f32' }, TypeError, 'unknown kind'],
    ['no kind', { a: 7 }, TypeError, '`schema.a` must be a schema, got number'],
    ['a list of bool', { a: ['bool', 2] }, TypeError, 'u8'],
    ['a list without a length', { a: ['u8'] }, TypeError, '[element, length]'],
    ['a list of no elements', { a: ['u8', 0] }, RangeError, 'length of 0'],
    ['a list of half an element', { a: ['u8', 1.5] }, RangeError, 'length of 1.5'],
    ['no fields', {}, TypeError, 'no fields'],
    ['a number for a name', { 0: 'i32' }, TypeError, "'0' is no name"],
    ['a name that all objects have', { buffer: 'i32' }, TypeError, "'buffer' is no name"],
    ['null', null, TypeError, 'got null'],
  ];
  test.each(schemas)('a schema with %s', (_, schema, type, message) => {
    expect(() => SharedStruct(bad<Schema>(schema))).toThrow(type);
    expect(() => SharedStruct(bad<Schema>(schema))).toThrow(message);
  });

  test('a wrong place', () => {
    const buffer = new SharedArrayBuffer(256);
    expect(() => Stats.at(buffer, 4)).toThrow(RangeError);
    expect(() => Stats.init(buffer, 232)).toThrow(RangeError);
    expect(() => Stats.at(bad(new ArrayBuffer(256)))).toThrow(TypeError);
    Mutex.init(buffer, 0);
    expect(() => Stats.at(buffer)).toThrow('there is a Mutex');
    const other = SharedStruct({ other: 'i32' }).init(buffer, 64);
    expect(() => Stats.at(buffer, 64)).toThrow('no struct of the schema');
    expect(other.other).toBe(0);
    const handle = structuredClone({ other }) as unknown as {
      other: { crossthread: { schema: Schema } };
    };
    handle.other.crossthread.schema = { another: 'f64' };
    expect(() => attach(handle)).toThrow('no struct of the schema');
    handle.other.crossthread.schema = { another: 'f65' as Field };
    expect(() => attach(handle)).toThrow("unknown kind, 'f65'");
  });

  test.each<[string, unknown, ErrorConstructor]>([
    ['a field that is not there', { counts: 1 }, TypeError],
    ['a value of another type', { inner: { big: 1 } }, TypeError],
    ['too long a list', { last: [1, 2, 3, 4, 5] }, RangeError],
    ['no list', { last: 1 }, TypeError],
    ['no object', 3, TypeError],
  ])('values with %s: nothing is written', (_, values, type) => {
    const stats = new Stats({ count: 7 });
    const wrong = bad<{ count?: number }>(
      typeof values === 'object' ? { count: 8, ...values } : values,
    );
    expect(() => stats.assign(wrong)).toThrow(type);
    expect(() => Stats.init(stats.buffer, 0, wrong)).toThrow(type);
    expect(() => Stats.global('never', wrong)).toThrow(type);
    expect(stats.count).toBe(7);
  });
});
