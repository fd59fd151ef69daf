/**
 * Handles: what crosses to another thread. A live object clones to its handle by itself, since the
 * handle is its one own property; `attach` makes it live again on the other side.
 */
import { joinTable } from '../agent/home.ts';
import { isTable } from '../agent/table.ts';
import { describe } from '../memory/checks.ts';
import { isShared, isWords, tagOf } from '../memory/words.ts';
import { Face, sendAll } from './face.ts';
import { type HandleData, live, Place, SharedObject, type SharedType } from './shared-object.ts';

declare const handleOf: unique symbol;

/** The handle of a `T`, or of a plain structure with shared objects in it. */
export interface Handle<T> {
  readonly [handleOf]: T;
}

/** What structured clone refuses, by tag. */
const UNCLONEABLE: ReadonlySet<string> = new Set([
  'AsyncGenerator',
  'FinalizationRegistry',
  'Generator',
  'Promise',
  'WeakMap',
  'WeakRef',
  'WeakSet',
]);

/** Of these Node's structured clone makes empty objects. */
const ABORT: ReadonlySet<string> = new Set(['AbortController', 'AbortSignal']);

/** The property of a function that says why it does not travel, and what does. */
export const STAYS: unique symbol = Symbol('stays');

/** The property of a live object that holds its handle, and of a handle that holds its data. */
const KEY = 'crossthread';

/**
 * The handle of `value`: a shared object, or a plain structure (objects, arrays, maps, sets) with
 * shared objects in it. `postMessage` and `workerData` do the same by themselves; this form is
 * checked and typed.
 *
 * @throws TypeError for what cannot travel: guards, functions, symbols, promises, abort signals, weak references.
 *
 * @example
 * ```ts
 * const handle = share({ job: 7, mutex }); // what postMessage takes
 * const { job, mutex: same } = attach(handle); // on the other side
 * console.log(job, same === mutex); // → 7 true
 * ```
 */
export function share<T>(value: T): Handle<T> {
  return shareSeeing(value, () => {});
}

/** @internal `share`, and `see` is shown each object in `value`. */
export function shareSeeing<T>(value: T, see: (found: object) => void): Handle<T> {
  return sendAll(() =>
    rebuild(value, (found) => {
      see(found);
      return isLive(found) ? { [KEY]: found.crossthread } : checkTravels(found);
    }),
  ) as Handle<T>;
}

function checkTravels(found: object): undefined {
  if (isGuard(found)) throw new TypeError(`a ${found.constructor.name} stays in its thread`);
  const tag = tagOf(found);
  if (UNCLONEABLE.has(tag)) throw new TypeError(`a ${tag} stays in its thread`);
  if (!ABORT.has(tag)) return;
  throw new TypeError(`an ${tag} stays in its thread: StopSource.from(signal).token travels`);
}

/** @internal A class that handles may name; some have more to look at than the place. */
export type Attachable =
  SharedType<SharedObject> | { readonly kind: string; attach(place: Place): SharedObject | Face };

/** @internal `attach` for the classes that handles may name. */
export function attachWith(types: readonly Attachable[], handle: unknown): unknown {
  return rebuild(handle, (found) => {
    if (isLive(found)) return found;
    const data = (found as { [KEY]?: unknown })[KEY];
    if (!isHandleData(data)) return undefined;
    const type = types.find(({ kind }) => kind === data.kind);
    if (!type) {
      throw new TypeError(`a handle of an unknown class, '${data.kind}': import what it is from`);
    }
    joinTable(data.table);
    const place = new Place(data.words, data.name, data.schema);
    return 'attach' in type ? type.attach(place) : live(type, place);
  });
}

function isLive(value: object): value is SharedObject | Face {
  return value instanceof SharedObject || value instanceof Face;
}

function isHandleData(value: unknown): value is HandleData {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, words, table } = value as Partial<HandleData>;
  return typeof kind === 'string' && isWords(words) && isShared(words.buffer) && isTable(table);
}

function isGuard(value: object): boolean {
  return typeof (value as { guard?: unknown }).guard === 'symbol';
}

/**
 * A copy of a plain structure, in which `replace` has the first word on each object. Without recursion:
 * a list may be longer than the stack is deep.
 */
function rebuild(root: unknown, replace: (found: object) => unknown): unknown {
  if (isPrimitive(root)) return root;
  if (isFlat(root)) return root.slice();
  const copies = new Map<object, unknown>();
  const unfilled: { empty: object; from: object }[] = [];
  const copy = (value: unknown): unknown => {
    if (typeof value === 'function' || typeof value === 'symbol') {
      const { [STAYS]: why } = value as { [STAYS]?: string };
      throw new TypeError(why ?? `a ${describe(value)} stays in its thread`);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (copies.has(value)) return copies.get(value);
    const replaced = replace(value);
    const empty = replaced === undefined ? emptyLike(value) : undefined;
    if (empty) unfilled.push({ empty, from: value });
    const made = replaced ?? empty ?? value; // buffers, dates, ports: structured clone's business
    copies.set(value, made);
    return made;
  };
  const copied = copy(root);
  for (let next = unfilled.pop(); next; next = unfilled.pop()) fill(next.empty, next.from, copy);
  return copied;
}

/** A list with nothing in it to be replaced, as the arguments of most calls are. */
function isFlat(value: unknown): value is unknown[] {
  return (
    Array.isArray(value) &&
    Object.keys(value).length === value.length && // no names, nor holes
    value.every(isPrimitive)
  );
}

/** What is copied as it is. */
function isPrimitive(value: unknown): boolean {
  switch (typeof value) {
    case 'object':
      return value === null;
    case 'function':
    case 'symbol':
      return false;
    default:
      return true;
  }
}

function emptyLike(value: object): object | undefined {
  if (ArrayBuffer.isView(value)) return undefined;
  if (Array.isArray(value)) return [];
  if (isPlain(value)) return {};
  const tag = tagOf(value);
  if (tag === 'Map') return new Map();
  return tag === 'Set' ? new Set() : undefined;
}

function fill(empty: object, from: object, copy: (value: unknown) => unknown): void {
  if (empty instanceof Map) {
    for (const [key, item] of from as Map<unknown, unknown>) empty.set(copy(key), copy(item));
  } else if (empty instanceof Set) {
    for (const item of from as Set<unknown>) empty.add(copy(item));
  } else {
    if (Array.isArray(empty)) empty.length = (from as unknown[]).length; // what is not there stays so
    for (const key of Object.keys(from))
      put(empty, key, copy((from as Record<string, unknown>)[key]));
  }
}

/** `__proto__` is a key like others: assigned to, it would not be one. */
function put(object: object, key: string, value: unknown): void {
  const property = { value, writable: true, enumerable: true, configurable: true };
  if (key === '__proto__') Object.defineProperty(object, key, property);
  else (object as Record<string, unknown>)[key] = value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
