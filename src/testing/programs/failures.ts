/** How a run of programs fails: its threads hang, or one throws. */
import { textOf } from './calls.ts';
import type { ProgramObject } from './objects.ts';
import type { ProgramRun } from './program-run.ts';
import { formatPrograms } from './programs.ts';
import type { ReportedError } from './task.ts';
import { holdsOf, operationIn, type ThreadWait } from './waits.ts';

/**
 * Threads wait, and nothing goes on. The message says for each thread what it is in, who has that, and
 * what it has itself. All threads that had not come to their end were terminated.
 *
 * @example
 * ```ts
 * try {
 *   await runThreads(programs);
 * } catch (error) {
 *   if (error instanceof ThreadsHungError) console.log(error.verdict, error.cycles);
 * }
 * ```
 */
export class ThreadsHungError extends Error {
  /** Always `'ThreadsHungError'`. */
  override readonly name = 'ThreadsHungError';
  /** `'deadlock'`: they wait for each other's locks for ever. `'hang'`: nothing went on for the timeout. */
  readonly verdict: 'deadlock' | 'hang';
  /** Each a circle of threads, in which each waits for a lock of the next. */
  readonly cycles: readonly (readonly number[])[];
  /** What each thread that has not ended waits for. */
  readonly waits: readonly ThreadWait[];
  /** What happened up to then. */
  readonly run: ProgramRun;

  /** @internal */
  constructor(
    run: ProgramRun,
    waits: readonly ThreadWait[],
    cycles: readonly (readonly number[])[],
    { timeout, isDone }: { timeout: number; isDone: (thread: number) => boolean },
  ) {
    const circle = cycles[0]?.map((thread) => `thread ${thread}`).join(' and ');
    const head = circle
      ? `deadlock: ${circle} wait for each other`
      : `hang: nothing went on for ${timeout} ms`;
    const lines = run.programs.threads.map((_, thread) => {
      if (isDone(thread)) return `thread ${thread} has ended`;
      return lineOf(
        run,
        thread,
        waits.filter((wait) => wait.thread === thread),
      );
    });
    super(`${[head, ...lines].join('\n  ')}\n\n${formatPrograms(run.programs)}`);
    this.verdict = circle ? 'deadlock' : 'hang';
    this.cycles = cycles;
    this.waits = waits;
    this.run = run;
  }
}

/**
 * A call of a program threw: `cause`. Threads that had not come to their end were terminated.
 *
 * @example
 * ```ts
 * try {
 *   await runThreads(programs);
 * } catch (error) {
 *   if (error instanceof ThreadFailedError) console.log(error.cause);
 * }
 * ```
 */
export class ThreadFailedError extends Error {
  /** Always `'ThreadFailedError'`. */
  override readonly name = 'ThreadFailedError';
  /** The number of the thread. */
  readonly thread: number;
  /** What happened up to then. */
  readonly run: ProgramRun;

  /** @internal */
  constructor(run: ProgramRun, thread: number, error: ReportedError) {
    const event = operationIn(run, thread);
    const at = event ? ` in ${textOf(event.operation)}, its operation ${event.index},` : '';
    const message = `thread ${thread}${at} threw ${error.name}: ${error.message}`;
    super(`${message}\n\n${formatPrograms(run.programs)}`, { cause: revived(error) });
    this.thread = thread;
    this.run = run;
  }
}

function lineOf(run: ProgramRun, thread: number, waits: readonly ThreadWait[]): string {
  const event = operationIn(run, thread);
  const where = event
    ? `is in ${textOf(event.operation)}, its operation ${event.index}`
    : 'is in no operation, or waits for its turn';
  const found = waits.map((wait) => haveOf(wait, run.programs.objects[wait.object]!));
  const holds = holdsOf(run, thread).map(({ object }) => object);
  if (holds.length > 0) found.push(`it holds ${holds.join(', ')}`);
  return `thread ${thread} ${[where, found.join('; ')].filter(Boolean).join(': ')}`;
}

/** `a is held by thread 1`. */
function haveOf({ object, holders }: ThreadWait, { kind }: ProgramObject): string {
  const who = holders.map((thread) => `thread ${thread}`).join(', ') || 'nobody';
  if (kind === 'latch' || kind === 'barrier') return `at ${object}, ${who} has still to arrive`;
  if (kind === 'condition') return `${object} is still to be notified by ${who}`;
  return `${object} is held by ${who}`;
}

function revived({ name, message, code, stack }: ReportedError): Error {
  return Object.assign(new Error(message), { name, code, stack });
}
