/**
 * What a step touches, as far as its order with other steps matters: a range of memory, and in what way,
 * and whether histories tell of it. Two steps of different threads commute unless they conflict.
 *
 * Invariant
 *   F1  How a step touches memory follows from what it is, not from what comes of it: that a
 *       compareExchange fails here, and so only reads, says nothing of what it does if somebody who
 *       comes before it now comes after it. Whether an operation returns with it does follow from what
 *       comes of it: where that changes, the step has met another, and their race leads to where it does.
 */

/** Looks at the word. */
export const READS = 1;
/** May change the word. */
export const WRITES = 2;
/** Looks who waits on the word, or begins to. */
export const QUEUES = 4;
/** May wake. */
export const WAKES = 8;

/** One waiter that a `notify` has woken: `event` is negative for a blocking wait. */
export interface Woken {
  readonly thread: number;
  readonly event: number;
}

/** Is told of what the running step does. */
export interface Witness {
  /** The step's operation; `how`: bits of the above. */
  acted(how: number, address: number, size: number): void;
  woke(thread: number, event: number): void;
  /** A history has a call or a return from now. */
  recorded(): void;
}

export interface Footprint {
  how: number;
  /** The bytes from here to before `end`. */
  from: number;
  end: number;
  woken: readonly Woken[];
  /** Whether a call or a return was recorded in it: histories tell in which order these came. */
  isRecorded: boolean;
}

export function conflict(a: Footprint, b: Footprint): boolean {
  if (a.isRecorded && b.isRecorded) return true;
  if (a.from >= b.end || b.from >= a.end) return false;
  return excludes(a.how, b.how) || excludes(b.how, a.how) || (a.how & b.how & QUEUES) !== 0;
}

function excludes(a: number, b: number): boolean {
  return (a & WRITES) !== 0 && (b & (READS | WRITES)) !== 0;
}
