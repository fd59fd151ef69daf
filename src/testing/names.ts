/**
 * What `setup` returned, walked through: the shared buffers in it, and the names its words have there.
 */
import { isShared } from '../memory/words.ts';
import type { Memory } from './memory.ts';

/** A part of a buffer that has a name. */
interface Named {
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly elementLength: number;
  readonly path: string;
}

export class Names {
  readonly buffers: ReadonlySet<SharedArrayBuffer>;
  readonly #memory: Memory;
  readonly #named: readonly Named[];

  constructor(memory: Memory, root: unknown) {
    this.#memory = memory;
    this.#named = findViews(root);
    this.buffers = new Set(this.#named.map(({ buffer }) => buffer));
  }

  /** As `mutex[0]`, from the smallest view that shows the word. */
  wordAt(address: number): string {
    const { buffer, byteOffset } = this.#memory.locate(address);
    let best: Named | undefined;
    for (const named of this.#named) {
      const isIn =
        named.buffer === buffer &&
        byteOffset >= named.byteOffset &&
        byteOffset < named.byteOffset + named.byteLength;
      if (isIn && (!best || named.byteLength < best.byteLength)) best = named;
    }
    if (!best) return `word ${byteOffset / 4}`;
    return `${best.path}[${(byteOffset - best.byteOffset) / best.elementLength}]`;
  }
}

/** All views and shared buffers that can be reached from `root`. */
function findViews(root: unknown): Named[] {
  const found: Named[] = [];
  const seen = new Set<object>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      if (!isShared(value.buffer)) return;
      const elementLength = (value as Int32Array).BYTES_PER_ELEMENT ?? 1;
      const { buffer, byteOffset, byteLength } = value;
      found.push({ buffer, byteOffset, byteLength, elementLength, path: path || 'shared' });
    } else if (isShared(value)) {
      const { byteLength } = value;
      found.push({ buffer: value, byteOffset: 0, byteLength, elementLength: 4, path });
    } else if (value instanceof Map) {
      for (const [key, item] of value) {
        visit(key, `${path}.keys`);
        visit(item, join(path, String(key)));
      }
    } else if (value instanceof Set) {
      for (const item of value) visit(item, path);
    } else {
      for (const [key, item] of Object.entries(value)) visit(item, join(path, key));
    }
  };
  visit(root, '');
  return found;
}

function join(path: string, key: string): string {
  if (key === 'crossthread' || key === 'words') return path; // of a handle: the object itself
  return path === '' ? key : `${path}.${key}`;
}
