import { SyncError } from '../errors.ts';
import { describe } from '../memory/checks.ts';
import { loadExport } from '../thread/load-export.ts';
import type {
  FunctionName,
  ModuleRef,
  ThreadArguments,
  ThreadResult,
} from '../thread/module-ref.ts';
import { Future } from './future.ts';
import type { Action } from './job.ts';
import { Launch } from './launch.ts';
import { orderOf } from './order.ts';
import { State } from './state.ts';
import { submit, usualDepot } from './submit.ts';
import { functionOf, isAsync, type Task } from './task.ts';

const ANY = Launch.async | Launch.deferred;

/**
 * Runs `task` in a thread of the pool, and returns the future of what it returns or throws. Never blocks.
 * Arguments travel as those of a {@link Thread} do; those of a deferred function stay as they are.
 *
 * - The pool is this thread's own, of up to 32 threads; in a task it is the one that the task runs in.
 * - A `get()` that would block runs a task itself that has not begun: see {@link ThreadPool}. A task that
 *   returns a promise is therefore to be an `async` function, which runs where the event loop is free.
 * - A task does not run if the stop of a token among its arguments was requested before it begins: its future has
 *   `operation_canceled`.
 * - `Launch.deferred` runs it in the first `get()` or `wait()` of this thread, or never. Any function will do. An
 *   `async` one and an export of a module, which has to be loaded, run in `getAsync()` or `waitAsync()`: the
 *   blocking forms throw a `TypeError`, and the future stays as it was.
 *
 * As in C++ the future's disposal waits until the task is done.
 *
 * @throws TypeError for what is no task and for arguments that cannot travel; SyncError `invalid_argument` for a
 * policy without a flag, `operation_not_permitted` while this thread loads the module that it is to run itself.
 *
 * @example
 * ```ts
 * const code = 'export const half = (n) => n / 2';
 * const math = moduleRef<{ half(n: number): number }>(`data:text/javascript,${code}`);
 * const five = async(Launch.async, math, 'half', 10);
 * const seven = async(Launch.deferred, (n: number) => n + 2, 5);
 * console.log(five.get(), seven.get()); // → 5 7
 * ```
 * A function of one's own, as {@link defineTask} makes a task of it: `async(half, 10)`. C++: `std::async`.
 */
export function async<A extends unknown[], R>(task: Task<A, R>, ...args: A): Future<Awaited<R>>;
export function async<A extends unknown[], R>(
  policy: Launch,
  task: Task<A, R>,
  ...args: A
): Future<Awaited<R>>;
export function async<M, K extends FunctionName<M>>(
  policy: Launch,
  module: ModuleRef<M>,
  name: K,
  ...args: ThreadArguments<M[K]>
): Future<ThreadResult<M[K]>>;
export function async<A extends unknown[], R>(
  policy: typeof Launch.deferred,
  fn: (...args: A) => R,
  ...args: A
): Future<Awaited<R>>;
export function async(...given: unknown[]): Future<never> {
  const hasPolicy = typeof given[0] === 'number';
  const policy = hasPolicy ? given[0] : ANY;
  const order = hasPolicy ? given.slice(1) : given;
  checkPolicy(policy);
  return policy === Launch.deferred ? defer(order) : submit(usualDepot(), order, {});
}

function defer(order: readonly unknown[]): Future<never> {
  const [first, ...rest] = order;
  if (typeof first === 'function' && !functionOf(first)) return deferred(first as Action, rest);
  const { module, name, fn, args } = orderOf(order);
  return deferred(fn ?? (async (...all) => (await loadExport(module.href, name))(...all)), args);
}

function deferred(fn: Action, args: readonly unknown[]): Future<never> {
  const state = new State();
  state.defer(isAsync(fn) ? async () => fn(...args) : () => fn(...args));
  return new Future<never>(state);
}

function checkPolicy(policy: unknown): asserts policy is Launch {
  if (typeof policy !== 'number') {
    throw new TypeError(`\`policy\` must be a number, got ${describe(policy)}`);
  }
  if ((policy & ANY) !== 0 && (policy & ~ANY) === 0) return;
  throw new SyncError('invalid_argument', `async() with policy ${policy}: no flag of Launch`);
}
