/**
 * The numbers of one thread, and of all together.
 *
 * Jain's index and shares do not see starvation: they are fine for a lock that lets one thread wait for
 * thousands of others, as long as each has such a time. Bypasses, the tail of the waits and MTTR do.
 */
import type { LockHold, LockWait, Spans } from './spans.ts';
import {
  ascending,
  type FairnessBar,
  greatest,
  histogram,
  mean,
  median,
  quantile,
  sum,
} from './statistics.ts';

/**
 * How a lock treated one thread, or all. Times are in milliseconds; a number of which there is no
 * instance is `NaN`.
 *
 * @example
 * ```ts
 * const { all } = fairnessReport(new LockRecorder().read());
 * console.log(all.acquisitions, all.bypasses.max, all.wait.p99); // → 0 0 NaN
 * ```
 */
export interface Fairness {
  /** How often it was got. */
  readonly acquisitions: number;
  /** How many waits ended without it, failed tries among them. */
  readonly gaveUp: number;
  /** How many waits were not over at the end of the recording. */
  readonly waiting: number;
  /** By how many that asked later a wait was overtaken: of all waits, also of those in vain. */
  readonly bypasses: {
    /** Of one wait. */
    readonly max: number;
    /** How many waits had how many. */
    readonly histogram: readonly FairnessBar[];
  };
  /** How long it took to get it; of waits in vain, only `max` knows. */
  readonly wait: {
    /** Half of them took no longer. */
    readonly p50: number;
    /** 99 of 100 took no longer. */
    readonly p99: number;
    /** 999 of 1000 took no longer. */
    readonly p999: number;
    /** None took longer. */
    readonly max: number;
  };
  /** For how long it was held, together. */
  readonly held: number;
  /** The most acquisitions in a row by one thread. */
  readonly longestRun: number;
  /**
   * Time to reacquire, in acquisitions by whomever: 1 when the same thread has it again at once, and
   * the number of threads when they take turns (Dice, MTTR).
   */
  readonly reacquire: {
    /** MTTR. */
    readonly mean: number;
    /** Half of them took no more. */
    readonly median: number;
  };
}

/**
 * How a lock treated one thread.
 *
 * @example
 * ```ts
 * const [first] = fairnessReport([{ thread: 3, kind: 'got', time: 0, ticket: 0 }]).threads;
 * console.log(first?.thread, first?.acquisitions); // → 3 1
 * ```
 */
export interface ThreadFairness extends Fairness {
  /** Which thread, as in its events. */
  readonly thread: number;
}

/** A hold, and what came before it in the order of all. */
interface Turn extends LockHold {
  /** How many acquisitions in a row of this thread end here. */
  readonly run: number;
  /** How many acquisitions ago it had the lock; `undefined`: never. */
  readonly ago: number | undefined;
}

export function summaryOf({ waits, holds }: Spans): Fairness {
  return summed(waits, turnsOf(holds));
}

/** Each of `threads`, also those that did nothing but ask. */
export function summariesOf(
  threads: readonly number[],
  { waits, holds }: Spans,
): readonly ThreadFairness[] {
  const waitsBy = groups(waits);
  const turnsBy = groups(turnsOf(holds));
  return threads.map((thread) => ({
    thread,
    ...summed(waitsBy.get(thread) ?? [], turnsBy.get(thread) ?? []),
  }));
}

function summed(waits: readonly LockWait[], turns: readonly Turn[]): Fairness {
  const bypasses = waits.map((wait) => wait.bypasses);
  const times = ascending(waits.filter(({ outcome }) => outcome === 'got').map(durationOf));
  const ago = turns.map((turn) => turn.ago).filter((count) => count !== undefined);
  return {
    acquisitions: turns.length,
    gaveUp: waits.filter(({ outcome }) => outcome === 'gave up').length,
    waiting: waits.filter(({ outcome }) => outcome === 'waiting').length,
    bypasses: { max: greatest(bypasses), histogram: histogram(bypasses) },
    wait: {
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      p999: quantile(times, 0.999),
      max: waits.length === 0 ? NaN : greatest(waits.map(durationOf)),
    },
    held: sum(turns.map(durationOf)),
    longestRun: greatest(turns.map(({ run }) => run)),
    reacquire: { mean: mean(ago), median: median(ago) },
  };
}

function turnsOf(holds: readonly LockHold[]): Turn[] {
  const last = new Map<number, number>();
  let run = 0;
  return holds.map((hold, i) => {
    const before = last.get(hold.thread);
    last.set(hold.thread, i);
    run = before === i - 1 ? run + 1 : 1;
    return { ...hold, run, ago: before === undefined ? undefined : i - before };
  });
}

function groups<T extends { readonly thread: number }>(spans: readonly T[]): Map<number, T[]> {
  const found = new Map<number, T[]>();
  for (const span of spans) {
    const group = found.get(span.thread);
    if (group) group.push(span);
    else found.set(span.thread, [span]);
  }
  return found;
}

function durationOf({ start, end }: { start: number; end: number }): number {
  return end - start;
}
