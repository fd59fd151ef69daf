/** Bugs to be planted: each names the invariant it breaks, and a program that must show it. */
import type { ExploreOptions } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Mutation } from './library.ts';

export interface Mutant<Name extends string> {
  readonly breaks: string;
  readonly mutations: readonly Mutation[];
  readonly program: Name;
  readonly fairness?: 'eventual' | 'fifo';
  /** Where the program's own bounds are too narrow, or wider than need be. */
  readonly bounds?: ExploreOptions;
  /** Found after half a minute: for deep runs. */
  readonly isRare?: boolean;
}

/** How its program is searched: for a bug, and with steps enough to meet it. */
export function searchFor(
  { bounds }: Mutant<string>,
  planted: Bounded,
  maxMilliseconds: number,
): ExploreOptions {
  return {
    iterative: bounds?.strategy !== 'dpor', // most are found with no preemption or one
    ...(bounds ?? planted.bounds),
    maxSteps: 800,
    maxMilliseconds,
  };
}

/** One line of the build instead of another. */
export function replace(file: string, from: string, to: string): Mutation {
  return { file, from, to };
}
