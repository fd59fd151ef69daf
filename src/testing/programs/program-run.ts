/** What a run of programs on real threads has come to. */
import type { LockEvent } from '../fairness/events.ts';
import { assertLinearizable } from '../linearizable/check.ts';
import type { LinearizableOptions } from '../linearizable/budget.ts';
import type { Operation } from '../linearizable/operation.ts';
import type { ProgramOperation } from './calls.ts';
import type { Journal } from './journal.ts';
import { type Memory, specificationOf } from './objects.ts';
import type { ThreadPrograms } from './programs.ts';
import { namedIn } from './spec-operations.ts';
import type { Visits } from './visits.ts';

/** An operation that was called. */
export interface ProgramEvent {
  /** The number of the thread. */
  readonly thread: number;
  /** Which of its thread's. */
  readonly index: number;
  /** The call. */
  readonly operation: ProgramOperation;
  /** What it returned. */
  readonly output: unknown;
  /** Moments are counted: one for each call and each return of the run. */
  readonly call: number;
  /** Missing of one that has not returned. */
  readonly return?: number;
}

/**
 * What happened in a run, in the order of the calls.
 *
 * @example
 * ```ts
 * const run = await runThreads(programs);
 * run.assertLinearizable();
 * console.log(fairnessReport(run.lockEventsOf('a')).all.bypasses.max); // → 0
 * ```
 */
export class ProgramRun {
  /** The programs that were run. */
  readonly programs: ThreadPrograms;
  /** What was called, and what came of it. */
  readonly history: readonly ProgramEvent[];
  /** The objects as the run has left them, live in this thread; of a lock of somebody's own, its words. */
  readonly objects: Memory;
  /** Sleeps that only a slice ended, in the whole process meanwhile: 0, unless a wake-up was lost. */
  readonly rescues: number;

  readonly #visits: Visits;

  /** @internal */
  constructor(
    programs: ThreadPrograms,
    journal: Journal,
    left: { readonly objects: Memory; readonly visits: Visits; readonly rescues: number },
  ) {
    this.programs = programs;
    this.history = eventsOf(programs, journal).toSorted((a, b) => a.call - b.call);
    this.objects = left.objects;
    this.rescues = left.rescues;
    this.#visits = left.visits;
  }

  /** The history of one object, as its specification has it. */
  historyOf(object: string): readonly Operation[] {
    return this.history.flatMap((event) =>
      namedIn(event.operation, this.programs.objects)
        .filter((named) => named.object === object)
        .map(({ name, input }): Operation => ({ ...intervalOf(event), name, input })),
    );
  }

  /**
   * Throws unless each lock kept others out: a visit is counted without atomics by who is inside, and none
   * may be lost.
   */
  assertExclusive(): void {
    for (const name of Object.keys(this.programs.objects)) {
      const visits = this.lockEventsOf(name).filter(({ kind }) => kind === 'released').length;
      const counted = this.#visits.of(name);
      if (counted === visits) continue;
      throw new Error(
        `${name} was visited ${visits} times, and ${counted} are counted: two were inside`,
      );
    }
  }

  /**
   * Throws unless what happened to each object is linearizable: exclusion, counts, order.
   *
   * @throws Error with the counterexample, or with how far the check came.
   */
  assertLinearizable(options: LinearizableOptions = {}): void {
    for (const [name, object] of Object.entries(this.programs.objects)) {
      try {
        assertLinearizable(this.historyOf(name), specificationOf(object), options);
      } catch (error) {
        throw new Error(`${name} (${object.kind}): ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
  }

  /**
   * Who asked for a lock, got it and released it, for `fairnessReport`: who overtook whom is counted by the
   * order of the calls. `time` is counted so too. What others share is left out. Who waits for a condition
   * is taken to ask for its mutex again when it gets it.
   */
  lockEventsOf(object: string): readonly LockEvent[] {
    const taken = new Map<number, { ticket: number; depth: number }>();
    const events: LockEvent[] = [];
    const named = this.history.flatMap((event) =>
      namedIn(event.operation, this.programs.objects)
        .filter((named) => named.object === object)
        .map(({ name }) => ({ ...event, name })),
    );
    for (const { thread, operation, name, output, call, return: end } of named) {
      const hold = taken.get(thread);
      const add = (kind: LockEvent['kind'], time: number, ticket: number): void =>
        void events.push({ thread, kind, time, ticket });
      if (name === 'lock' || name === 'tryLock') {
        if (hold) {
          if (output !== false) hold.depth++;
          continue;
        }
        const isAgain = operation.call === 'wait';
        if (isAgain && end === undefined) continue;
        const ticket = isAgain ? end! : call;
        add('asked', ticket, ticket);
        if (end === undefined) continue;
        add(output === false ? 'gave up' : 'got', end, ticket);
        if (output !== false) taken.set(thread, { ticket, depth: 1 });
      } else if (name === 'unlock' && hold && --hold.depth === 0) {
        add('released', call, hold.ticket);
        taken.delete(thread);
      }
    }
    return events.toSorted((a, b) => a.time - b.time);
  }
}

function eventsOf({ threads }: ThreadPrograms, journal: Journal): ProgramEvent[] {
  return threads.flatMap((program, thread) =>
    program.flatMap((operation, index): ProgramEvent[] => {
      const row = journal.read(thread, index);
      if (!row) return [];
      const { call, output, return: end } = row;
      const event = { thread, index, operation, output, call };
      return [end === undefined ? event : { ...event, return: end }];
    }),
  );
}

function intervalOf(event: ProgramEvent): Pick<Operation, 'thread' | 'output' | 'call' | 'return'> {
  const { thread, output, call } = event;
  return event.return === undefined
    ? { thread, output, call }
    : { thread, output, call, return: event.return };
}
