/**
 * The sides in turn, so that all meet the same weather: base, subject, subject, base, base, … A
 * ratio belongs to one round. The threads are replaced a few times over, because a compiler that has
 * decided sticks to it, and decides differently from thread to thread.
 */
import { Crew, type Sample, type Side } from './crew.ts';
import { ProcessCrew } from './process-crew.ts';

/** How often and how long. */
export interface Plan {
  /** How many crews each side gets, one after the other. */
  readonly crews: number;
  /** How much the crews of a course that settles run before anything else, in its unit. Default nothing. */
  readonly settling?: number;
  /** Runs before the first round. */
  readonly warmUp: number;
  /** How many rounds a crew runs. */
  readonly rounds: number;
  /** ms: the length of a sample. */
  readonly sample: number;
  /** ms: a sample that takes longer hangs. */
  readonly limit?: number;
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
  /** Whether each crew runs the plan's `settling` before anything else: the compiler takes that long. */
  readonly settles?: boolean;
}

export interface Round {
  readonly base: Sample;
  readonly subject: Sample;
}

export async function measure(course: Course, size: Size): Promise<Round[]> {
  const { base, subject, unit } = course;
  const rounds = await measureInTurn([base, subject], size[unit], course);
  return rounds.map(([base, subject]) => ({ base, subject }) as Round);
}

/** Rounds of any number of sides: a sample of each, in the order of `sides`. */
export async function measureInTurn(
  sides: readonly Side[],
  { crews, settling, warmUp, rounds, sample, limit }: Plan,
  { threads, unit, first, settles }: Omit<Course, 'base' | 'subject'>,
): Promise<Sample[][]> {
  const found: Sample[][] = [];
  for (let i = 0; i < crews; i++) {
    const all: AnyCrew[] = [];
    try {
      for (const side of sides) all.push(await start(side, threads, limit));
      if (settles && settling !== undefined) {
        await runAll(all.map((crew) => ({ crew, amount: settling })));
      }
      const turns: Turn[] = [];
      for (const crew of all) {
        const amount = unit === 'operations' ? await amountFor(crew, sample, first) : sample;
        turns.push({ crew, amount });
      }
      for (let warm = 0; warm < warmUp; warm++) {
        const samples = await runAll(turns);
        if (unit === 'operations') turns.forEach((turn, i) => lengthen(turn, samples[i]!, sample));
      }
      for (let round = 0; round < rounds; round++) {
        if (round % 2 === 0) found.push(await runAll(turns));
        else found.push((await runAll(turns.toReversed())).toReversed());
      }
    } finally {
      await Promise.all(all.map((crew) => crew.dismiss()));
    }
  }
  return found;
}

type AnyCrew = Crew | ProcessCrew;

interface Turn {
  readonly crew: AnyCrew;
  amount: number;
}

function start(side: Side, threads: number, limit: number | undefined): Promise<AnyCrew> {
  return (side.host ? ProcessCrew : Crew).start(side, threads, limit);
}

async function runAll(turns: readonly Turn[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { crew, amount } of turns) samples.push(await crew.run(amount));
  return samples;
}

/** How many operations fill `ms`, before anything is compiled. */
async function amountFor(crew: AnyCrew, ms: number, first = 16): Promise<number> {
  for (let amount = first; ; amount *= 2) {
    const sample = await crew.run(amount);
    if (sample.nanoseconds >= (ms / 2) * 1e6) return filling(ms, amount, sample);
  }
}

/** As many as fill `ms` now, where they have become faster. */
function lengthen(turn: Turn, sample: Sample, ms: number): void {
  turn.amount = Math.max(turn.amount, filling(ms, turn.amount, sample));
}

const filling = (ms: number, amount: number, { nanoseconds }: Sample): number =>
  Math.ceil((amount * ms * 1e6) / nanoseconds);
