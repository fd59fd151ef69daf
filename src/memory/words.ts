/**
 * Where words live. All shared state is 32-bit words, touched only through `Atomics`. An object is a few of them at
 * a fixed place in a `SharedArrayBuffer`.
 */
export type Words = Int32Array<SharedArrayBuffer>;

/** Bytes of a word. */
export const WORD = 4;

/** Bytes: what processors fetch as one. Two objects in one line slow each other down. */
export const CACHE_LINE = 64;

/** Fresh zeroed words, in a cache line of their own unless `packed`. */
export function newWords(byteLength: number, packed = false): Words {
  const room = packed ? byteLength : Math.ceil(byteLength / CACHE_LINE) * CACHE_LINE;
  return new Int32Array(new SharedArrayBuffer(room), 0, byteLength / WORD);
}

/** The words that stand at `byteOffset`. */
export function wordsAt(
  buffer: SharedArrayBuffer,
  byteOffset: number,
  byteLength: number,
  alignment: number = WORD,
): Words {
  if (!isShared(buffer)) throw new TypeError('`buffer` must be a SharedArrayBuffer');
  if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % alignment !== 0) {
    throw new RangeError(`\`byteOffset\` must be a multiple of ${alignment}, got ${byteOffset}`);
  }
  if (byteOffset + byteLength > buffer.byteLength) {
    const room = buffer.byteLength - byteOffset;
    throw new RangeError(
      `needs ${byteLength} bytes at ${byteOffset}, the buffer has ${room} there`,
    );
  }
  return new Int32Array(buffer, byteOffset, byteLength / WORD);
}

/** By tag, not by `instanceof`: a value may come from another realm. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** Whether it is a view that could show words: its buffer may still be a private one. */
export function isWords(value: unknown): value is Words {
  return ArrayBuffer.isView(value) && (value as Words)[Symbol.toStringTag] === 'Int32Array';
}

export function isShared(value: unknown): value is SharedArrayBuffer {
  if (typeof value !== 'object' || value === null) return false;
  return (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'SharedArrayBuffer';
}
