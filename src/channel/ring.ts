/**
 * The bytes of messages: a ring in the channel's memory. A message stands in one piece, behind the one
 * before it, or at the start of the region where it does not fit there.
 *
 * Invariants
 *   B1  Only who holds the senders' lock writes bytes, OFFSET, LENGTH and REGION. Bytes between the first
 *       message and the last are not written to: a position that has moved since it was read only
 *       means that more is free.
 *   B2  In a region of (CAPACITY + 1) * MESSAGE bytes a message of MESSAGE bytes finds room while there
 *       is one message less than CAPACITY.
 *   B3  Where there is no room, a channel with a buffer of its own goes on in a new region, twice as
 *       large, behind all others. Whoever dies between the writes to REGION and REGION_BYTES leaves
 *       the new region with the old size, which is less.
 *
 * Short messages are copied word by word through `Atomics`, long ones as a whole.
 */
import { WORD, type Words } from '../memory/words.ts';
import { roundUp } from './layout.ts';
import {
  capacityOf,
  GROWS,
  LENGTH,
  OFFSET,
  positionOf,
  REGION,
  REGION_BYTES,
  slotOf,
} from './word.ts';

const ALIGNMENT = 8; // bytes
export const SHORT = 1024; // bytes: about where copying at once begins to be faster

/** Bytes on their way in or out, in memory of this thread. */
export class Message {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const { buffer, byteOffset, byteLength } = bytes;
    this.words = new Int32Array(buffer, byteOffset, Math.floor(byteLength / WORD));
  }

  /** With room for that many bytes, rounded up to words. */
  static of(byteLength: number): Message {
    return new Message(new Uint8Array(Math.max(roundUp(byteLength, WORD), WORD)));
  }

  /** Copies its first `length` bytes to byte `offset` of `view`, where whole words are free. */
  copyTo(view: Words, offset: number, length: number): void {
    if (length > SHORT) {
      bytesOf(view, offset, length).set(this.bytes.subarray(0, length));
      return;
    }
    const at = offset / WORD;
    const count = Math.ceil(length / WORD);
    for (let i = 0; i < count; i++) Atomics.store(view, at + i, this.words[i]!);
  }

  /** Copies `length` bytes from byte `offset` of `view`. */
  copyFrom(view: Words, offset: number, length: number): void {
    if (length > SHORT) {
      this.bytes.set(bytesOf(view, offset, length));
      return;
    }
    const at = offset / WORD;
    const count = Math.ceil(length / WORD);
    for (let i = 0; i < count; i++) this.words[i] = Atomics.load(view, at + i);
  }
}

function bytesOf({ buffer, byteOffset }: Words, offset: number, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + offset, length);
}

export class Ring {
  readonly #words: Words;
  readonly #buffer: SharedArrayBuffer;
  readonly #capacity: number;
  #view: Words;

  constructor(words: Words) {
    this.#words = words;
    this.#buffer = words.buffer;
    this.#capacity = capacityOf(words);
    this.#view = this.#show();
  }

  /**
   * Writes a message of so many bytes for position `tail`. `false`: the messages from `head` on leave no
   * room for it.
   *
   * @throws RangeError when there is no room for so many bytes at all.
   */
  write(head: number, tail: number, message: Message, length: number): boolean {
    const room = roundUp(Math.max(length, 1), ALIGNMENT);
    const offset = this.#find(head, positionOf(tail), room) ?? this.#grow(room);
    if (offset === undefined) {
      if (room <= Atomics.load(this.#words, REGION_BYTES)) return false;
      const most = Atomics.load(this.#words, REGION_BYTES);
      throw new RangeError(`a message of ${length} bytes, there is room for ${most}`);
    }
    message.copyTo(this.#reach(offset + room), offset, length);
    const slot = slotOf(positionOf(tail), this.#capacity);
    Atomics.store(this.#words, slot + OFFSET, offset);
    Atomics.store(this.#words, slot + LENGTH, length);
    return true;
  }

  /** How many bytes the message at `head` has. */
  lengthAt(head: number): number {
    return Atomics.load(this.#words, slotOf(head, this.#capacity) + LENGTH);
  }

  /** Copies the message at `head`. */
  read(head: number, length: number, message: Message): void {
    const offset = Atomics.load(this.#words, slotOf(head, this.#capacity) + OFFSET);
    message.copyFrom(this.#reach(offset + length), offset, length);
  }

  #find(head: number, tail: number, room: number): number | undefined {
    const words = this.#words;
    const start = Atomics.load(words, REGION);
    const end = start + Atomics.load(words, REGION_BYTES);
    if (head === tail) return start + room <= end ? start : undefined;
    const last = slotOf(tail + 2 * this.#capacity - 1, this.#capacity);
    const lastOffset = Atomics.load(words, last + OFFSET);
    const first = Atomics.load(words, slotOf(head, this.#capacity) + OFFSET);
    if (lastOffset < start) return start + room <= end ? start : undefined; // all are in older regions
    const taken = Math.max(Atomics.load(words, last + LENGTH), 1);
    const behind = roundUp(lastOffset + taken, ALIGNMENT);
    const isWrapped = first > lastOffset;
    if (behind + room <= (isWrapped ? first : end)) return behind;
    return !isWrapped && start + room <= first ? start : undefined;
  }

  /** A region in which there is room (B3). */
  #grow(room: number): number | undefined {
    if (Atomics.load(this.#words, GROWS) === 0) return undefined;
    const { byteLength: start, maxByteLength } = this.#buffer;
    const wanted = Math.max(2 * Atomics.load(this.#words, REGION_BYTES), room);
    const size = Math.min(wanted, maxByteLength - start);
    if (size < room) return undefined;
    this.#buffer.grow(start + size);
    Atomics.store(this.#words, REGION, start);
    Atomics.store(this.#words, REGION_BYTES, size);
    return start;
  }

  /** A view of the buffer as far as `end` at least. */
  #reach(end: number): Words {
    if (end > this.#view.byteLength) this.#view = this.#show();
    return this.#view;
  }

  #show(): Words {
    return new Int32Array(this.#buffer, 0, Math.floor(this.#buffer.byteLength / WORD));
  }
}
