/** What a channel takes of memory, and its words at the start. */
import { checkInteger, checkOptions } from '../memory/checks.ts';
import { CACHE_LINE, WORD, type Words } from '../memory/words.ts';
import { hashOf } from '../memory/text.ts';
import { Place } from '../share/shared-object.ts';
import { layOut, roundUp, type Schema, textOf } from './layout.ts';
import {
  CAPACITY,
  GROWS,
  MESSAGE,
  MOST_MESSAGES,
  RECORD,
  REGION,
  REGION_BYTES,
  SLOT_WORDS,
  SLOTS,
} from './word.ts';

export const ALIGNMENT: number = 8; // bytes, of a channel and of messages
const MESSAGE_BYTES = 64; // of a small object, about
const MOST_BYTES = 2 ** 30; // address space, not memory: that is taken as it is needed

/** Options of a channel. */
export interface ChannelOptions {
  /** What messages and reports call it. */
  name?: string;
  /** Its values are records of this schema; see `Channel.of`. */
  record?: Schema;
  /**
   * Bytes of room for each message; 64 unless told otherwise. A channel made by `new` takes more when
   * it needs more. In a buffer of yours, and as a global object, there is no more: a message may be as
   * large as all of it, but then waits for the others to go.
   */
  messageBytes?: number;
}

export interface Size {
  readonly capacity: number;
  readonly messageBytes: number;
  readonly record: Schema | undefined;
  /** How many words there are before the bytes of messages. */
  readonly words: number;
  /** Where those begin. */
  readonly ring: number;
  readonly byteLength: number;
}

export function sizeOf(capacity: number, options: ChannelOptions): Size {
  checkInteger('capacity', capacity, 1, MOST_MESSAGES);
  checkOptions(options);
  const { record } = options;
  const least = record === undefined ? MESSAGE_BYTES : layOut(record).byteLength;
  const { messageBytes = least } = options;
  checkInteger('messageBytes', messageBytes, 1, MOST_BYTES);
  const words = SLOTS + capacity * SLOT_WORDS;
  const ring = roundUp(words * WORD, CACHE_LINE);
  const byteLength = ring + (capacity + 1) * roundUp(messageBytes, ALIGNMENT);
  if (byteLength > MOST_BYTES) {
    throw new RangeError(
      `${capacity} messages of ${messageBytes} bytes are more than ${MOST_BYTES}`,
    );
  }
  return { capacity, messageBytes, record, words, ring, byteLength };
}

/** A buffer of its own, which may grow where the runtime can. @internal */
export function allot(capacity: number, options: ChannelOptions): Place {
  const size = sizeOf(capacity, options);
  const buffer = new SharedArrayBuffer(size.byteLength, { maxByteLength: MOST_BYTES });
  const words = new Int32Array(buffer, 0, size.words);
  write(words, size);
  if (buffer.growable) Atomics.store(words, GROWS, 1);
  return new Place(words, options.name, options.record);
}

export function write(
  words: Words,
  { capacity, messageBytes, record, ring, byteLength }: Size,
): void {
  Atomics.store(words, RECORD, hashOfRecord(record));
  Atomics.store(words, MESSAGE, messageBytes);
  Atomics.store(words, REGION, words.byteOffset + ring);
  Atomics.store(words, REGION_BYTES, byteLength - ring);
  Atomics.store(words, CAPACITY, capacity); // only now there is a channel
}

export function hashOfRecord(record: Schema | undefined): number {
  return record === undefined ? 0 : hashOf(textOf(record)) || 1;
}
