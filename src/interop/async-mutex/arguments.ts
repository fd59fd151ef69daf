/** What both adapters are given. */
import { checkNumber, describe } from '../../memory/checks.ts';
import { tagOf } from '../../memory/words.ts';
import { OBJECT_ID, type SharedObject } from '../../share/shared-object.ts';

/** Any number that has a place in an order. */
export function checkPriority(priority: number): void {
  checkNumber('priority', priority);
  if (Number.isNaN(priority)) throw new RangeError('`priority` must be a number, got NaN');
}

/** Or a handle, where it was forgotten to attach it, would make an adapter of something else. */
export function checkCancelError(error: unknown): void {
  if (error instanceof Error || tagOf(error) === 'Error') return;
  throw new TypeError(
    `\`cancelError\` must be an Error, got ${describe(error)}; a handle must be attached first`,
  );
}

/**
 * Whether a constructor was given the object to adapt, by brand: it may be of another copy of the package.
 *
 * @throws TypeError for a shared object of another kind.
 */
export function isGiven<T extends SharedObject>(kind: string, value: unknown): value is T {
  if (typeof value !== 'object' || value === null || !(OBJECT_ID in value)) return false;
  const { kind: found } = (value as SharedObject).crossthread;
  if (found === kind) return true;
  throw new TypeError(`an adapter of a ${kind}, but a ${found} was given`);
}
