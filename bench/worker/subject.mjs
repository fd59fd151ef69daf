/**
 * What a load works on, in one buffer for all threads of a crew: the same objects in the same places
 * whichever library they are of. Each has a cache line of its own.
 */
import * as raw from './raw/index.mjs';

/**
 * What the loads use of a library; the raw one has no more.
 *
 * @typedef {object} Lockable
 * @property {() => any} lock
 * @property {() => void} unlock
 * @property {() => Promise<any>} lockAsync
 *
 * @typedef {object} Subject
 * @property {Lockable} mutex
 * @property {{ wait(lock: any): void, notifyOne(): void }} condition
 * @property {readonly [Counted, Counted]} semaphores
 * @property {Data} data what the loads protect
 *
 * @typedef {{ acquire(): void, release(): void }} Counted
 */
const LINE = 64; // bytes
export const MUTEX = 0;
export const CONDITION = LINE;
export const SEMAPHORES = /** @type {const} */ ([2 * LINE, 3 * LINE]);
export const DATA = 4 * LINE;
export const GATE = 5 * LINE;
const TIMES = 6 * LINE;
export const BYTE_LENGTH = 7 * LINE;

/** Word of `data` that every operation adds 1 to, and not atomically. */
export const COUNT = 0;
/** Word of `data`: whose turn it is. */
export const TURN = 1;

/**
 * @param {'raw' | 'crossthread'} library
 * @param {SharedArrayBuffer} buffer
 * @returns {Promise<Subject>}
 */
export async function openSubject(library, buffer) {
  const { Mutex, ConditionVariable, Semaphore } =
    library === 'raw' ? raw : await import('crossthread');
  const [first, second] = SEMAPHORES;
  return {
    mutex: Mutex.at(buffer, MUTEX),
    condition: ConditionVariable.at(buffer, CONDITION),
    semaphores: [Semaphore.at(buffer, first), Semaphore.at(buffer, second)],
    data: dataOf(buffer),
  };
}

/** @typedef {Int32Array & { [COUNT]: number, [TURN]: number }} Data */

/** The words that a load protects. */
export const dataOf = (/** @type {SharedArrayBuffer} */ buffer) =>
  /** @type {Data} */ (new Int32Array(buffer, DATA, 2));

/** @typedef {Float64Array & { 0: number }} Times */

/** When a hand-off began, as the two threads tell each other. */
export const timesOf = (/** @type {SharedArrayBuffer} */ buffer) =>
  /** @type {Times} */ (new Float64Array(buffer, TIMES, 1));
