/** A chart: what is measured for it, kept as points, and the pictures that are drawn from them. */
import type { Plan } from '../measure.ts';
import type { Picture, Point } from './draw.ts';

export interface Chart {
  /** Of the file with the points. */
  readonly name: string;
  measure(extent: Extent): Promise<readonly Point[]>;
  pictures(points: readonly Point[]): readonly Picture[];
}

/** How far the curves go, and how often each of their points is measured. */
export interface Extent {
  readonly workers: readonly number[];
  readonly pending: readonly number[];
  readonly mutexes: readonly number[];
  readonly contenders: readonly number[];
  /** Of what runs in crews. */
  readonly plan: Plan;
  /** Of what runs in a process of its own. */
  readonly processes: number;
}

export const FULL: Extent = {
  workers: [1, 2, 4, 8, 16, 64],
  pending: [1, 10, 100, 1000, 10_000, 40_000, 160_000],
  mutexes: [1, 10, 100, 1000, 10_000, 100_000],
  contenders: [2, 4, 8],
  plan: { crews: 1, warmUp: 1, rounds: 5, sample: 100, limit: 10_000 },
  processes: 3,
};

/** Shows that every curve runs. */
export const QUICK: Extent = {
  workers: [1, 4],
  pending: [10, 1000],
  mutexes: [10, 1000],
  contenders: [2],
  plan: { crews: 1, warmUp: 0, rounds: 1, sample: 10, limit: 10_000 },
  processes: 1,
};
