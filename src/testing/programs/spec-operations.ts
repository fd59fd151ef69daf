/** What an operation of a program is to the specification of each object that it is called on. */
import { callOf, lentBy, namesOf, type ProgramOperation } from './calls.ts';
import type { ProgramObjects } from './objects.ts';

export interface Named {
  readonly object: string;
  readonly name: string;
  readonly input: number | undefined;
}

/** To the mutex that it lends, a wait is an unlock and a lock, both within it. */
export function namedIn(operation: ProgramOperation, objects: ProgramObjects): readonly Named[] {
  const { as = operation.call, isCounted } = callOf(operation.call);
  const input = isCounted ? operation.n : undefined;
  const named = namesOf(operation).map((object): Named => ({ object, name: as, input }));
  const object = lentBy(operation, objects);
  if (object === undefined) return named;
  return [...named, ...['unlock', 'lock'].map((name) => ({ object, name, input }))];
}
