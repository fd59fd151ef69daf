/** Callbacks of invocations, generic and type-safe: an object of the user's, and which of its methods to call. */
import type { AsyncResult } from './async-result.ts';
import { describe } from '../memory/checks.ts';
import { IllegalArgumentException } from './exceptions.ts';
import type { ObjectPrx } from './object-prx.ts';

/** Also of a connection or a communicator. */
type AnyResult = AsyncResult<ObjectPrx | null>;

/** What `begin_` methods take: a class, so that no parameter of an operation can be mistaken for one. */
export abstract class AnyCallback {
  /** @internal Of which operation results are; any, if it says nothing. */
  abstract readonly operation: string | undefined;
  /** @internal The result is there, or the reason why there is none. Returns a promise if the method does. */
  abstract finished(result: AnyResult): unknown;
  /** @internal */
  abstract sent(result: AnyResult): unknown;
}

/** A method that is told of a result. */
export type ResultMethod<T> = (this: T, result: AsyncResult) => void;

/**
 * A callback for any operation: it is given the result, and calls the `end_` method itself. Made by
 * {@link newCallback}.
 *
 * @example
 * ```ts
 * const printer = {
 *   finished(result: AsyncResult): void {
 *     console.log(EmployeesPrx.uncheckedCast(result.getProxy()).end_getName(result)); // → Ann
 *   },
 * };
 * const callback: Callback = newCallback(printer, printer.finished);
 * await employees.begin_getName(99, callback).completed;
 * ```
 * C++: `Ice::CallbackPtr`.
 */
export class Callback extends AnyCallback {
  /** @internal */
  readonly operation: undefined;
  readonly #object: object;
  readonly #finished: ResultMethod<object>;
  readonly #sent: ResultMethod<object> | undefined;

  /** @internal */
  constructor(object: object, finished: ResultMethod<object>, sent?: ResultMethod<object>) {
    super();
    this.#object = object;
    this.#finished = finished;
    this.#sent = sent;
  }

  /** @internal */
  finished(result: AnyResult): unknown {
    return this.#finished.call(this.#object, result as AsyncResult);
  }

  /** @internal */
  sent(result: AnyResult): unknown {
    return this.#sent?.call(this.#object, result as AsyncResult);
  }
}

/**
 * A callback for any operation. `finished` and `sent` are methods of `object`, or functions to be called on it:
 * `finished` once the result is there, to call the `end_` method, and `sent` once the request has left this
 * thread, at once and by the `begin_` method itself where there is room.
 *
 * For a oneway request `finished` is called only if it could not be sent.
 *
 * @throws IllegalArgumentException without an object or without `finished`.
 *
 * @example
 * ```ts
 * class Queue {
 *   length = 0;
 *   finished(result: AsyncResult): void {
 *     EmployeesPrx.uncheckedCast(result.getProxy()).end_retire(result);
 *   }
 *   sent(): void {
 *     this.length--;
 *   }
 * }
 * const queue = new Queue();
 * const callback = newCallback(queue, queue.finished, queue.sent);
 * for (let number = 1; number <= 3; number++) {
 *   queue.length++;
 *   employees.begin_retire(number, callback);
 * }
 * console.log(queue.length); // → 0
 * await employees.ice_pingAsync();
 * ```
 * C++: `Ice::newCallback`.
 */
export function newCallback<T extends object>(
  object: T,
  finished: ResultMethod<T>,
  sent?: ResultMethod<T>,
): Callback {
  checkObject(object);
  checkMethod('finished', finished);
  if (typeof finished !== 'function') throw new IllegalArgumentException('`finished` is missing');
  checkMethod('sent', sent);
  return new Callback(object, finished as ResultMethod<object>, sent as ResultMethod<object>);
}

/** What became of an operation: its value, unless it is void, and the cookie, if there is one. */
type Success = (...valueAndCookie: unknown[]) => void;
/** The methods of a type-safe callback. */
interface Methods {
  readonly success: Success | null;
  readonly failure: ((exception: Error, ...cookie: unknown[]) => void) | null;
  readonly sent: ((sentSynchronously: boolean, ...cookie: unknown[]) => void) | undefined;
}

/**
 * A callback for one operation, with a method for its value and one for its failure. Made by the proxy classes,
 * as in `EmployeesPrx.newCallback_getName`; the cookie is what these methods say that they take.
 *
 * @example
 * ```ts
 * const printer = {
 *   name(name: string, cookie: { row: number }): void {
 *     console.log(cookie.row, name); // → 7 Ann
 *   },
 * };
 * const callback: TypedCallback<'getName', { row: number }> =
 *   EmployeesPrx.newCallback_getName(printer, printer.name, null);
 * await employees.begin_getName(99, callback, { row: 7 }).completed;
 * ```
 * C++: `Callback_Employees_getNamePtr`.
 */
export class TypedCallback<Operation extends string, Cookie = undefined> extends AnyCallback {
  /** What cookie its methods take, for the compiler alone. */
  declare protected readonly takes: (cookie: Cookie) => void;
  /** The name of the operation. */
  readonly operation: Operation;
  readonly #object: object;
  readonly #methods: Methods;
  readonly #isVoid: boolean;

  /** @internal */
  constructor(operation: Operation, isVoid: boolean, object: object, methods: Methods) {
    super();
    this.operation = operation;
    this.#isVoid = isVoid;
    this.#object = object;
    this.#methods = methods;
  }

  /** @internal */
  finished(result: AnyResult): unknown {
    const { success, failure } = this.#methods;
    let value: unknown;
    try {
      value = result.take();
    } catch (error) {
      return failure?.call(this.#object, error as Error, ...cookieIn(result));
    }
    const values = this.#isVoid ? [] : [value];
    return success?.call(this.#object, ...values, ...cookieIn(result));
  }

  /** @internal */
  sent(result: AnyResult): unknown {
    return this.#methods.sent?.call(this.#object, result.sentSynchronously(), ...cookieIn(result));
  }
}

/** @internal The type-safe callback of an operation, from what `newCallback_` was called with. */
export function newTypedCallback(
  operation: string,
  isVoid: boolean,
  [object, ...methods]: readonly unknown[],
): TypedCallback<string, unknown> {
  const [success, failure, sent] = methods.length === 1 && isVoid ? [null, ...methods] : methods;
  checkObject(object);
  checkMethod('success', success);
  checkMethod('failure', failure);
  checkMethod('sent', sent);
  if (!success && !isVoid) {
    throw new IllegalArgumentException(`${operation} has a result, which \`success\` must take`);
  }
  if (!success && !failure)
    throw new IllegalArgumentException('both `success` and `failure` are missing');
  const checked = { success: success ?? null, failure: failure ?? null, sent } as Methods;
  return new TypedCallback(operation, isVoid, object, checked);
}

function cookieIn(result: AnyResult): unknown[] {
  const cookie = result.getCookie();
  return cookie === undefined ? [] : [cookie];
}

function checkObject(object: unknown): asserts object is object {
  if (typeof object === 'object' && object !== null) return;
  if (typeof object === 'function') return;
  throw new IllegalArgumentException(`\`object\` must be an object, got ${describe(object)}`);
}

function checkMethod(name: string, method: unknown): void {
  if (typeof method === 'function' || method === undefined || method === null) return;
  throw new IllegalArgumentException(`\`${name}\` must be a function, got ${describe(method)}`);
}
