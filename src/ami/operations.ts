/** The methods of proxies: made once for each class, from the table of its operations. */
import type { AsyncResult } from './async-result.ts';
import { newTypedCallback } from './callback.ts';
import { Context } from './context.ts';
import { IllegalArgumentException, TwowayOnlyException } from './exceptions.ts';
import { begin, call, callAsync, end, takeTrailing } from './forms.ts';
import type { ObjectPrx } from './object-prx.ts';
import { type Operation, REFERENCE } from './reference.ts';

/**
 * What an operation has beside parameters. `'returns'`: a result. `'void'`: none. `'void raises'`: none, but it
 * throws what callers must hear of, so that it cannot be called oneway.
 */
export type OperationKind = 'returns' | 'void' | 'void raises';

/** Gives a proxy class the methods of the operations in `table`. */
export function addOperations(
  type: { readonly prototype: ObjectPrx },
  table: Readonly<Record<string, OperationKind>>,
): void {
  for (const [name, kind] of Object.entries(table)) {
    const operation: Operation = { name, isTwowayOnly: kind !== 'void' };
    addMethods(type.prototype, methodsOf(operation));
    addMethods(type, {
      [`newCallback_${name}`]: (...args: unknown[]) =>
        newTypedCallback(name, kind !== 'returns', args),
    });
  }
}

function methodsOf(operation: Operation): Record<string, (...args: unknown[]) => unknown> {
  const { name } = operation;
  return {
    [name](this: ObjectPrx, ...args) {
      const reference = this[REFERENCE];
      reference.check(operation, TwowayOnlyException);
      const context = takeContext(args);
      if (reference.isCollocated) return reference.callHere(operation, args, context);
      reference.checkMayWait();
      return call(reference.invoke(operation, args, context));
    },
    [`${name}Async`](this: ObjectPrx, ...args) {
      return callAsync(() => {
        const reference = this[REFERENCE];
        reference.check(operation, TwowayOnlyException);
        return reference.invoke(operation, args, takeContext(args));
      });
    },
    [`begin_${name}`](this: ObjectPrx, ...args): AsyncResult {
      const reference = this[REFERENCE];
      reference.check(operation, IllegalArgumentException);
      const trailing = takeTrailing(name, args);
      const { communicator } = reference;
      const origin = { owner: reference, operation: name, communicator, proxy: this };
      return begin(reference.invoke(operation, args, takeContext(args)), origin, trailing);
    },
    [`end_${name}`](this: ObjectPrx, result) {
      return end(result, this[REFERENCE], name);
    },
  };
}

function takeContext(args: unknown[]): Context | undefined {
  return Context.isOne(args.at(-1)) ? (args.pop() as Context) : undefined;
}

/** Not to be found by loops over properties, as the methods of any class. */
function addMethods(owner: object, methods: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  }
}
