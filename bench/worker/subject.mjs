/**
 * What a load works on, in one buffer for all threads of a crew: the same objects in the same places
 * whichever library they are of. Each has a cache line of its own.
 *
 * @import { Place } from './peers.mjs'
 */
import { PEERS } from './peers.mjs';
import * as raw from './raw/index.mjs';

/**
 * What the loads use of a library; the raw one has no more.
 *
 * @typedef {object} Lockable
 * @property {() => any} lock
 * @property {(held?: any) => void} unlock
 * @property {() => Promise<any>} lockAsync
 *
 * @typedef {object} Called what raw lacks
 * @property {(body: () => void) => void} withLock
 * @property {(body: () => void) => Promise<unknown>} withLockAsync
 *
 * @typedef {object} Subject
 * @property {Lockable} mutex
 * @property {{ wait(lock: any): void, notifyOne(): void, notifyAll(): void }} condition
 * @property {readonly [Counted, Counted]} semaphores
 * @property {{ values: Passing, records?: Passing }} [channels] raw has a `MessagePort` instead
 * @property {{ arriveAndWait(): void }} barrier of all threads
 * @property {Data} data what the loads protect
 *
 * @typedef {{ id: number, x: number }} Payload
 *
 * @typedef {object} Passing
 * @property {(payload: Payload) => unknown} send
 * @property {() => unknown} receive
 * @property {(payload: Payload) => Promise<unknown>} sendAsync
 * @property {() => Promise<unknown>} receiveAsync
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
const CHANNELS = 7 * LINE;
const MESSAGES = 1024; // of each channel
const RECORD = /** @type {const} */ ({ id: 'i32', x: 'f64' });
const ROOM = 128 * 1024; // bytes of a channel, at most
export const BARRIER = CHANNELS + 2 * ROOM;
export const BYTE_LENGTH = BARRIER + ROOM;

/** Word of `data` that every operation adds 1 to, and not atomically. */
export const COUNT = 0;
/** Word of `data`: whose turn it is. */
export const TURN = 1;
/** Words of `data`: how many have come to the end of a phase, and which one it is. */
export const ARRIVED = 2;
export const PHASE = 3;
/** Word of `data`: how many are where one alone may be. */
export const INSIDE = 4;

/**
 * @typedef {'raw' | 'crossthread' | 'multithreading' | 'async-mutex' | 'messages' | 'navigator.locks' | 'Atomics.Mutex'} Library
 *   those that are in `PEERS` offer some of the objects, and some forms of locking
 *
 * @param {Library} library
 * @param {Place} place
 * @returns {Promise<Subject>}
 */
export async function openSubject(library, place) {
  const { buffer } = place;
  if (library !== 'crossthread') {
    const offer = await PEERS[library]?.open(place);
    return /** @type {Subject} */ ({ ...objectsOf(raw, buffer), ...offer });
  }
  const crossthread = await import('crossthread');
  const { Channel } = crossthread;
  const values = Channel.at(buffer, CHANNELS);
  const records = Channel.at(buffer, CHANNELS + ROOM, { record: RECORD });
  return { ...objectsOf(crossthread, buffer), channels: { values, records } };
}

/** @param {typeof import('crossthread')} library @param {SharedArrayBuffer} buffer */
export function initChannels({ Channel }, buffer) {
  Channel.init(buffer, CHANNELS, MESSAGES);
  Channel.init(buffer, CHANNELS + ROOM, MESSAGES, { record: RECORD });
}

/**
 * @param {typeof raw | typeof import('crossthread')} library
 * @param {SharedArrayBuffer} buffer
 * @returns {Subject}
 */
function objectsOf({ Barrier, ConditionVariable, Mutex, Semaphore }, buffer) {
  const [first, second] = SEMAPHORES;
  return {
    mutex: Mutex.at(buffer, MUTEX),
    condition: ConditionVariable.at(buffer, CONDITION),
    semaphores: [Semaphore.at(buffer, first), Semaphore.at(buffer, second)],
    barrier: Barrier.at(buffer, BARRIER),
    data: dataOf(buffer),
  };
}

/** @typedef {Int32Array & { [COUNT]: number, [TURN]: number, [ARRIVED]: number, [PHASE]: number }} Data */

/** The words that a load protects. */
export const dataOf = (/** @type {SharedArrayBuffer} */ buffer) =>
  /** @type {Data} */ (new Int32Array(buffer, DATA, 5));

/** @typedef {Float64Array & { 0: number }} Times */

/** When a hand-off began, as the two threads tell each other. */
export const timesOf = (/** @type {SharedArrayBuffer} */ buffer) =>
  /** @type {Times} */ (new Float64Array(buffer, TIMES, 1));
