/** Values that fit in a number and a tag. */

/** What a `WorkerHistory` can record. Strings are names that its handle has. */
export type Recordable = number | boolean | string | null | undefined;

const NUMBER = 0;
const NAME = 1;
const CONSTANT = 2;

const CONSTANTS: readonly Recordable[] = [undefined, null, false, true];

export interface Encoded {
  readonly tag: number;
  /** The number, or where the name or the constant stands in its list. */
  readonly number: number;
}

/** @throws RangeError for what cannot be recorded, such as a string that is no name. */
export function encode(value: Recordable, names: readonly string[]): Encoded {
  if (typeof value === 'number') return { tag: NUMBER, number: value };
  const isName = typeof value === 'string';
  const number = isName ? names.indexOf(value) : CONSTANTS.indexOf(value);
  if (number < 0) throw new RangeError(`a worker's history has no way to record ${String(value)}`);
  return { tag: isName ? NAME : CONSTANT, number };
}

export function decode({ tag, number }: Encoded, names: readonly string[]): Recordable {
  if (tag === NUMBER) return number;
  return tag === NAME ? names[number] : CONSTANTS[number];
}
