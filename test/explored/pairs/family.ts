/**
 * Every operation of an object against every other, itself included: programs of two threads, each
 * with one operation and what belongs to it. `suites.ts` has programs with a story; these have none, and
 * leave no pair out.
 */
import type { ExploreOptions, Model } from '../../../dist/testing/index.js';
import type { Library } from '../library.ts';

export type Body<Shared> = (shared: Shared) => void | Promise<void>;

export interface Family<Shared> {
  readonly setup: (library: Library) => Shared;
  /**
   * By the name of the operation. A name that ends in `Async` awaits. Whatever the other thread does,
   * each must come to its end.
   */
  readonly operations: Readonly<Record<string, (library: Library) => Body<Shared>>>;
  /** Whether two threads have few enough orders, steps that commute aside, for all of them. */
  readonly isSmall?: boolean;
  /** What every pair needs besides, as a thread of its own. */
  readonly third?: (library: Library) => Body<Shared>;
  readonly atRest: (library: Library, shared: Shared) => string | undefined;
  /**
   * Where recovery is promised: how to begin if one of the two may be killed, what to repair then, and
   * who has to be there besides, instead of {@link third}.
   */
  readonly mortal?: {
    readonly setup: (library: Library) => Shared;
    readonly repair?: (shared: Shared) => void;
    readonly third?: (library: Library) => Body<Shared>;
  };
}

/** What a body leaves to be checked by others is wrong once somebody may die in between. */
export interface Mortal {
  readonly isMortal?: boolean;
}

/** `[a, b]` and not `[b, a]`: which of them begins, the search tries anyhow. */
export function pairsOf<Shared>({ operations }: Family<Shared>): [string, string][] {
  const names = Object.keys(operations);
  return names.flatMap((a, i) => names.slice(i).map((b): [string, string] => [a, b]));
}

export function modelOf<Shared>(
  library: Library,
  { setup, operations, third, atRest }: Family<Shared>,
  names: readonly string[],
): Model<Shared> {
  const bodies = names.map((name) => operations[name]!(library));
  return {
    setup: () => setup(library),
    threads: third ? [...bodies, third(library)] : bodies,
    atRest: (shared) => atRest(library, shared),
  };
}

/** The same with a kill of one of the two: whoever is left comes to the end of all that it does. */
export function mortalModelOf<Shared>(
  library: Library,
  family: Family<Shared>,
  names: readonly string[],
): Model<Shared> {
  const { repair = () => undefined, ...changed } = family.mortal ?? {};
  const model = modelOf(library, { ...family, ...changed }, names);
  return { ...model, threads: model.threads.map((body) => repairing(body, repair)) };
}

/** Begins again after it has repaired what a dead thread held. */
function repairing<Shared>(body: Body<Shared>, repair: (shared: Shared) => void): Body<Shared> {
  return function again(shared): void | Promise<void> {
    const repaired = (error: unknown): void | Promise<void> => {
      if ((error as Error).name !== 'OwnerDiedError') throw error;
      repair(shared);
      return again(shared);
    };
    try {
      const result = body(shared);
      return result instanceof Promise ? result.catch(repaired) : result;
    } catch (error) {
      return repaired(error);
    }
  };
}

interface Recoverable {
  recover(fn: () => void): { unlock(): void };
}

/** Unless another has done so already. */
export function recover({ mutex }: { readonly mutex: Recoverable }): void {
  try {
    mutex.recover(() => undefined).unlock();
  } catch (error) {
    if ((error as { code?: string }).code !== 'operation_not_permitted') throw error;
  }
}

/** One timeout and one abort, where an operation can end by it. */
export function movesOf(names: readonly string[]): ExploreOptions {
  const isTimed = names.some((name) => /For|timeout/.test(name));
  const isAbortable = names.some((name) => name.includes('signal'));
  return { ...(isTimed ? { timeouts: 1 } : {}), ...(isAbortable ? { aborts: 1 } : {}) };
}

export const isAsync = (name: string): boolean => name.includes('Async');

export const newWords = (): Int32Array => new Int32Array(new SharedArrayBuffer(16));

/** Lets a wait end by its signal. */
export async function unlessAborted(wait: () => Promise<void>): Promise<void> {
  try {
    await wait();
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}

/** Lets a wait end by its timeout. */
export async function unlessTimedOut(wait: () => Promise<void>): Promise<void> {
  try {
    await wait();
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') throw error;
  }
}
