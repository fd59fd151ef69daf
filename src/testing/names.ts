/**
 * What `setup` returned, walked through: the shared buffers in it, and the names its words have there.
 */
import { isTable as isAgentTable } from '../agent/table.ts';
import { isShared } from '../memory/words.ts';
import type { Memory } from './memory.ts';
import { rawOf } from './raw.ts';
import { nameTableWord } from './table-names.ts';

/** A part of a buffer that has a name. */
interface Named {
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly elementLength: number;
  readonly path: string;
  /** Whether it is the agent table. */
  readonly isTable: boolean;
}

export class Names {
  readonly buffers: ReadonlySet<SharedArrayBuffer>;
  /** All objects that can be reached, and how. */
  readonly paths: ReadonlyMap<object, string>;
  readonly #memory: Memory;
  readonly #named: readonly Named[];

  constructor(memory: Memory, root: unknown) {
    const paths = new Map<object, string>();
    this.#memory = memory;
    this.#named = findViews(root, paths);
    this.paths = paths;
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
    const index = (byteOffset - best.byteOffset) / best.elementLength;
    return best.isTable ? nameTableWord(index) : `${best.path}[${index}]`;
  }
}

/** All views and shared buffers that can be reached from `root`; adds to `seen` what it went through. */
function findViews(root: unknown, seen: Map<object, string>): Named[] {
  const found: Named[] = [];
  const visit = (shown: unknown, path: string): void => {
    if (typeof shown !== 'object' || shown === null) return;
    const value = rawOf(shown);
    if (seen.has(value)) return;
    seen.set(value, path || 'shared');
    if (ArrayBuffer.isView(value)) {
      if (!isShared(value.buffer)) return;
      const elementLength = (value as Int32Array).BYTES_PER_ELEMENT ?? 1;
      const { buffer, byteOffset, byteLength } = value;
      const isTable = isAgentTable(value);
      found.push({
        buffer,
        byteOffset,
        byteLength,
        elementLength,
        path: path || 'shared',
        isTable,
      });
    } else if (isShared(value)) {
      const { byteLength } = value;
      const isTable = false;
      found.push({ buffer: value, byteOffset: 0, byteLength, elementLength: 4, path, isTable });
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
