/**
 * The rows of a log, one for each operation.
 *
 * Words of a row
 *   STATE     0 claimed at most, CALLED, RETURNED
 *   THREAD
 *   NAME      where its name stands in the list
 *   TAGS      what kind of value each of the three is, a byte each: input, second input, output
 *   MOMENTS   two 64-bit numbers: of the call and of the return
 *   VALUES    three of them
 */
import type { Operation } from './operation.ts';
import { decode, encode, type Recordable } from './recordable.ts';

/** 32-bit words before the first row: it begins at a multiple of 8 bytes. */
export const FIRST_ROW = 4;
/** 32-bit words of a row. */
export const ROW = 14;

const STATE = 0;
const THREAD = 1;
const NAME = 2;
const TAGS = 3;
const MOMENTS = 2; // in 64-bit words, and so are these:
const VALUES = 4;

export const CALLED = 1;
const RETURNED = 2;

const INPUT = 0;
const SECOND_INPUT = 1;
const OUTPUT = 2;
const TAG_BITS = 8;
const TAG = (1 << TAG_BITS) - 1;
const PAIR = 1 << (3 * TAG_BITS); // in TAGS: the input is a pair

export class Rows {
  /** How many there are. */
  readonly length: number;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #names: readonly string[];

  constructor(buffer: SharedArrayBuffer, names: readonly string[]) {
    this.#words = new Int32Array(buffer);
    this.#numbers = new Float64Array(buffer);
    this.#names = names;
    this.length = (this.#words.length - FIRST_ROW) / ROW;
  }

  /** What is about to be called. */
  begin(row: number, thread: number, name: string, input: unknown): void {
    const at = this.#at(row);
    this.#words[at + THREAD] = thread;
    this.#words[at + NAME] = encode(name, this.#names).number;
    if (Array.isArray(input)) {
      this.#write(row, INPUT, input[0] as Recordable);
      this.#write(row, SECOND_INPUT, input[1] as Recordable);
      this.#words[at + TAGS]! |= PAIR;
    } else {
      this.#write(row, INPUT, input as Recordable);
    }
  }

  call(row: number, moment: number): void {
    this.#numbers[this.#at(row) / 2 + MOMENTS] = moment;
    Atomics.store(this.#words, this.#at(row) + STATE, CALLED);
  }

  end(row: number, moment: number, output: Recordable): void {
    this.#numbers[this.#at(row) / 2 + MOMENTS + 1] = moment;
    this.#write(row, OUTPUT, output);
    Atomics.store(this.#words, this.#at(row) + STATE, RETURNED);
  }

  stateOf(row: number): number {
    return Atomics.load(this.#words, this.#at(row) + STATE);
  }

  /** An operation that was called. */
  read(row: number): Operation {
    const at = this.#at(row);
    const hasReturned = this.stateOf(row) === RETURNED; // first: what it says is there
    const isPair = (this.#words[at + TAGS]! & PAIR) !== 0;
    const input = this.#read(row, INPUT);
    const called = {
      thread: this.#words[at + THREAD]!,
      name: this.#names[this.#words[at + NAME]!]!,
      input: isPair ? [input, this.#read(row, SECOND_INPUT)] : input,
      call: this.#numbers[at / 2 + MOMENTS]!,
    };
    if (!hasReturned) return called;
    const end = this.#numbers[at / 2 + MOMENTS + 1]!;
    return { ...called, output: this.#read(row, OUTPUT), return: end };
  }

  #at(row: number): number {
    return FIRST_ROW + row * ROW;
  }

  #write(row: number, place: number, value: Recordable): void {
    const { tag, number } = encode(value, this.#names);
    const at = this.#at(row);
    this.#words[at + TAGS]! |= tag << (place * TAG_BITS);
    this.#numbers[at / 2 + VALUES + place] = number;
  }

  #read(row: number, place: number): Recordable {
    const at = this.#at(row);
    const tag = (this.#words[at + TAGS]! >> (place * TAG_BITS)) & TAG;
    return decode({ tag, number: this.#numbers[at / 2 + VALUES + place]! }, this.#names);
  }
}
