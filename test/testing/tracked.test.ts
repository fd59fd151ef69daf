/** Views that are tracked, as what they show and do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedStruct } from 'crossthread';
import { explore, tracked } from 'crossthread/testing';
import { expect, it, test } from 'vitest';
import { failureOf } from './models.ts';
import { expectClean, pair, raceIn, shared, words } from './tracked-models.ts';

/** What `use` does to a tracked view, and what a plain one makes of the same. */
async function expectLike(use: (view: never) => unknown, kinds = KINDS): Promise<void> {
  for (const kind of kinds) {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => (i * 7) % 60);
    const fresh = (): InstanceType<typeof kind> => {
      const buffer = shared(64);
      new Uint8Array(buffer).set(bytes);
      return new kind(buffer as never, 16, 4);
    };
    const plain = fresh();
    const expected = told(use(plain as never), plain);
    const seen: unknown[] = [];
    await explore({
      setup: () => tracked(fresh()),
      threads: [(view) => void seen.push(told(use(view as never), view))],
    });
    expect(seen).not.toHaveLength(0);
    for (const found of seen) expect(found).toEqual(expected); // it runs again, thread by thread in turn
  }
}
const told = (value: unknown, view: ArrayBufferView): unknown => [
  ArrayBuffer.isView(value) ? [value.constructor.name, ...(value as Int8Array)] : value,
  [...(view as Int8Array)],
];
const KINDS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;

test.each<[string, (view: Float64Array) => unknown]>([
  ['elements', (view) => ((view[1] = 300.7), (view[2] = view[1]), (view[9] = 1), view[9])],
  ['conversion', (view) => ((view[0] = '12' as never), (view[1] = undefined as never), view[0])],
  ['members', (view) => [view.length, view.byteOffset, view.byteLength, String(view)]],
  [
    'fill, copyWithin, reverse',
    (view) => {
      const same = view.fill(3, 1, 2).copyWithin(2, 0);
      view.reverse();
      return same === view && view.join('-');
    },
  ],
  ['set', (view) => view.set(view.subarray(0, 3), 1)],
  [
    'sort',
    (view) => {
      view.sort();
      const last = view.at(-1);
      view.sort((a, b) => b - a);
      return last;
    },
  ],
  [
    'slice, map, filter',
    (view) =>
      view
        .slice(-3)
        .map((x) => x * 2)
        .filter((x) => x > 9),
  ],
  ['map', (view) => view.map((x, i) => x + i)],
  ['filter', (view) => view.filter((_, i) => i !== 1)],
  ['toSorted', (view) => view.toSorted((a, b) => b - a)],
  ['toReversed', (view) => view.toReversed()],
  ['with', (view) => view.with(1, 300.7)],
  ['search', (view) => [view.indexOf(view[2]!), view.includes(9), view.find((x) => x > 4)]],
  [
    'iteration',
    (view) => [[...view], [...view.entries()], Object.entries(view), Object.assign({}, view)],
  ],
  ['copies', (view) => [...Float64Array.from(view), ...new Float64Array(view)]],
  ['definition', (view) => Object.defineProperty(view, 0, { value: 5 }) === view],
  ['type', (view) => Object.prototype.toString.call(view)],
])('%s: as of the view', async (_, use) => {
  await expectLike(use as never);
});

it('takes 64 bits', async () => {
  const use = (view: BigInt64Array): unknown => {
    view[0] = 2n ** 63n;
    return Atomics.add(view, 0, 5n) + view[1]!;
  };
  await expectLike(use as never, [BigInt64Array, BigUint64Array] as never);
});

it('gives back the view itself where nothing is explored', async () => {
  const view = words(1);
  expect(tracked(view)).toBe(view);
  await explore({ setup: () => tracked(view), threads: [() => {}] });
  expect(tracked(view)).toBe(view);
  await sleep(0);
  expect(Atomics.add(tracked(view), 0, 1)).toBe(0);
});

it('tracks more of the same memory in a thread, and nothing else', async () => {
  const setup = (): { view: Int32Array; other: Int32Array } => {
    const view = tracked(tracked(words(2)));
    return { view, other: words(1) };
  };
  type Shared = ReturnType<typeof setup>;
  const half = ({ view }: Shared): void => void (tracked(new Int16Array(view.buffer))[1] = 1);
  const whole = ({ view }: Shared): void => void view[0];
  expect(await raceIn({ setup, threads: [half, whole] })).toMatch(/a: write[^]*b: read/);
  const error = await failureOf({ setup, threads: [({ other }) => void tracked(other)] });
  expect(error.message).toMatch(
    /TypeError: tracked\(view\) in a thread: `setup` has tracked nothing/,
  );
});

it.each<[string, unknown]>([
  ['a DataView', new DataView(shared(8))],
  ['a private Int8Array', new Int8Array(8)],
  ['a SharedArrayBuffer', shared(8)],
  ['a Null', null],
  ['a SharedStruct', new (SharedStruct({ n: 'i32' }))()],
  ['a Number', 5],
])('refuses %s', (what, value) => {
  expect(() => tracked(value as never)).toThrow(
    new TypeError(`tracked(view) takes a typed array over a SharedArrayBuffer, got ${what}`),
  );
});

it('ends what reads or writes for ever', async () => {
  const setup = (): Int32Array => tracked(words(1));
  const verdictOf = async (body: (word: Int32Array) => void): Promise<string> => {
    return (await failureOf({ setup, threads: [body] }, { maxSteps: 200 })).verdict;
  };
  const stare = (word: Int32Array): void => {
    while (word[0] === 0);
  };
  const count = (word: Int32Array): void => {
    for (;;) word[0]!++;
  };
  expect(await verdictOf(stare)).toBe('livelock');
  expect(await verdictOf(count)).toBe('livelock');
});

it('takes a body that reads the same element again and again for no spin', async () => {
  await expectClean({
    setup: pair,
    threads: [
      ({ data }) => {
        let sum = 0;
        for (let i = 0; i < 5000; i++) sum += data[i % 4]!;
        expect(sum).toBe(0);
      },
    ],
  });
});

it('is found out when a body depends on what it should not', async () => {
  let runs = 0;
  const search = explore({
    setup: pair,
    threads: [
      ({ flag, data }) => {
        Atomics.add(flag, 0, 1);
        data[runs++ % 2] = 1;
        Atomics.add(flag, 0, 1);
      },
      ({ flag }) => void Atomics.add(flag, 0, 1),
    ],
  });
  await expect(search).rejects.toHaveProperty('verdict', 'nondeterminism');
});
