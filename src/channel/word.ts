/**
 * The words of a channel.
 *
 * Words
 *   CAPACITY  the most messages that wait at a time; 0: no channel was written here
 *   TICKET    the next number, in the order of waiting and of arrivals
 *   class     (share/shared-object.ts)
 *   object id
 *   RECORD    the hash of the schema of its records; 0: any values
 *   MESSAGE   bytes that there is room for with each message, whatever the others take
 *   GROWS     1: the buffer is the channel's alone, and may grow
 *   REGION, REGION_BYTES  where the bytes of messages are put now: ring.ts
 * and in a cache line each what senders write, and what receivers write: side.ts
 *   LOCK      bits 0-25  the agent that moves a message at this moment; 0: none
 *             bit  30    CONTENDED  somebody waits for that alone
 *   POSITION  of the next message, from 0 to 2 * CAPACITY - 1: so full and empty are told apart
 *             bit  30    CLOSED, of the senders: nothing is sent any more
 *   ARRIVALS  0: nobody waits; else the number of the last arrival
 * then two words for each message
 *   OFFSET    where its bytes are in the buffer
 *   LENGTH    how many
 */
import type { Words } from '../memory/words.ts';

export const CAPACITY = 0;
export const TICKET = 1;
export const RECORD = 4;
export const MESSAGE = 5;
export const GROWS = 6;
export const REGION = 7;
export const REGION_BYTES = 8;

/** Where each side's words begin. */
export const SENDERS = 16;
export const RECEIVERS = 32;
export const LOCK = 0;
export const POSITION = 1;
export const ARRIVALS = 2;

export const SLOTS = 48;
export const SLOT_WORDS = 2;
export const OFFSET = 0;
export const LENGTH = 1;

export const CONTENDED: number = 1 << 30;
export const CLOSED: number = 1 << 30;
export const MOST_MESSAGES: number = 1 << 24;

export const capacityOf = (words: Words): number => Atomics.load(words, CAPACITY);

/** Where the next message goes, whether or not that is closed. */
export const positionOf = (tail: number): number => tail & ~CLOSED;

export const next = (position: number, capacity: number): number => (position + 1) % (2 * capacity);

/** How many messages are between the two positions. */
export const between = (head: number, tail: number, capacity: number): number =>
  (positionOf(tail) - head + 2 * capacity) % (2 * capacity);

export const slotOf = (position: number, capacity: number): number =>
  SLOTS + (position % capacity) * SLOT_WORDS;
