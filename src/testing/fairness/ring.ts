/**
 * A ring of events in shared memory, to which any thread appends without a lock.
 *
 * Words
 *   MAGIC         that this is a ring
 *   NEXT          how many events were begun: the number of the next one
 *   START         when the ring was made, whole milliseconds, in two words
 *   slot + STAMP  EMPTY, WRITING, or 1 + the number of the event that is there
 *   slot + …      the event: kind, thread, ticket, and when, in ms since START and ns
 * Invariants
 *   R1  The words of an event are written only by who made its STAMP WRITING, by compare-exchange.
 *   R2  STAMP only grows, but for WRITING in between: nobody overwrites what is newer.
 *   R3  An event is read only if STAMP was its number before and after.
 *   R4  Whatever was begun and is not read counts as lost.
 *
 * Nobody waits for anybody: who finds its slot WRITING, by a thread that is a whole round late or was
 * killed there, drops its event (R4). NEXT stops at MOST, so that no number comes twice.
 */
import { checkInteger, describe } from '../../memory/checks.ts';
import { isShared, WORD, type Words } from '../../memory/words.ts';
import type { LockEvent, LockEventKind, Recording } from './events.ts';

const MAGIC = 0;
const NEXT = 1;
const START = 2;
const HEADER = 16; // words: NEXT, which all write, has a cache line of its own

const STAMP = 0;
const KIND = 1;
const THREAD = 2;
const TICKET = 3;
const MILLISECONDS = 4;
const NANOSECONDS = 5;
const SLOT = 8; // words: two slots are a cache line

const EMPTY = 0;
const WRITING = -1;

const IS_RING = 0x66616972; // 'fair'
const HALF = 2 ** 31; // a time in ms since 1970 has more bits than a word
const NS = 1e6; // in a ms
const MOST = 2 ** 31 - 1; // events of a recording
const MOST_ROOM = 2 ** 24; // events: half a gigabyte

const KINDS: readonly LockEventKind[] = ['asked', 'got', 'released', 'gave up'];

export class Ring {
  readonly #words: Words;
  readonly #capacity: number;
  readonly #start: number;

  private constructor(words: Words) {
    this.#words = words;
    this.#capacity = (words.length - HEADER) / SLOT;
    this.#start = Atomics.load(words, START) * HALF + Atomics.load(words, START + 1);
  }

  static create(capacity: number, now: number): Ring {
    checkInteger('capacity', capacity, 1, MOST_ROOM);
    const words = new Int32Array(new SharedArrayBuffer((HEADER + capacity * SLOT) * WORD));
    const start = Math.floor(now);
    Atomics.store(words, START, Math.floor(start / HALF));
    Atomics.store(words, START + 1, start % HALF);
    Atomics.store(words, MAGIC, IS_RING);
    return new Ring(words);
  }

  static at(buffer: unknown): Ring {
    if (!isShared(buffer)) {
      throw new TypeError(`a recorder has a SharedArrayBuffer, got ${describe(buffer)}`);
    }
    const words = new Int32Array(buffer);
    if (Atomics.load(words, MAGIC) !== IS_RING) {
      throw new TypeError('there is no recorder in this buffer');
    }
    return new Ring(words);
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer;
  }

  /** Returns the number of the event, which is its ticket unless it has the one of an earlier event. */
  append(kind: LockEventKind, thread: number, now: number, ticket?: number): number {
    const words = this.#words;
    const number = Atomics.add(words, NEXT, 1);
    if (number < 0 || number >= MOST) {
      Atomics.store(words, NEXT, MOST);
      return MOST;
    }
    const slot = HEADER + (number % this.#capacity) * SLOT;
    if (!this.#claim(slot, number)) return number;
    const since = now - this.#start;
    const milliseconds = Math.floor(since);
    Atomics.store(words, slot + KIND, KINDS.indexOf(kind));
    Atomics.store(words, slot + THREAD, thread);
    Atomics.store(words, slot + TICKET, ticket ?? number);
    Atomics.store(words, slot + MILLISECONDS, milliseconds);
    Atomics.store(words, slot + NANOSECONDS, Math.floor((since - milliseconds) * NS));
    Atomics.store(words, slot + STAMP, number + 1);
    return number;
  }

  read(): Recording {
    const next = Atomics.load(this.#words, NEXT);
    const begun = next < 0 ? MOST : next; // what others append from here on is of another reading
    const events = Array.from({ length: this.#capacity }, (_, i) => this.#eventAt(i))
      .filter((found) => found !== undefined && found.number < begun)
      .toSorted((a, b) => a!.number - b!.number)
      .map((found) => found!.event);
    return { events, lost: begun - events.length }; // R4
  }

  #claim(slot: number, number: number): boolean {
    const stamp = Atomics.load(this.#words, slot + STAMP);
    if (stamp === WRITING || stamp > number) return false; // R2
    return Atomics.compareExchange(this.#words, slot + STAMP, stamp, WRITING) === stamp; // R1
  }

  #eventAt(i: number): { number: number; event: LockEvent } | undefined {
    const slot = HEADER + i * SLOT;
    const word = (index: number): number => Atomics.load(this.#words, slot + index);
    const stamp = word(STAMP);
    if (stamp === EMPTY || stamp === WRITING) return undefined;
    const event: LockEvent = {
      thread: word(THREAD),
      kind: KINDS[word(KIND)]!,
      time: word(MILLISECONDS) + word(NANOSECONDS) / NS,
      ticket: word(TICKET),
    };
    return word(STAMP) === stamp ? { number: stamp - 1, event } : undefined; // R3
  }
}
