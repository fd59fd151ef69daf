/** Memory that threads share: plain numbers, zero at first, for a lock to guard. */
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

/** To be handed to the threads. */
export function sharedBytes(length: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** To be handed to the threads. */
export function sharedInts(length: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * `int name[length]` at namespace scope: each thread that loads the module gets the same memory, as
 * `Mutex.global(name)` gets the same mutex.
 */
export function globalInts(name: string, length: number): Int32Array<SharedArrayBuffer> {
  if (isMainThread) setEnvironmentData(name, sharedInts(length).buffer);
  return new Int32Array(getEnvironmentData(name) as SharedArrayBuffer);
}

/** `int name` at namespace scope. */
export class GlobalInt {
  readonly #ints: Int32Array;

  constructor(name: string) {
    this.#ints = globalInts(name, 1);
  }

  get value(): number {
    return this.#ints[0]!;
  }

  set value(value: number) {
    this.#ints[0] = value;
  }
}
