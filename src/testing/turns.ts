/**
 * Turns: a thread is resumed and runs until the scheduler takes the turn away, it sleeps, it has
 * nothing left to do before its next event, or it ends.
 *
 * A body that makes promises goes on in microtasks, after its turn has returned. So a turn is begun,
 * then goes on after every drain until it says that it is through, and only then is another begun.
 */
import { type Failure, messageOf } from './failure.ts';
import { EVENT, OPERATION_NAMES, OPERATIONS } from './operations.ts';
import { Run } from './run.ts';
import { letterOf } from './schedule.ts';
import { LOOP, type Thread } from './thread.ts';
import type { World } from './world.ts';

/** One run of a body, and the agent that it runs in. */
export interface Part {
  readonly body: () => unknown;
  /** Makes the agent of this body the current one. */
  enter(): void;
}

export class Turns {
  readonly #world: World;
  readonly #prepare: (thread: number) => Part;
  /** Runs that sit in their event loop, by thread. */
  readonly #idle: (Actor | undefined)[];
  /**
   * Threads whose bodies have returned, and no promise. Any other may have made one when it was
   * suspended, whose microtasks must not run in the turn of somebody else.
   */
  readonly #makesNoPromise: boolean[];
  #actor: Actor | undefined;

  /** `prepare` makes a body of a thread, with fresh agent-local state. */
  constructor(world: World, prepare: (thread: number) => Part) {
    this.#world = world;
    this.#prepare = prepare;
    this.#idle = world.threads.map(() => undefined);
    this.#makesNoPromise = world.threads.map(() => false);
  }

  /** Resumes `thread`. Returns whether the turn goes on after a drain. */
  begin(thread: Thread): boolean {
    const idle = this.#idle[thread.index];
    this.#idle[thread.index] = undefined;
    if (idle && idle.run.cursor === thread.length - 1) return this.#act(idle); // all but the event is behind it
    const part = this.#prepare(thread.index);
    const actor = { part, run: new Run(thread, part.body) };
    this.#enter(actor);
    actor.run.start();
    if (actor.run.isDone) this.#makesNoPromise[thread.index] = true;
    const { isAsync } = actor.run;
    return isAsync || !this.#makesNoPromise[thread.index] || this.#runEvents(actor.run);
  }

  /** After a drain: as {@link begin}. */
  goOn(): boolean {
    return this.#runEvents(this.#actor!.run);
  }

  /**
   * Ends the turn, and notes where that leaves the thread.
   * @throws TypeError if the body did what no model may.
   */
  end(): Failure | undefined {
    const actor = this.#actor!;
    const { run } = actor;
    const { thread } = run;
    this.#actor = undefined;
    this.#world.running = undefined;
    this.#world.granted = false;
    const letter = letterOf(thread.index);
    if (run.refused) throw run.refused;
    if (run.divergedTo !== undefined) {
      return { verdict: 'nondeterminism', reason: divergence(run), thread: thread.index };
    }
    if (run.failure) return run.failure;
    if (run.thrown) {
      const { error } = run.thrown;
      return {
        verdict: (error as Error | undefined)?.name === 'DeadlockError' ? 'deadlock' : 'assertion',
        reason: `thread ${letter} threw ${messageOf(error)}`,
        thread: thread.index,
        cause: error,
      };
    }
    if (run.unwinding) {
      if (!run.hasSwallowed) return undefined;
      const reason = `thread ${letter} was suspended and ran on: something in it catches what it does not know`;
      return { verdict: 'swallowed', reason, thread: thread.index };
    }
    if (run.cursor < thread.length) {
      return { verdict: 'nondeterminism', reason: divergence(run), thread: thread.index };
    }
    thread.where = LOOP;
    thread.done = run.isDone ? 1 : 0;
    if (run.isAsync) this.#idle[thread.index] = actor;
    return undefined;
  }

  #act(actor: Actor): boolean {
    this.#enter(actor);
    return this.#runEvents(actor.run);
  }

  #enter(actor: Actor): void {
    this.#actor = actor;
    actor.part.enter();
    this.#world.running = actor.run;
  }

  /** Runs the events that are next in the log, with a drain after each. */
  #runEvents(run: Run): boolean {
    if (run.unwinding || !run.expectsEvent) return false;
    run.runEvent();
    return true;
  }
}

interface Actor {
  readonly part: Part;
  readonly run: Run;
}

function divergence({ thread, cursor, divergedTo }: Run): string {
  const recorded = nameOf(thread.keys[cursor]!);
  const found = divergedTo === undefined ? 'its end' : `'${nameOf(divergedTo)}'`;
  return (
    `thread ${letterOf(thread.index)} does something else when it is run again: ` +
    `after ${cursor} operations it did '${recorded}', now ${found}. ` +
    'A body may depend on nothing but explored memory and its own locals'
  );
}

function nameOf(key: number): string {
  return key === EVENT ? 'event' : OPERATION_NAMES[key % OPERATIONS]!;
}
