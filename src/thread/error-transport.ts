/**
 * Errors from thread to thread. Structured clone keeps of an error little more than its message; here it
 * keeps class, name, message, stack, cause, and its own properties, such as `code`.
 */
import {
  BrokenBarrierError,
  CorruptionError,
  DeadlockError,
  FutureError,
  OwnerDiedError,
  SyncError,
  TimeoutError,
} from '../errors.ts';
import { checkFunction } from '../memory/checks.ts';
import { tagOf } from '../memory/words.ts';
import { pack, unpack } from './transport.ts';

/** A class of errors. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** An error in a message. May be in itself, as causes may be. */
interface PackedError {
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly properties: Map<string, Packed>;
}

/** A value in a message, errors in it kept as they are. */
export type Packed =
  | { readonly error: PackedError }
  | { readonly list: readonly Packed[] }
  | { readonly value: unknown };

const classes = new Map<string, ErrorClass>(
  [
    Error,
    AggregateError,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
    SyncError,
    BrokenBarrierError,
    CorruptionError,
    DeadlockError,
    FutureError,
    OwnerDiedError,
    TimeoutError,
  ].map((type) => [type.name, type]),
);
const builtIn: ReadonlySet<ErrorClass> = new Set(classes.values());
const DOM_EXCEPTION = 'DOMException';

/** What an error may have without its being enumerable. */
const HIDDEN = ['cause', 'errors'];

/**
 * Lets errors of these classes keep their class on the way to another thread; of others they arrive as
 * what they extend. To be called in both threads, which it is in the module that defines the class. Two
 * classes of one name are one: the last counts. An error is made anew without its constructor, so a class
 * with `#private` fields is not to be registered.
 *
 * @example
 * ```ts
 * class ParseError extends SyntaxError {}
 * registerErrors(ParseError); // a thread's ParseError is one for who joins the thread
 * ```
 */
export function registerErrors(...types: ErrorClass[]): void {
  for (const type of types) checkFunction('type', type);
  for (const type of types) classes.set(type.name, type);
}

/** Whether `thrown` is of a class that was registered, or of one that extends such a class. */
export function isRegistered(thrown: unknown): boolean {
  const type = isError(thrown) ? classes.get(typeOf(thrown)) : undefined;
  return type !== undefined && !builtIn.has(type);
}

/** Packs what was thrown, whatever it is. Properties of an error that cannot travel stay behind. */
export function packThrown(thrown: unknown): Packed {
  const errors = new Map<Error, PackedError>();
  try {
    return packValue(thrown, errors);
  } catch (error) {
    return packValue(error, errors); // why it could not be thrown there
  }
}

/** What was thrown, from what {@link packThrown} made. */
export function unpackThrown(packed: Packed): unknown {
  return unpackValue(packed, new Map());
}

function packValue(value: unknown, errors: Map<Error, PackedError>): Packed {
  if (isError(value)) return { error: errors.get(value) ?? packError(value, errors) };
  if (Array.isArray(value) && value.some(isError)) {
    return { list: value.map((item) => packValue(item, errors)) };
  }
  return { value: structuredClone(pack(value).data) }; // throws here what would do so when it is posted
}

function packError(error: Error, errors: Map<Error, PackedError>): PackedError {
  const { name, message, stack } = error;
  const properties = new Map<string, Packed>();
  const packed = { type: typeOf(error), name, message, stack, properties };
  errors.set(error, packed);
  for (const key of new Set([...Object.keys(error), ...HIDDEN])) {
    if (!Object.hasOwn(error, key)) continue;
    try {
      properties.set(key, packValue((error as never)[key], errors));
    } catch {
      // a function, say: the rest of the error is worth more than to be replaced by that
    }
  }
  return packed;
}

/** The nearest class that the other side knows. */
function typeOf(error: Error): string {
  if (tagOf(error) === DOM_EXCEPTION) return DOM_EXCEPTION;
  let prototype: object | null = error;
  while ((prototype = Object.getPrototypeOf(prototype) as object | null)) {
    const { constructor } = prototype;
    if (classes.get(constructor?.name) === constructor) return constructor.name;
  }
  return Error.name;
}

function unpackValue(packed: Packed, errors: Map<PackedError, Error>): unknown {
  if ('error' in packed) return errors.get(packed.error) ?? unpackError(packed.error, errors);
  if ('list' in packed) return packed.list.map((item) => unpackValue(item, errors));
  return unpack(packed.value);
}

function unpackError(packed: PackedError, errors: Map<PackedError, Error>): Error {
  const error = bareError(packed);
  errors.set(packed, error);
  for (const [key, value] of packed.properties) {
    define(error, key, unpackValue(value, errors), !HIDDEN.includes(key));
  }
  if (error.name !== packed.name) define(error, 'name', packed.name, false);
  define(error, 'stack', packed.stack, false);
  return error;
}

function bareError({ type, name, message }: PackedError): Error {
  if (type === DOM_EXCEPTION) return new DOMException(message, name);
  const { prototype } = classes.get(type) ?? Error;
  return Object.setPrototypeOf(new Error(message), prototype as object) as Error;
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}

function isError(value: unknown): value is Error {
  return value instanceof Error || tagOf(value) === 'Error'; // of another realm
}
