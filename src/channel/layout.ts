/**
 * Where the fields of a schema are: in the order they are written, each at a multiple of its own
 * alignment, the whole padded to its widest, as a C++ compiler lays the same struct out.
 */
import { describe } from '../memory/checks.ts';

/** A number of JavaScript, by how it is kept: signed and unsigned integers, floats. */
export type NumberKind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'f32' | 'f64';

/** Integers of 64 bits, which are bigints. */
export type BigIntKind = 'i64' | 'u64';

/** An integer behind an {@link AtomicRef}. */
export type AtomicKind = `atomic ${Exclude<NumberKind, 'f32' | 'f64'> | BigIntKind}`;

/** What a field may be: a kind, `[element, length]`, or a schema of its own. */
export type Field = Element | 'bool';

/** What an array may be made of. */
export type Element = NumberKind | BigIntKind | AtomicKind | readonly [Element, number] | Schema;

/** Fields by name. */
export interface Schema {
  /** In the order of memory. */
  readonly [name: string]: Field;
}

/** What shows the memory of many of a kind. */
export interface ViewOf {
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
}

export type ViewKind = keyof ViewOf;

interface ViewType<V> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): V;
}

export const VIEWS: { readonly [K in ViewKind]: ViewType<ViewOf[K]> } = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
};

/** What is at a place, and what it takes. */
export type Shape = { readonly byteLength: number; readonly alignment: number } & (
  | { readonly form: 'number' | 'bool' | 'atomic'; readonly kind: ViewKind }
  | { readonly form: 'array'; readonly element: Shape; readonly length: number }
  | { readonly form: 'struct'; readonly fields: readonly Placed[] }
);

export type StructShape = Extract<Shape, { form: 'struct' }>;

export interface Placed {
  readonly name: string;
  readonly byteOffset: number;
  readonly shape: Shape;
}

const NAME = /^[A-Za-z_$][\w$]*$/; // `0` would not stay where it was written
const FORBIDDEN = ['__proto__', 'constructor'];
const MOST_BYTES = 2 ** 31 - 1;

/** @throws TypeError for what is no schema, RangeError for an array of no length. */
export function layOut(schema: Schema): StructShape {
  return structShape('schema', schema);
}

/** The same text for the same memory: names, kinds, order. */
export function textOf(schema: Schema): string {
  return JSON.stringify(schema);
}

function shapeOf(path: string, field: unknown): Shape {
  if (typeof field === 'string') return kindShape(path, field);
  if (Array.isArray(field)) return arrayShape(path, field);
  return structShape(path, field);
}

function kindShape(path: string, text: string): Shape {
  const isAtomic = text.startsWith('atomic ');
  const name = isAtomic ? text.slice('atomic '.length) : text;
  if (text === 'bool') return { form: 'bool', kind: 'u8', byteLength: 1, alignment: 1 };
  if (!Object.hasOwn(VIEWS, name) || (isAtomic && name.startsWith('f'))) {
    throw new TypeError(`\`${path}\` is of an unknown kind, '${text}'`);
  }
  const kind = name as ViewKind;
  const { BYTES_PER_ELEMENT: size } = VIEWS[kind];
  return { form: isAtomic ? 'atomic' : 'number', kind, byteLength: size, alignment: size };
}

function arrayShape(path: string, field: readonly unknown[]): Shape {
  const [element, length] = field;
  if (field.length !== 2 || typeof length !== 'number') {
    throw new TypeError(`\`${path}\` must be [element, length]`);
  }
  if (element === 'bool') throw new TypeError(`\`${path}\`: an array of bool is one of u8`);
  const shape = shapeOf(`${path}[]`, element);
  const byteLength = shape.byteLength * length;
  if (!Number.isInteger(length) || length < 1 || byteLength > MOST_BYTES) {
    throw new RangeError(`\`${path}\` has a length of ${length}`);
  }
  return { form: 'array', element: shape, length, byteLength, alignment: shape.alignment };
}

function structShape(path: string, schema: unknown): StructShape {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new TypeError(`\`${path}\` must be a schema, got ${describe(schema)}`);
  }
  const fields: Placed[] = [];
  let end = 0;
  let alignment = 1;
  for (const [name, field] of Object.entries(schema)) {
    if (!NAME.test(name) || FORBIDDEN.includes(name)) {
      throw new TypeError(`\`${path}\`: '${name}' is no name for a field`);
    }
    const shape = shapeOf(`${path}.${name}`, field);
    const byteOffset = roundUp(end, shape.alignment);
    fields.push({ name, byteOffset, shape });
    end = byteOffset + shape.byteLength;
    alignment = Math.max(alignment, shape.alignment);
  }
  if (fields.length === 0) throw new TypeError(`\`${path}\` has no fields`);
  return { form: 'struct', fields, byteLength: roundUp(end, alignment), alignment };
}

export function roundUp(bytes: number, multiple: number): number {
  return Math.ceil(bytes / multiple) * multiple;
}
