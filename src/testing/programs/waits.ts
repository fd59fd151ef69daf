/**
 * Who waits for what, out of the history of a run that is still going on.
 *
 * Invariants
 *   D1  What a thread is said to hold it had taken, and had not begun to give back, when its rows were
 *       read.
 *   D2  A circle of waits is told only if each thread of it was in the same operation before and after
 *       all others were read. Then all were in them at one moment, and none can ever get out: a deadlock
 *       is never invented, however slow the machine is.
 */
import type { SharedObject } from '../../share/shared-object.ts';
import { isHeldBy, STATE } from '../../mutex/word.ts';
import { callOf, lentBy, namesOf } from './calls.ts';
import { cyclesOf } from './cycles.ts';
import { isLock, type Memory } from './objects.ts';
import type { ProgramEvent, ProgramRun } from './program-run.ts';

/** What a thread that has not come to its end waits for. */
export interface ThreadWait {
  /** The number of the thread. */
  readonly thread: number;
  /** The operation that it is in. */
  readonly event: ProgramEvent;
  /** The name of the object. */
  readonly object: string;
  /** Who has what it waits for: holds it, or has still to arrive at it, or to notify. */
  readonly holders: readonly number[];
}

interface Hold {
  readonly object: string;
  readonly isShared: boolean;
}

/** The operation that a thread is in. */
export function operationIn({ history }: ProgramRun, thread: number): ProgramEvent | undefined {
  return history.find((event) => event.thread === thread && event.return === undefined);
}

/** What a thread holds: D1. */
export function holdsOf(
  { history, programs: { objects } }: ProgramRun,
  thread: number,
): readonly Hold[] {
  const holds: Hold[] = [];
  const giveBack = (object: string): void => {
    const last = holds.findLastIndex((hold) => hold.object === object);
    if (last >= 0) holds.splice(last, 1);
  };
  for (const event of history.filter((event) => event.thread === thread)) {
    const { call } = event.operation;
    const { end, isTry } = callOf(call);
    for (const object of namesOf(event.operation)) {
      if (ENDS.has(call)) {
        giveBack(object);
      } else if (end && event.return !== undefined && !(isTry && event.output === false)) {
        holds.push({ object, isShared: end === 'unlockShared' });
      }
    }
    const lent = lentBy(event.operation, objects);
    if (lent !== undefined && event.return === undefined) giveBack(lent);
  }
  return holds;
}

const ENDS: ReadonlySet<string> = new Set(['unlock', 'unlockShared', 'unlockAll', 'release']);

/** What each thread waits for that is in an operation that waits. `agents`: of the threads. */
export function waitsOf(
  run: ProgramRun,
  memory: Memory,
  agents: readonly number[],
): readonly ThreadWait[] {
  const { objects, threads } = run.programs;
  const holds = threads.map((_, thread) => [
    ...holdsOf(run, thread),
    ...partsOf(run, memory, thread, agents[thread]!),
  ]);
  return threads.flatMap((_, thread) => {
    const event = operationIn(run, thread);
    if (!event || !callOf(event.operation.call).isBlocking) return [];
    const own = holds[thread]!.map(({ object }) => object);
    const names = namesOf(event.operation);
    const missing = names.length > 1 ? names.filter((name) => !own.includes(name)) : names;
    return missing.map((object): ThreadWait => {
      const isMeeting = ['latch', 'barrier', 'condition'].includes(objects[object]!.kind);
      const isShared = event.operation.call === 'lockShared';
      const holders = [...threads.keys()].filter((other) => {
        if (other === thread) return false;
        if (isMeeting) return owes(run, other, object);
        return holds[other]!.some((hold) => hold.object === object && !(isShared && hold.isShared));
      });
      return { thread, event, object, holders };
    });
  });
}

/** The circles of threads that wait for each other's locks: D2. */
export function deadlocksIn(
  read: () => ProgramRun,
  memory: Memory,
  agents: readonly number[],
): readonly (readonly number[])[] {
  const run = read();
  const { objects } = run.programs;
  const edges = waitsOf(run, memory, agents)
    .filter(({ object }) => isLock(objects[object]!))
    .flatMap(({ thread, holders }) => holders.map((holder) => ({ thread, holder })));
  const cycles = cyclesOf(edges);
  if (cycles.length === 0) return [];
  const again = read();
  return cycles.filter((cycle) =>
    cycle.every((thread) => operationIn(again, thread)?.index === operationIn(run, thread)?.index),
  );
}

/** What a `scopedLock` has taken on its way to the rest, as its mutexes say. */
function partsOf(run: ProgramRun, memory: Memory, thread: number, agent: number): readonly Hold[] {
  const event = operationIn(run, thread);
  if (event?.operation.call !== 'scopedLock') return [];
  return namesOf(event.operation)
    .filter((object) => {
      const { words } = (memory[object] as SharedObject).crossthread;
      return isHeldBy(Atomics.load(words, STATE), agent);
    })
    .map((object) => ({ object, isShared: false }));
}

/** Whether a thread has still to arrive at a latch or barrier, or to notify. */
function owes(run: ProgramRun, thread: number, object: string): boolean {
  const called = new Set(
    run.history.filter((event) => event.thread === thread).map(({ index }) => index),
  );
  return run.programs.threads[thread]!.some(
    ({ call, on }, index) => on === object && ARRIVALS.has(call) && !called.has(index),
  );
}

const ARRIVALS: ReadonlySet<string> = new Set([
  'countDown',
  'arriveAndWait',
  'arriveAndDrop',
  'notifyOne',
  'notifyAll',
]);
