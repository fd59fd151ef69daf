/**
 * A struct in shared memory.
 *
 * Words
 *   LAYOUT  the hash of the schema; 0: nothing was written here
 *   unused
 *   class (share/shared-object.ts)
 *   object id
 * then the fields, from byte 16 on (layout.ts).
 * Invariants
 *   S1  LAYOUT is 0 or one hash for ever: the first that attaches writes it, by compare-exchange.
 *       Who comes with another one writes nothing.
 */
import { checkOptions } from '../memory/checks.ts';
import { hashOf } from '../memory/text.ts';
import { newWords, WORD, type Words, wordsAt } from '../memory/words.ts';
import { globalPlace } from '../share/global.ts';
import { checkClass, forget, live, Place, SharedObject } from '../share/shared-object.ts';
import {
  checkFields,
  defineFields,
  type Fields,
  fieldsOver,
  type InitialValues,
  Memory,
  putFields,
  readFields,
  type Values,
} from './fields.ts';
import { layOut, roundUp, type Schema, type StructShape, textOf } from './layout.ts';

const LAYOUT = 0;
const HEADER = 16;
const KIND = 'SharedStruct';
const HANDLE = 'crossthread'; // the property of shared objects

/** Options of a struct. */
export interface SharedStructOptions {
  /** What messages and reports call it. */
  name?: string;
  /** No more shared memory than it needs, instead of cache lines of its own. */
  packed?: boolean;
}

/**
 * A struct in shared memory: what all have in common. Its fields are those of its schema.
 *
 * @example
 * ```ts
 * const point = new (SharedStruct({ x: 'f32', y: 'f32' }))({ x: 1 });
 * point.assign({ y: 2 });
 * console.log(point.snapshot()); // → { x: 1, y: 2 }
 * ```
 */
export abstract class Struct<S extends Schema> extends SharedObject {
  readonly #memory: Memory;
  readonly #shape: StructShape;

  /** @internal */
  constructor(place: Place, shape: StructShape) {
    super(KIND, place);
    this.#shape = shape;
    this.#memory = new Memory(this.buffer, this.byteOffset + HEADER, shape);
  }

  /** A copy of all fields, one after the other: hold a lock where it must be one moment's. */
  snapshot(): Values<S> {
    return readFields(this, this.#shape) as Values<S>;
  }

  /**
   * Writes the fields that `values` has.
   *
   * @throws TypeError or RangeError for what the schema has no place for; nothing is written then.
   */
  assign(values: InitialValues<S>): void {
    checkFields(this.#shape, values);
    putFields(this, this.#shape, values);
  }

  /** @internal */
  static memoryOf(this: void, struct: object): Memory {
    return (struct as Struct<Schema>).#memory;
  }
}

/** A class of structs in shared memory, made by {@link SharedStruct}. */
export interface SharedStructType<S extends Schema> {
  /** How many bytes of shared memory one takes. */
  readonly BYTE_LENGTH: number;
  /** Bytes that its place in a buffer must be a multiple of. */
  readonly ALIGNMENT: number;
  /** What it was made from. */
  readonly schema: S;
  /** In fresh shared memory. What is left out of `values` is 0. */
  new (values?: InitialValues<S>, options?: SharedStructOptions): Struct<S> & Fields<S>;
  /** Attaches to the struct at `byteOffset`. Zeroed memory is one with all fields 0. */
  at(buffer: SharedArrayBuffer, byteOffset?: number): Struct<S> & Fields<S>;
  /** Writes a fresh struct at `byteOffset`, before any other thread looks there. */
  init(
    buffer: SharedArrayBuffer,
    byteOffset: number,
    values?: InitialValues<S>,
  ): Struct<S> & Fields<S>;
  /** The one struct of that key in the process; the first thread to ask makes it, with `values`. */
  global(key: string, values?: InitialValues<S>): Struct<S> & Fields<S>;
}

const types = new Map<string, SharedStructType<Schema>>();

/**
 * A class of structs in shared memory: each field a property, laid out as C++ lays out the same struct.
 * Kinds are `'i8'` to `'u32'`, `'f32'`, `'f64'`, `'i64'` and `'u64'` (bigints), `'bool'`; `[element, length]` is
 * an array, of numbers a typed one; a schema in it is a nested struct; `'atomic i32'` is an
 * {@link AtomicRef}. Nothing else is atomic: guard it by a mutex. What is stored wraps as in a typed array.
 *
 * The same schema gives the same class, in every thread. Its objects are shared like all others.
 *
 * @throws TypeError or RangeError for a schema with unknown kinds, unusable names or empty arrays. Attaching
 * where a struct of another schema is throws a TypeError.
 *
 * @example
 * ```ts
 * const Account = SharedStruct({ balance: 'f64', moves: 'atomic u32', last: ['i32', 4] });
 * const account = Account.global('account');
 * mutex.withLock(() => {
 *   account.balance += 12.5;
 *   account.last[0] = 7;
 * });
 * console.log(account.balance, account.moves.fetchAdd(1), account.last.length); // → 12.5 0 4
 * ```
 * C++: a `struct` that threads share.
 */
export function SharedStruct<const S extends Schema>(schema: S): SharedStructType<S> {
  const shape = layOut(schema);
  const text = textOf(schema);
  let type = types.get(text);
  if (!type) {
    type = makeType(shape, JSON.parse(text) as Schema, text);
    types.set(text, type);
  }
  return type as unknown as SharedStructType<S>;
}

function makeType(shape: StructShape, schema: Schema, text: string): SharedStructType<Schema> {
  const hash = hashOf(text) || 1;
  for (const { name } of shape.fields) {
    if (name in Struct.prototype || name === HANDLE) {
      throw new TypeError(`'${name}' is no name for a field: all shared objects have it`);
    }
  }
  const alignment = Math.max(shape.alignment, WORD);
  const byteLength = HEADER + roundUp(shape.byteLength, WORD);

  class Type extends Struct<Schema> {
    static readonly kind: string = KIND;
    static readonly BYTE_LENGTH: number = byteLength;
    static readonly ALIGNMENT: number = alignment;
    static readonly schema: Schema = schema;

    constructor(source: InitialValues<Schema> | Place = {}, options: SharedStructOptions = {}) {
      super(withSchema(source instanceof Place ? source : allot(options)), shape);
      if (!(source instanceof Place)) this.assign(source);
    }

    static at(buffer: SharedArrayBuffer, byteOffset = 0): Type {
      return Type.attach(new Place(wordsAt(buffer, byteOffset, byteLength, alignment)));
    }

    static init(
      buffer: SharedArrayBuffer,
      byteOffset: number,
      values: InitialValues<Schema> = {},
    ): Type {
      const words = wordsAt(buffer, byteOffset, byteLength, alignment);
      checkFields(shape, values);
      forget(words);
      const made = live(Type, new Place(words));
      made.assign(values);
      return made;
    }

    static global(key: string, values: InitialValues<Schema> = {}): Type {
      checkFields(shape, values);
      const place = globalPlace(Type, key, (words) => {
        Atomics.store(words, LAYOUT, hash);
        const memory = new Memory(words.buffer, words.byteOffset + HEADER, shape);
        putFields(fieldsOver(memory, shape), shape, values);
      });
      return Type.attach(place);
    }

    static attach(place: Place): Type {
      checkLayout(place.words);
      return live(Type, place);
    }
  }
  defineFields(Type.prototype, shape, Struct.memoryOf);
  return Type as never;

  function allot(options: SharedStructOptions): Place {
    checkOptions(options);
    const { name, packed } = options;
    return new Place(newWords(byteLength, packed), name);
  }

  /** The handle has the schema: who attaches it need not have declared it. */
  function withSchema({ words, name }: Place): Place {
    checkLayout(words);
    return new Place(words, name, schema);
  }

  function checkLayout(words: Words): void {
    checkClass(words, KIND);
    const found = Atomics.compareExchange(words, LAYOUT, 0, hash); // S1
    if (found !== 0 && found !== hash) {
      throw new TypeError(`at byte ${words.byteOffset} is no struct of the schema ${text}`);
    }
  }
}

/** @internal What `attach` makes of the handle of a struct. */
export const AnyStruct = {
  kind: KIND,
  attach: ({ words, name, schema }: Place): SharedObject => {
    const type = SharedStruct(schema as Schema) as unknown as {
      attach(place: Place): SharedObject;
    };
    const { BYTE_LENGTH, ALIGNMENT } = type as unknown as SharedStructType<Schema>;
    const whole = wordsAt(words.buffer, words.byteOffset, BYTE_LENGTH, ALIGNMENT);
    return type.attach(new Place(whole, name));
  },
};
