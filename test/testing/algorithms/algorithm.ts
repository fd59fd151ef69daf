/**
 * An algorithm as textbooks have it, and the errors that are made in it.
 *
 * A planted error stands on a line that ends in a comment which begins with ✗. Its schedule has to show
 * that line: the table is to explain the error, not only to tell of it.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type ExplorationError,
  explore,
  type ExploreOptions,
  type Model,
} from 'crossthread/testing';
import { type Bounded, boundsOf } from '../../explored/depth.ts';
import { failureOf } from '../models.ts';

/** Without bounds all interleavings are tried. */
export interface Algorithm extends Bounded {
  readonly model: Model<any>;
  readonly errors: Readonly<Record<string, PlantedError>>;
}

export interface PlantedError {
  readonly model: Model<any>;
  readonly verdict: ExplorationError['verdict'];
  /** With one less it is not found. */
  readonly preemptions: number;
  /** Timeouts, aborts, kills that it takes. */
  readonly moves?: ExploreOptions;
  /** Operations that the table has to show, as `load turn[0]`. */
  readonly shows: readonly string[];
  /** What the first lines say, beside the verdict. */
  readonly reason?: RegExp;
}

const MARK = '// ✗';
const LIMIT = 5 * 60_000; // ms: a slow machine is no reason to end a search before its end
const SHORT = { maxSteps: 200 }; // an endless loop is told from a long one sooner

/** One test for the algorithm, one for each error. */
export function judge(name: string, algorithm: Algorithm): void {
  const { model, errors } = algorithm;
  describe(name, () => {
    test('passes', async () => {
      const options = { ...boundsOf(algorithm), maxMilliseconds: LIMIT };
      const { complete } = await explore(model, options);
      expect(complete).toBe(true);
    });
    test.each(Object.entries(errors))(
      '%s: is found, and the table shows it',
      async (_, planted) => {
        const { verdict, preemptions, moves, shows, reason = /./ } = planted;
        const options = { ...SHORT, ...moves, iterative: true, preemptions };
        const error = await failureOf(planted.model, options);
        expect(error.message).toMatch(new RegExp(`^${verdict}: `));
        expect(error.message.split('\n\n')[0]).toMatch(reason);
        const steps = new Set(error.trace.map(({ operation, word }) => `${operation} ${word}`));
        expect(shows.filter((step) => !steps.has(step))).toEqual([]);
        expect(linesOf(error).some((line) => line.includes(MARK))).toBe(true);
        if (preemptions === 0) return;
        const fewer = await explore(planted.model, { ...options, preemptions: preemptions - 1 });
        expect(fewer).toMatchObject({ complete: true, bound: preemptions - 1 });
      },
    );
  });
}

/** The source lines of a schedule, each with the call that its step tells of where it says that it is. */
function linesOf({ trace }: ExplorationError): string[] {
  return trace
    .filter(({ word }) => word !== undefined)
    .map(({ operation, at = '' }) => {
      const [, file, line, column] = /^(.+):(\d+):(\d+)$/.exec(at) ?? [];
      const source = sourceOf(file!)[Number(line) - 1]!;
      expect(source.slice(Number(column) - 1)).toMatch(new RegExp(`^${operation}\\(`));
      return source;
    });
}

const TESTS = new URL('../..', import.meta.url);
const sources = new Map<string, readonly string[]>();

/** `file`: with its folder, as steps have it. */
function sourceOf(file: string): readonly string[] {
  const folder = file.startsWith('algorithms/') ? 'testing/' : '';
  const lines =
    sources.get(file) ?? readFileSync(new URL(folder + file, TESTS), 'utf8').split('\n');
  sources.set(file, lines);
  return lines;
}
