/** Runs a program: in a worker, and in a thread of the explorer. */
import type { ScopedLock } from '../../lock/scoped-lock.ts';
import { callOf, namesOf, type ProgramOperation } from './calls.ts';
import type { Live } from './objects.ts';
import { endsOf } from './programs.ts';

/** Performs the operation with this number, and returns what it returned: a promise, if it is async. */
export type Performing = (
  index: number,
  operation: ProgramOperation,
  perform: () => unknown,
) => unknown;

/** Awaits nothing, unless the program does. */
export function interpret(
  program: readonly ProgramOperation[],
  live: Live,
  performing: Performing,
): void | Promise<void> {
  return goOn(steps(program, live, performing));
}

type Steps = Generator<Promise<unknown>, void>;

/** Yields what is to be awaited. */
function* steps(program: readonly ProgramOperation[], live: Live, performing: Performing): Steps {
  const ends = endsOf(program);
  const scopes: ScopedLock[] = [];
  for (let i = 0; i < program.length; i++) {
    const operation = program[i]!;
    const { isOnMany, isTry, run, runAsync } = callOf(operation.call);
    const targets = namesOf(operation).map((name) => live[name]!);
    const target = (isOnMany ? targets : targets[0]) as never;
    const form = operation.async ? runAsync! : run;
    const result = performing(i, operation, () => form(target, operation, scopes));
    const output: unknown = result instanceof Promise ? yield result : result;
    if (isTry && output === false) i = ends[i] ?? i;
  }
}

function goOn(steps: Steps, output?: unknown): void | Promise<void> {
  const { done, value } = steps.next(output);
  if (!done) return value.then((output) => goOn(steps, output));
}
