/** The fields of a struct as properties, over the memory that they are in. */
import { describe } from '../memory/checks.ts';
import { AtomicRef } from './atomic-ref.ts';
import {
  type AtomicKind,
  type BigIntKind,
  type NumberKind,
  type Placed,
  type Schema,
  type Shape,
  type StructShape,
  type ViewKind,
  type ViewOf,
  VIEWS,
} from './layout.ts';

type ValueOf<F> = F extends BigIntKind | `atomic ${BigIntKind}` ? bigint : number;

/** A field that a property replaces; the others are read-only properties with parts to be written to. */
type Plain = NumberKind | BigIntKind | 'bool';

type PartOf<F> = F extends AtomicKind
  ? AtomicRef<ValueOf<F>>
  : F extends readonly [infer E, number]
    ? E extends ViewKind
      ? ViewOf[E]
      : readonly PartOf<E>[]
    : F extends Schema
      ? Fields<F>
      : never;

/** The properties that a schema gives. */
export type Fields<S extends Schema> = {
  -readonly [N in keyof S as S[N] extends Plain ? N : never]: S[N] extends 'bool'
    ? boolean
    : ValueOf<S[N]>;
} & { readonly [N in keyof S as S[N] extends Plain ? never : N]: PartOf<S[N]> };

/** What a field is as a value of its own, outside of shared memory. */
type Copied<F> = F extends 'bool'
  ? boolean
  : F extends Plain | AtomicKind
    ? ValueOf<F>
    : F extends readonly [infer E, number]
      ? E extends ViewKind
        ? ViewOf[E]
        : Copied<E>[]
      : F extends Schema
        ? Values<F>
        : never;

/** The values of a schema's fields, as a plain object. */
export type Values<S extends Schema> = { -readonly [N in keyof S]: Copied<S[N]> };

/** What fields may be written from. Arrays may be any list. */
type Written<F> = F extends readonly [infer E, number]
  ? ArrayLike<Written<E>>
  : F extends Schema
    ? InitialValues<F>
    : Copied<F>;

/** Values to begin with; what is left out stays 0. */
export type InitialValues<S extends Schema> = { readonly [N in keyof S]?: Written<S[N]> };

/** A struct at its place: what shows each of its fields, made when it is needed. */
export class Memory {
  readonly #buffer: ArrayBufferLike;
  readonly #byteOffset: number;
  readonly #fields: readonly Placed[];
  readonly #parts: unknown[];

  constructor(buffer: ArrayBufferLike, byteOffset: number, { fields }: StructShape) {
    this.#buffer = buffer;
    this.#byteOffset = byteOffset;
    this.#fields = fields;
    this.#parts = fields.map(() => undefined);
  }

  /** What shows the field of that number: a view of one element, or an object with parts. */
  part(i: number): unknown {
    return this.#parts[i] ?? this.#make(i);
  }

  #make(i: number): unknown {
    const { byteOffset, shape } = this.#fields[i]!;
    return (this.#parts[i] = partAt(this.#buffer, this.#byteOffset + byteOffset, shape));
  }
}

/** Gives `prototype` a property for each field. */
export function defineFields(
  prototype: object,
  { fields }: StructShape,
  memoryOf: (struct: object) => Memory,
): void {
  for (const [i, { name, shape }] of fields.entries()) {
    Object.defineProperty(prototype, name, {
      ...accessors(i, shape, memoryOf),
      enumerable: true,
      configurable: true,
    });
  }
}

function accessors(
  i: number,
  { form }: Shape,
  memoryOf: (struct: object) => Memory,
): PropertyDescriptor & ThisType<object> {
  const cellOf = (struct: object): unknown[] => memoryOf(struct).part(i) as unknown[];
  switch (form) {
    case 'number':
      return {
        get() {
          return cellOf(this)[0];
        },
        set(value) {
          cellOf(this)[0] = value;
        },
      };
    case 'bool':
      return {
        get() {
          return cellOf(this)[0] !== 0;
        },
        set(value) {
          cellOf(this)[0] = value ? 1 : 0;
        },
      };
    default:
      return {
        get() {
          return memoryOf(this).part(i);
        },
      };
  }
}

/** A struct inside of another, or of an array. */
class Inner {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  static memoryOf(this: void, inner: object): Memory {
    return (inner as Inner).#memory;
  }
}

const innerTypes = new WeakMap<StructShape, new (memory: Memory) => object>();

/** Properties over memory, without a struct of their own around them. */
export function fieldsOver(memory: Memory, shape: StructShape): object {
  let type = innerTypes.get(shape);
  if (!type) {
    type = class Fields extends Inner {};
    defineFields(type.prototype, shape, Inner.memoryOf);
    innerTypes.set(shape, type);
  }
  return new type(memory);
}

function partAt(buffer: ArrayBufferLike, byteOffset: number, shape: Shape): unknown {
  switch (shape.form) {
    case 'struct':
      return fieldsOver(new Memory(buffer, byteOffset, shape), shape);
    case 'array':
      return arrayAt(buffer, byteOffset, shape);
    case 'atomic':
      return new AtomicRef(new VIEWS[shape.kind](buffer, byteOffset, 1));
    default:
      return new VIEWS[shape.kind](buffer, byteOffset, 1);
  }
}

function arrayAt(
  buffer: ArrayBufferLike,
  byteOffset: number,
  { element, length }: Extract<Shape, { form: 'array' }>,
): unknown {
  if (element.form === 'number') return new VIEWS[element.kind](buffer, byteOffset, length);
  const parts = Array.from({ length }, (_, i) =>
    partAt(buffer, byteOffset + i * element.byteLength, element),
  );
  return Object.freeze(parts);
}

/** Writes what `values` has, which were checked. */
export function putFields(target: object, { fields }: StructShape, values: object): void {
  const properties = target as Record<string, unknown>;
  for (const { name, shape } of fields) {
    const value = (values as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (shape.form === 'number' || shape.form === 'bool') properties[name] = value;
    else putPart(properties[name], shape, value);
  }
}

function putPart(part: unknown, shape: Shape, value: unknown): void {
  if (shape.form === 'atomic') (part as AtomicRef<number>).store(value as number);
  else if (shape.form === 'struct') putFields(part as object, shape, value as object);
  else if (shape.form === 'array') putList(part, shape.element, value as ArrayLike<unknown>);
}

function putList(part: unknown, element: Shape, list: ArrayLike<unknown>): void {
  if (element.form === 'number') (part as Uint8Array).set(list as ArrayLike<number>);
  else {
    for (let i = 0; i < list.length; i++) putPart((part as unknown[])[i], element, list[i]);
  }
}

/** @throws TypeError or RangeError for values that the schema has no place for. */
export function checkFields(shape: StructShape, values: unknown, name = 'values'): void {
  const fault = faultIn(shape, values);
  if (fault) throw new fault.type(`\`${name}${fault.path}\` ${fault.text}`);
}

/** What is wrong, and where: told only when something is. */
interface Fault {
  readonly type: new (message: string) => Error;
  readonly path: string;
  readonly text: string;
}

function faultIn(shape: Shape, value: unknown): Fault | undefined {
  if (shape.form === 'struct') return faultOfStruct(shape, value);
  if (shape.form === 'array') return faultOfList(shape, value);
  const isBig = shape.kind === 'i64' || shape.kind === 'u64';
  const wanted = shape.form === 'bool' ? 'boolean' : isBig ? 'bigint' : 'number';
  return typeof value === wanted ? undefined : notA(wanted, value);
}

function faultOfStruct({ fields }: StructShape, values: unknown): Fault | undefined {
  if (typeof values !== 'object' || values === null) return notA('object', values);
  let known = 0;
  for (const { name, shape } of fields) {
    const value = (values as Record<string, unknown>)[name];
    if (value !== undefined || Object.hasOwn(values, name)) known++;
    const fault = value === undefined ? undefined : faultIn(shape, value);
    if (fault) return { ...fault, path: `.${name}${fault.path}` };
  }
  const names = Object.keys(values);
  if (names.length <= known) return undefined;
  const strange = names.find((name) => !fields.some((field) => field.name === name));
  return { type: TypeError, path: '', text: `has a field '${strange}' that the schema has not` };
}

function faultOfList(
  { element, length }: Extract<Shape, { form: 'array' }>,
  list: unknown,
): Fault | undefined {
  if (typeof list !== 'object' || list === null) return notA('list', list);
  const { length: found } = list as ArrayLike<unknown>;
  if (typeof found !== 'number') return notA('list', list);
  if (found > length) {
    const text = `has ${found} elements, there is room for ${length}`;
    return { type: RangeError, path: '', text };
  }
  for (let i = 0; i < found; i++) {
    const fault = faultIn(element, (list as ArrayLike<unknown>)[i]);
    if (fault) return { ...fault, path: `[${i}]${fault.path}` };
  }
  return undefined;
}

function notA(wanted: string, value: unknown): Fault {
  return { type: TypeError, path: '', text: `must be a ${wanted}, got ${describe(value)}` };
}

/** A copy of the fields, as a plain object. */
export function readFields(source: object, { fields }: StructShape): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const { name, shape } of fields) {
    copy[name] = copyOf((source as Record<string, unknown>)[name], shape);
  }
  return copy;
}

function copyOf(value: unknown, shape: Shape): unknown {
  switch (shape.form) {
    case 'atomic':
      return (value as AtomicRef<number>).load();
    case 'struct':
      return readFields(value as object, shape);
    case 'array':
      if (shape.element.form === 'number') return (value as Uint8Array).slice();
      return (value as unknown[]).map((part) => copyOf(part, shape.element));
    default:
      return value;
  }
}
