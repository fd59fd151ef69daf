/**
 * The memory under exploration: the shared buffers that `setup` made. Each gets a range of addresses,
 * so that a word has one number whatever view shows it. The hash is of what was changed since
 * `setup`; untouched memory costs nothing, however large.
 *
 * Invariants
 *   M1  After `undo.rollBack(mark)` and the hash of that mark, memory is what it was then.
 *   M2  Memory with the same hash is the same. So a change is hashed as one of a view of its kind: -1 for 0
 *       is one thing in a byte and another in a word that begins with it.
 *   M3  `version` moves with every change, and with everything else that a thread could wait for.
 */
import { isShared, tagOf } from '../memory/words.ts';
import { fold, stirA, stirB } from './hash.ts';
import type { Value, View } from './operations.ts';
import { UndoLog } from './undo.ts';

/** The address of what is not explored. */
export const NOWHERE = -1;

/** No word has an address below: the hash of word 0 is not the hash of nothing. */
const FIRST = 64;

interface Known {
  readonly view: View | undefined;
  /** Its first address. */
  readonly start: number;
  /** Bytes of an element. */
  readonly size: number;
  /** Place in {@link KINDS}. */
  readonly kind: number;
}

/** Views that show the same bytes as different values, or different bytes as the same. */
const KINDS = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Float16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float64Array',
];

const NOTHING: Known = { view: undefined, start: NOWHERE, size: 0, kind: 0 };

export class Memory {
  readonly undo: UndoLog = new UndoLog();
  hashA = 0;
  hashB = 0;
  version = 0;
  readonly #bases = new Map<ArrayBufferLike, number>();
  /** Made by a thread, anew whenever its body is run again: no other can see it. */
  readonly #own = new WeakSet<ArrayBufferLike>();
  #next = FIRST;
  // To ask a view for its buffer is slow. Nearly all operations are on the two views used last: an
  // object's words and the agent table.
  readonly #known = new WeakMap<View, Known>();
  #last: Known = NOTHING;
  #lastButOne: Known = NOTHING;

  add(buffer: SharedArrayBuffer): void {
    if (this.#bases.has(buffer)) return;
    this.#bases.set(buffer, this.#next);
    this.#next += Math.ceil(buffer.byteLength / FIRST) * FIRST;
  }

  /** A thread has made `buffer` for itself. */
  leaveAlone(buffer: SharedArrayBuffer): void {
    this.#own.add(buffer);
  }

  /** Whether `view` shows memory that a thread has made for itself. */
  isOwn(view: View): boolean {
    return this.#own.has(view.buffer);
  }

  /** Whether `view` shows shared memory that is not explored. */
  isForeign(view: View): boolean {
    return ArrayBuffer.isView(view) && isShared(view.buffer) && !this.#bases.has(view.buffer);
  }

  /** The address of `view[index]`; {@link NOWHERE} also if there is none, and the engine will say so. */
  addressOf(view: View, index: number): number {
    const { start, size } = this.#knownOf(view);
    if (start === NOWHERE || index >>> 0 !== index || index >= view.length) return NOWHERE;
    return start + index * size;
  }

  #knownOf(view: View): Known {
    return view === this.#last.view ? this.#last : this.#turnTo(view);
  }

  #turnTo(view: View): Known {
    const known = view === this.#lastButOne.view ? this.#lastButOne : this.#lookUp(view);
    this.#lastButOne = this.#last;
    this.#last = known;
    return known;
  }

  #lookUp(view: View): Known {
    const known = this.#known.get(view);
    if (known) return known;
    const base = this.#bases.get(view.buffer);
    const start = base === undefined ? NOWHERE : base + view.byteOffset;
    const kind = KINDS.indexOf(tagOf(view));
    const found = { view, start, size: view.BYTES_PER_ELEMENT, kind };
    this.#known.set(view, found);
    return found;
  }

  /** Where `address` is: its buffer and the byte offset in it. */
  locate(address: number): { buffer: ArrayBufferLike; byteOffset: number } {
    for (const [buffer, base] of this.#bases) {
      const byteOffset = address - base;
      if (byteOffset >= 0 && byteOffset < buffer.byteLength) return { buffer, byteOffset };
    }
    throw new Error(`crossthread bug: no memory at address ${address}`);
  }

  /** The word at `address`, as wide as `like` tells. */
  read(address: number, like: Value): Value {
    const { buffer, byteOffset } = this.locate(address);
    if (typeof like === 'bigint') return new BigInt64Array(buffer, byteOffset, 1)[0]!;
    return new Int32Array(buffer, byteOffset, 1)[0]!;
  }

  /** `view[index]` at `address` was `before` and is `after`. */
  wrote(view: View, index: number, address: number, before: Value, after: Value): void {
    this.undo.remember(view, index, before);
    this.version++;
    const place = address * KINDS.length + this.#knownOf(view).kind; // M2
    const old = fold(before);
    const now = fold(after);
    this.hashA ^= stirA(stirA(place, old), place) ^ stirA(stirA(place, now), place);
    this.hashB ^= stirB(stirB(place, old), place) ^ stirB(stirB(place, now), place);
  }
}
