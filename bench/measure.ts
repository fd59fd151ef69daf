/**
 * Two sides in turn, so that both meet the same weather: base, subject, subject, base, base, … A
 * ratio belongs to one round. The threads are replaced a few times over, because a compiler that has
 * decided sticks to it, and decides differently from thread to thread.
 */
import { Crew, type Sample, type Side } from './crew.ts';

/** How often and how long. */
export interface Plan {
  /** How many crews each side gets, one after the other. */
  readonly crews: number;
  /** Runs before the first round: the compiler has settled by then. */
  readonly warmUp: number;
  /** How many rounds a crew runs. */
  readonly rounds: number;
  /** ms: the length of a sample. */
  readonly sample: number;
}

/** Contests are longer: all threads are to have had several time slices. */
export type Size = { readonly [unit in Course['unit']]: Plan };

export interface Course {
  readonly base: Side;
  readonly subject: Side;
  readonly threads: number;
  /** What the loads take: a number of operations, found by trying, or milliseconds. */
  readonly unit: 'operations' | 'milliseconds';
  /** How many operations are tried first. Default 16. */
  readonly first?: number;
}

export interface Round {
  readonly base: Sample;
  readonly subject: Sample;
}

export async function measure(course: Course, size: Size): Promise<Round[]> {
  const { crews, warmUp, rounds, sample } = size[course.unit];
  const found: Round[] = [];
  for (let i = 0; i < crews; i++) {
    const base = await Crew.start(course.base, course.threads);
    const subject = await Crew.start(course.subject, course.threads);
    try {
      const amount =
        course.unit === 'operations' ? await amountFor(base, sample, course.first) : sample;
      for (let warm = 0; warm < warmUp; warm++) await runBoth(base, subject, amount);
      for (let round = 0; round < rounds; round++) {
        found.push(await (round % 2 ? runReversed : runBoth)(base, subject, amount));
      }
    } finally {
      await Promise.all([base.dismiss(), subject.dismiss()]);
    }
  }
  return found;
}

async function runBoth(base: Crew, subject: Crew, amount: number): Promise<Round> {
  const first = await base.run(amount);
  return { base: first, subject: await subject.run(amount) };
}

async function runReversed(base: Crew, subject: Crew, amount: number): Promise<Round> {
  const first = await subject.run(amount);
  return { base: await base.run(amount), subject: first };
}

/** How many operations fill `ms`. */
async function amountFor(crew: Crew, ms: number, first = 16): Promise<number> {
  for (let amount = first; ; amount *= 2) {
    const { nanoseconds } = await crew.run(amount);
    if (nanoseconds >= (ms / 2) * 1e6) return Math.ceil((amount * ms * 1e6) / nanoseconds);
  }
}
