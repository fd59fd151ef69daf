/**
 * Handles: what crosses to another thread. A live object clones to its handle by itself, since the
 * handle is its one own property; `attach` makes it live again on the other side.
 */
import { joinTable } from '../agent/home.ts';
import { isTable } from '../agent/table.ts';
import { describe } from '../memory/checks.ts';
import { isShared, tagOf } from '../memory/words.ts';
import { type HandleData, live, Place, SharedObject, type SharedType } from './shared-object.ts';

declare const handleOf: unique symbol;

/** The handle of a `T`, or of a plain structure with shared objects in it. */
export interface Handle<T> {
  readonly [handleOf]: T;
}

/** The property of a live object that holds its handle, and of a handle that holds its data. */
const KEY = 'crossthread';

/**
 * The handle of `value`: a shared object, or a plain structure (objects, arrays, maps, sets) with
 * shared objects in it. `postMessage` and `workerData` do the same by themselves; this form is
 * checked and typed.
 *
 * @throws TypeError for what cannot travel: guards, functions, symbols.
 */
export function share<T>(value: T): Handle<T> {
  return rebuild(value, (found) => {
    if (found instanceof SharedObject) return { [KEY]: found.crossthread };
    if (isGuard(found)) throw new TypeError('a guard stays in its thread');
    return undefined;
  }) as Handle<T>;
}

/** @internal `attach` for the classes that handles may name. */
export function attachWith(types: readonly SharedType<SharedObject>[], handle: unknown): unknown {
  return rebuild(handle, (found) => {
    const data = (found as { [KEY]?: unknown })[KEY];
    if (!isHandleData(data)) return undefined;
    if (found instanceof SharedObject) return found;
    const type = types.find(({ kind }) => kind === data.kind);
    if (!type) throw new TypeError(`a handle of an unknown class, '${data.kind}'`);
    joinTable(data.table);
    return live(type, new Place(data.words, data.name));
  });
}

function isHandleData(value: unknown): value is HandleData {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, words, table } = value as Partial<HandleData>;
  return (
    typeof kind === 'string' &&
    tagOf(words) === 'Int32Array' &&
    isShared(words?.buffer) &&
    isTable(table)
  );
}

function isGuard(value: object): boolean {
  return typeof (value as { guard?: unknown }).guard === 'symbol';
}

/** A copy of a plain structure, in which `replace` has the first word on each object. */
function rebuild(root: unknown, replace: (found: object) => unknown): unknown {
  const copies = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value === 'function' || typeof value === 'symbol') {
      throw new TypeError(`a ${describe(value)} stays in its thread`);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (copies.has(value)) return copies.get(value);
    const replaced = replace(value);
    if (replaced !== undefined) {
      copies.set(value, replaced);
      return replaced;
    }
    return copyInside(value);
  };
  const copyInside = (value: object): unknown => {
    if (Array.isArray(value)) {
      const array: unknown[] = [];
      copies.set(value, array);
      for (const item of value) array.push(copy(item));
      return array;
    }
    if (value instanceof Map) {
      const map = new Map<unknown, unknown>();
      copies.set(value, map);
      for (const [key, item] of value) map.set(copy(key), copy(item));
      return map;
    }
    if (value instanceof Set) {
      const set = new Set<unknown>();
      copies.set(value, set);
      for (const item of value) set.add(copy(item));
      return set;
    }
    if (!isPlain(value)) return value; // buffers, dates, ports: structured clone's business
    const object: Record<string, unknown> = {};
    copies.set(value, object);
    for (const [key, item] of Object.entries(value)) object[key] = copy(item);
    return object;
  };
  return copy(root);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
