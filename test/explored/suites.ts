/** The two suites that every primitive has: no program may fail, and every mutant must. */
import { describe, expect, test } from 'vitest';
import type { ExplorationResult, Model } from '../../dist/testing/index.js';
import { type Bounded, boundsOf, isDeep, SEARCH } from './depth.ts';
import { type Library, loadLibrary, type Mutation } from './library.ts';
import { type Mutant, searchFor } from './mutants.ts';

type Programs<P> = Readonly<Record<string, P>>;
type ModelOf<P, Shared> = (
  library: Library,
  program: P,
  options: { fairness: 'eventual' | 'fifo' },
) => Model<Shared>;

const LIMIT = Math.max(10 * 60_000, 2 * SEARCH); // ms, of one search; the run as a whole has its own

/** A search that need not end by its time says how far it got. */
export async function mustPass(
  search: Promise<ExplorationResult>,
  mustEnd: boolean,
): Promise<void> {
  const { complete, schedules } = await search;
  if (mustEnd) expect(complete).toBe(true);
  else if (!complete) console.log(`not finished, ${schedules} schedules passed`);
}

/** In quick runs each program has its turn with one kind of mutex. */
export function explorePrograms<P extends Bounded, Shared>(
  subject: string,
  programs: Programs<P>,
  model: ModelOf<P, Shared>,
  fairnesses: readonly ('eventual' | 'fifo')[] = ['eventual'],
  /** Changes that no program may notice. */
  mutations: readonly Mutation[] = [],
): void {
  describe.each(fairnesses)(`${subject}, explored, %s`, (fairness) => {
    const turn = fairnesses.indexOf(fairness);
    const names = Object.keys(programs);
    test.each(names.filter((_, i) => isDeep || i % fairnesses.length === turn))(
      '%s',
      async (name) => {
        const program = programs[name]!;
        const library = await loadLibrary(...mutations);
        const search = library.explore(model(library, program, { fairness }), {
          ...boundsOf(program),
          ...(isDeep ? { maxMilliseconds: SEARCH } : {}),
        });
        await mustPass(search, !isDeep);
      },
      LIMIT,
    );
  });
}

/** Quick runs take every fifth mutant. */
export function findMutants<P extends Bounded, Shared>(
  subject: string,
  mutants: Readonly<Record<string, Mutant<string>>>,
  programs: Programs<P>,
  model: ModelOf<P, Shared>,
): void {
  const chosen = Object.keys(mutants).filter(
    (name, i) => isDeep || (i % 5 === 0 && !mutants[name]!.isRare),
  );
  describe(`${subject}, mutants`, () => {
    test.each(chosen)(
      '%s',
      async (name) => {
        const mutant = mutants[name]!;
        const { mutations, program, fairness = 'eventual', breaks } = mutant;
        const library = await loadLibrary(...mutations);
        const planted = programs[program]!;
        const made = model(library, planted, { fairness });
        const search = library.explore(made, searchFor(mutant, planted, LIMIT));
        await expect(search, `breaks ${breaks}`).rejects.toHaveProperty('verdict');
      },
      LIMIT,
    );
  });
}
