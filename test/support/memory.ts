import type { SharedObject } from 'crossthread';

/** Plain memory that threads share. */
export const sharedWords = (length = 1): Int32Array<SharedArrayBuffer> =>
  new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));

/** The words of a shared object as they are now: what a misuse must leave alone. */
export function wordsOf(object: SharedObject): readonly number[] {
  const { BYTE_LENGTH } = object.constructor as unknown as { BYTE_LENGTH: number };
  return [...new Int32Array(object.buffer, object.byteOffset, BYTE_LENGTH / 4)];
}
