/**
 * What a simulated agent can do that others may see: the operations of `Atomics`, and the few
 * questions that its host answers. Their numbers stand in the logs.
 */
export type Value = number | bigint;

/** A typed array, or any other row of values. */
export interface Slots {
  [index: number]: Value;
}

/** A typed array. */
export interface View extends Slots {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
}

export const LOAD = 0;
export const STORE = 1;
export const ADD = 2;
export const SUB = 3;
export const AND = 4;
export const OR = 5;
export const XOR = 6;
export const EXCHANGE = 7;
export const COMPARE_EXCHANGE = 8;
export const WAIT = 9;
export const WAIT_ASYNC = 10;
export const NOTIFY = 11;
// Of the host; no other thread can come between them and what the agent did before.
export const NOW = 12;
export const CHOOSE = 13;
export const FIND_DEAD = 14;
/** The event loop runs something: a late answer, a timer, an abort. */
export const EVENT = 15;
// On tracked memory, without `Atomics`; seldom steps of their own
export const PLAIN_READ = 16;
export const PLAIN_WRITE = 17;
/** More than there are; operation plus this many times the address is the key of a log entry. */
export const OPERATIONS = 32;

export const OPERATION_NAMES: readonly string[] = [
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
  'wait',
  'waitAsync',
  'notify',
  'now',
  'choose',
  'findDead',
  'event',
  'read',
  'write',
];

// How a wait ends, or an event was brought about
export const OK = 0;
export const NOT_EQUAL = 1;
export const TIMED_OUT = 2;
/** Of a `waitAsync`: the answer comes later. */
export const PENDING = 3;
export const OUTCOMES = ['ok', 'not-equal', 'timed-out', 'pending'] as const;

/** `Atomics` without its overloads: any integer view with the values that belong to it. */
export interface RealAtomics {
  load(view: View, index: number): Value;
  store(view: View, index: number, value: Value): Value;
  add(view: View, index: number, value: Value): Value;
  sub(view: View, index: number, value: Value): Value;
  and(view: View, index: number, value: Value): Value;
  or(view: View, index: number, value: Value): Value;
  xor(view: View, index: number, value: Value): Value;
  exchange(view: View, index: number, value: Value): Value;
  compareExchange(view: View, index: number, expected: Value, replacement: Value): Value;
  wait(view: View, index: number, value: Value, ms?: number): (typeof OUTCOMES)[number];
  waitAsync(view: View, index: number, value: Value, ms?: number): WaitAsyncResult;
  notify(view: View, index: number, count?: number): number;
}

interface WaitAsyncResult {
  readonly async: boolean;
  readonly value: string | Promise<string>;
}

/** The engine's own, kept from load time on. */
export const real: RealAtomics = globalThis.Atomics;

/** `value` as an element of `view`: wrapped, rounded, or refused as the engine does. */
export function asElement({ constructor }: View, value: Value): Value {
  const like = new (constructor as new (length: number) => Slots)(1);
  like[0] = value;
  return like[0];
}

/** One operation of the engine; `b` counts for `compareExchange` only. */
export function perform(op: number, view: View, index: number, a: Value, b: Value): Value {
  switch (op) {
    case LOAD:
      return real.load(view, index);
    case STORE:
      return real.store(view, index, a);
    case ADD:
      return real.add(view, index, a);
    case SUB:
      return real.sub(view, index, a);
    case AND:
      return real.and(view, index, a);
    case OR:
      return real.or(view, index, a);
    case XOR:
      return real.xor(view, index, a);
    case EXCHANGE:
      return real.exchange(view, index, a);
    default:
      return real.compareExchange(view, index, a, b);
  }
}
