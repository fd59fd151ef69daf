/** What is to be run, as callers name it. */
import { describe } from '../memory/checks.ts';
import { tagOf } from '../memory/words.ts';
import { checkLoadable } from '../thread/load-export.ts';
import type { Action } from './job.ts';
import { functionOf, type Task } from './task.ts';

export interface Order {
  readonly module: URL;
  readonly name: string;
  /** There for a task: so this thread can run it, too. */
  readonly fn: Action | undefined;
  readonly args: readonly unknown[];
}

/**
 * Reads `(task, ...args)` and `(module, name, ...args)`.
 *
 * @throws TypeError for anything else; SyncError `invalid_argument` for a TypeScript module where nothing
 * strips the types.
 */
export function orderOf([what, ...rest]: readonly unknown[]): Order {
  const fn = functionOf(what);
  if (fn) {
    const { module, exportName: name } = what as Task<unknown[], unknown>;
    checkLoadable(module);
    return { module, name, fn, args: rest };
  }
  if (tagOf(what) !== 'URL') {
    const found = typeof what === 'function' ? 'a function that is none' : describe(what);
    throw new TypeError(
      `what runs in a thread is a task, of defineTask(), or a module; got ${found}`,
    );
  }
  const [name, ...args] = rest;
  if (typeof name !== 'string') {
    throw new TypeError(`\`name\` must be a string, got ${describe(name)}`);
  }
  checkLoadable(what as URL);
  return { module: what as URL, name, fn: undefined, args };
}
