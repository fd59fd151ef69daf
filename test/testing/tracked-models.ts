/** Tracked data, what guards it, and what a search says of it. */
import { explore, type ExploreOptions, type Model, tracked } from 'crossthread/testing';
import { expect } from 'vitest';
import { failureOf } from './models.ts';

export const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
export const words = (length: number): Int32Array => new Int32Array(shared(4 * length));

/** A word that is used with `Atomics`, and data that is not. */
export interface Pair {
  readonly flag: Int32Array;
  readonly data: Float64Array;
}
export const pair = (): Pair => ({ flag: words(2), data: tracked(new Float64Array(shared(32))) });

export async function raceIn<Shared>(
  model: Model<Shared>,
  options?: ExploreOptions,
): Promise<string> {
  const { verdict, message } = await failureOf(model, options);
  expect(verdict).toBe('data-race');
  return message.slice(0, message.indexOf('\n\n'));
}

export async function expectClean<Shared>(
  model: Model<Shared>,
  options?: ExploreOptions,
): Promise<void> {
  expect((await explore(model, options)).complete).toBe(true);
}
