/**
 * A typed array whose elements go through the world. Methods do too: those of arrays work on anything
 * with a length and elements, and what only typed arrays have is spelt out here. A result that is a
 * copy is a plain array of its own.
 */
import { asElement, PLAIN_READ, PLAIN_WRITE, type Value, type View } from './operations.ts';
import { rememberRaw } from './raw.ts';
import type { World } from './world.ts';

/** What the compiler takes any typed array for. */
type Elements = Float64Array<SharedArrayBuffer>;
type Compare = (a: number, b: number) => number;
type Method = (...args: never[]) => unknown;

export function trackedView(world: World, target: View): View {
  const proxy = new Proxy(target, {
    get(view, key) {
      const index = indexOf(view, key);
      if (index >= 0) return world.access(PLAIN_READ, view, index, 0);
      return own.get(key) ?? methodOfArrays(view, key) ?? Reflect.get(view, key);
    },
    set(view, key, value: Value) {
      const index = indexOf(view, key);
      if (index < 0) return Reflect.set(view, key, value);
      world.access(PLAIN_WRITE, view, index, asElement(view, value));
      return true;
    },
    getOwnPropertyDescriptor(view, key) {
      const found = Reflect.getOwnPropertyDescriptor(view, key);
      const index = indexOf(view, key);
      if (index >= 0) found!.value = world.access(PLAIN_READ, view, index, 0);
      return found;
    },
    defineProperty(view, key, { value }) {
      proxy[key as unknown as number] = value as Value;
      return true;
    },
  });
  const own = ownMethods(world, target as unknown as Elements, proxy as unknown as Elements);
  rememberRaw(proxy, target);
  return proxy;
}

/** The element that `key` names, or -1. */
function indexOf(view: View, key: PropertyKey): number {
  if (typeof key !== 'string') return -1;
  const index = Number(key);
  const isIndex = index >>> 0 === index && index < view.length && String(index) === key;
  return isIndex ? index : -1;
}

function methodOfArrays(view: View, key: PropertyKey): unknown {
  const method: unknown = Reflect.get(Array.prototype, key);
  const isShared = typeof method === 'function' && typeof Reflect.get(view, key) === 'function';
  return isShared && key !== 'constructor' ? method : undefined;
}

function ownMethods(world: World, view: Elements, proxy: Elements): Map<PropertyKey, Method> {
  const fresh = (values: Iterable<number>): Float64Array => {
    return (view.constructor as Float64ArrayConstructor).from(values);
  };
  const part = (from?: number, to?: number): Elements => {
    return trackedView(world, view.subarray(from, to)) as unknown as Elements;
  };
  const set = (source: ArrayLike<number>, offset = 0): void => {
    const values = Array.from(source); // first: it may be of the same memory
    if (!(offset >= 0) || offset + values.length > view.length) {
      throw new RangeError(`set() of ${values.length} elements at ${offset} of ${view.length}`);
    }
    for (const [i, value] of values.entries()) proxy[Math.trunc(offset) + i] = value;
  };
  type Filter = Parameters<Elements['filter']>;
  const methods: Record<string, Method> = {
    subarray: part,
    set,
    slice: (from?: number, to?: number) => fresh(part(from, to)),
    map: (...args: Parameters<Elements['map']>) => {
      return fresh(Array.prototype.map.apply(proxy, args as never) as number[]);
    },
    filter: (...args: Filter) => {
      return fresh(Array.prototype.filter.apply(proxy, args as never) as number[]);
    },
    sort: (compare?: Compare) => {
      set(fresh(proxy).toSorted(compare));
      return proxy;
    },
    toReversed: () => fresh(proxy).toReversed(),
    toSorted: (compare?: Compare) => fresh(proxy).toSorted(compare),
    with: (index: number, value: number) => fresh(proxy).with(index, value),
  };
  return new Map(Object.entries(methods));
}
