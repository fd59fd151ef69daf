/** Tasks: functions that threads find by module and name. */
import { checkFunction, describe } from '../memory/checks.ts';
import type { Action } from './job.ts';

/** By brand: a task may come from another copy of this module. */
const FUNCTION: unique symbol = Symbol.for('crossthread.task') as never;

const AsyncFunction = (async () => {}).constructor;

/** Whether it is known to need the event loop before it is called. */
export function isAsync(fn: unknown): boolean {
  return fn instanceof AsyncFunction;
}

/** A function that can be called in place, and that {@link async} runs in a thread. */
export interface Task<A extends unknown[], R> {
  (...args: A): R;
  /** The module that exports it. */
  readonly module: URL;
  /** The name by which it does. */
  readonly exportName: string;
}

/**
 * Makes of `fn` a {@link Task}. `module` is `import.meta.url`, and `name` that of the export which the task
 * becomes: a thread that runs it loads the module anew, and finds it there.
 *
 * @throws TypeError when `module` is no URL.
 *
 * @example
 * ```ts
 * // export
 * const half = defineTask(import.meta.url, 'half', (n: number) => n / 2);
 * console.log(half(10), half.exportName); // → 5 half
 * ```
 * With `export`, `async(half, 10).get()` is 5 too.
 */
export function defineTask<A extends unknown[], R>(
  module: string,
  name: string,
  fn: (...args: A) => R,
): Task<A, R> {
  if (typeof name !== 'string') {
    throw new TypeError(`\`name\` must be a string, got ${describe(name)}`);
  }
  checkFunction('fn', fn);
  const task = (...args: A): R => fn(...args);
  return Object.assign(task, { module: new URL(module), exportName: name, [FUNCTION]: fn });
}

/** The function of a task; `undefined`: it is none. */
export function functionOf(task: unknown): Action | undefined {
  return (task as { readonly [FUNCTION]?: Action } | null | undefined)?.[FUNCTION];
}
