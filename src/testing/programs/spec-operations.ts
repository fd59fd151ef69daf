/** What an operation of a program is to the specification of each object that it is called on. */
import { callOf, namesOf, type ProgramOperation } from './calls.ts';

export interface Named {
  readonly object: string;
  readonly name: string;
  readonly input: number | undefined;
}

export function namedIn(operation: ProgramOperation): readonly Named[] {
  const { as = operation.call, isCounted } = callOf(operation.call);
  const input = isCounted ? operation.n : undefined;
  return namesOf(operation).map((object) => ({ object, name: as, input }));
}
