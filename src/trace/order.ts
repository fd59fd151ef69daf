/**
 * In which order mutexes are locked, by all threads of the process: an order that leads back to where it
 * began is a deadlock that has not happened yet.
 *
 * Words of an order
 *   NEXT    link of the chain of those that begin with the same mutex
 *   FROM    object id: it was held
 *   TO      object id: and then this one was locked
 *   TOLD    a circle whose newest order is this one was reported
 *   LENGTH  then the characters: who did so first, and where
 * Invariants
 *   O1  An order is linked before it is looked where it leads. Of several that close a circle together the
 *       last one linked sees all the others.
 *   O2  Who sees a circle reports it if it is the first to set TOLD of its newest order, the one that was
 *       allotted last. So of all that see it, one does.
 */
import { allotOrder, ORDER, ORDER_HEADS } from '../agent/table.ts';
import { Chain } from '../memory/chain.ts';
import { readText, writeText } from '../memory/text.ts';
import type { Words } from '../memory/words.ts';

const NEXT = 0;
const FROM = 1;
const TO = 2;
const TOLD = 3;
const LENGTH = 4;
const CHARACTERS = 5;

/** What is said of an order: a line, and where in the code that was. */
export interface Account {
  readonly line: string;
  readonly full: string;
}

/**
 * Notes that `to` is locked while `from` is held, unless that is known. Returns what is said of the orders of
 * the circle that this closes, if it closes one.
 */
export function noteOrder(
  table: Words,
  from: number,
  to: number,
  account: () => Account,
): readonly string[] | undefined {
  const order = link(table, from, to, account);
  const back = order === 0 ? undefined : wayBetween(table, to, from);
  if (!back) return undefined;
  const circle = [order, ...back];
  const isFirst = Atomics.exchange(table, Math.max(...circle) + TOLD, 1) === 0; // O2
  return isFirst ? circle.map((each) => accountOf(table, each)) : undefined;
}

/** 0: it was there, or there is no room. */
function link(table: Words, from: number, to: number, account: () => Account): number {
  const chain = chainOf(table);
  let order = 0;
  for (;;) {
    const head = chain.head(from);
    for (const each of ordersFrom(table, from, head)) {
      if (Atomics.load(table, each + TO) === to) return 0;
    }
    order ||= make(table, from, to, account());
    if (order === 0 || chain.link(from, order, head)) return order; // O1
  }
}

function make(table: Words, from: number, to: number, { line, full }: Account): number {
  const withAll = allotOrder(table, CHARACTERS + full.length, true);
  const order = withAll || allotOrder(table, CHARACTERS + line.length, false);
  if (order === 0) return 0;
  const text = withAll === 0 ? line : full;
  Atomics.store(table, order + FROM, from);
  Atomics.store(table, order + TO, to);
  Atomics.store(table, order + LENGTH, text.length);
  writeText(table, order + CHARACTERS, text);
  return order;
}

/** The shortest way along the orders. */
function wayBetween(table: Words, from: number, to: number): readonly number[] | undefined {
  const reachedBy = new Map<number, number>();
  const reached = [from];
  for (const object of reached) {
    for (const order of ordersFrom(table, object)) {
      const next = Atomics.load(table, order + TO);
      if (next === from || reachedBy.has(next)) continue;
      reachedBy.set(next, order);
      if (next === to) return wayTo(table, to, reachedBy);
      reached.push(next);
    }
  }
  return undefined;
}

function wayTo(table: Words, to: number, reachedBy: Map<number, number>): readonly number[] {
  const way: number[] = [];
  let order = reachedBy.get(to);
  while (order !== undefined) {
    way.unshift(order);
    order = reachedBy.get(Atomics.load(table, order + FROM));
  }
  return way;
}

function* ordersFrom(
  table: Words,
  object: number,
  head: number = chainOf(table).head(object),
): Generator<number> {
  const chain = chainOf(table);
  for (let order = head; order !== 0; order = chain.after(order)) {
    if (Atomics.load(table, order + FROM) === object) yield order;
  }
}

function accountOf(table: Words, order: number): string {
  return readText(table, order + CHARACTERS, Atomics.load(table, order + LENGTH));
}

function chainOf(table: Words): Chain {
  return new Chain(table, ORDER, ORDER_HEADS, NEXT);
}
