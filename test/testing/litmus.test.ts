/** Litmus tests: what can come out of a few loads and stores is exactly what sequential consistency allows. */
import { expect, test } from 'vitest';
import { explore } from 'crossthread/testing';
import { words } from './models.ts';

const [X, Y] = [0, 1];
const FIRST_REGISTER = 2; // words before are those that the threads race on
const REGISTERS = 4;

type Body = (shared: Int32Array) => void;

const set =
  (...targets: number[]): Body =>
  (shared) =>
    targets.forEach((word) => void Atomics.store(shared, word, 1));

/** Reads `sources` one after another, then keeps what it saw in registers from `register` on. */
const see =
  (register: number, ...sources: number[]): Body =>
  (shared) => {
    const seen = sources.map((word) => Atomics.load(shared, word));
    seen.forEach((value, i) => Atomics.store(shared, FIRST_REGISTER + register + i, value));
  };

const both =
  (...bodies: Body[]): Body =>
  (shared) =>
    bodies.forEach((body) => body(shared));

/** All that the first `registers` registers can hold in the end, as `01`. */
async function outcomesOf(registers: number, threads: readonly Body[]): Promise<string[]> {
  const found = new Set<string>();
  const { complete } = await explore({
    setup: words(FIRST_REGISTER + REGISTERS),
    threads,
    check: (shared) =>
      void found.add(shared.slice(FIRST_REGISTER, FIRST_REGISTER + registers).join('')),
  });
  expect(complete).toBe(true);
  return [...found].toSorted();
}

/** All rows of `length` bits but those in which `isForbidden`. */
function rows(length: number, isForbidden: (row: string) => boolean): string[] {
  const all = Array.from({ length: 2 ** length }, (_, i) => i.toString(2).padStart(length, '0'));
  return all.filter((row) => !isForbidden(row));
}

test('store buffering: one of two sees the store of the other', async () => {
  const threads = [both(set(X), see(0, Y)), both(set(Y), see(1, X))];
  expect(await outcomesOf(2, threads)).toEqual(['01', '10', '11']);
});

test('load buffering: not both see what is stored after', async () => {
  const threads = [both(see(0, Y), set(X)), both(see(1, X), set(Y))];
  expect(await outcomesOf(2, threads)).toEqual(['00', '01', '10']);
});

test('message passing: who sees the flag sees the data', async () => {
  const threads = [set(X, Y), see(0, Y, X)];
  expect(await outcomesOf(2, threads)).toEqual(['00', '01', '11']);
});

test('coherence: what was seen is not unseen', async () => {
  const threads = [set(X), see(0, X, X, X, X)];
  expect(await outcomesOf(4, threads)).toEqual(['0000', '0001', '0011', '0111', '1111']);
});

test('two writers, two readers: all agree on the order', async () => {
  const threads = [set(X), set(Y), see(0, X, Y), see(2, Y, X)];
  const disagree = (row: string): boolean => row === '1010';
  expect(await outcomesOf(4, threads)).toEqual(rows(4, disagree));
});

test('write to read causality: what was passed on was stored before', async () => {
  const passOn: Body = (shared) => {
    if (Atomics.load(shared, X) === 1) Atomics.store(shared, Y, 1);
  };
  const threads = [set(X), passOn, see(0, Y, X)];
  expect(await outcomesOf(2, threads)).toEqual(['00', '01', '11']);
});

test('additions are all counted, whoever is first', async () => {
  const add: Body = (shared) => void Atomics.add(shared, FIRST_REGISTER, 1);
  expect(await outcomesOf(1, [add, add, add])).toEqual(['3']);
});

test('of those who exchange, exactly one finds it free', async () => {
  const take =
    (me: number): Body =>
    (shared) =>
      void Atomics.store(shared, FIRST_REGISTER + me, 1 - Atomics.exchange(shared, X, 1));
  const threads = [take(0), take(1), take(2)];
  expect(await outcomesOf(3, threads)).toEqual(['001', '010', '100']);
});
