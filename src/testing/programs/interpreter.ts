/** Runs a program: in a worker, and in a thread of the explorer. */
import type { ScopedLock } from '../../lock/scoped-lock.ts';
import { callOf, namesOf, type ProgramOperation } from './calls.ts';
import type { Live } from './objects.ts';
import { endsOf } from './programs.ts';

/** Performs the operation with this number, and returns what it returned. */
export type Performing = (
  index: number,
  operation: ProgramOperation,
  perform: () => unknown,
) => unknown;

export function interpret(
  program: readonly ProgramOperation[],
  live: Live,
  performing: Performing,
): void {
  const ends = endsOf(program);
  const scopes: ScopedLock[] = [];
  for (let i = 0; i < program.length; i++) {
    const operation = program[i]!;
    const { isOnMany, isTry, run } = callOf(operation.call);
    const targets = namesOf(operation).map((name) => live[name]!);
    const target = (isOnMany ? targets : targets[0]) as never;
    const output = performing(i, operation, () => run(target, operation, scopes));
    if (isTry && output === false) i = ends[i] ?? i;
  }
}
