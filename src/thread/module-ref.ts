/** Modules that threads run exports of, and the types of what they are called with. */
import type { StopToken } from '../stop/stop-token.ts';
import type { ownStopToken } from './own-stop-token.ts';

declare const exportsOf: unique symbol;

/** The address of a module with exports `M`. */
export type ModuleRef<M> = URL & {
  /** What it exports, for the compiler alone. */
  readonly [exportsOf]?: M;
};

/** The names of the functions among the exports `M`. */
export type FunctionName<M> = {
  [K in keyof M]: M[K] extends (...args: never[]) => unknown ? K : never;
}[keyof M] &
  string;

/** What `F` is called with in a thread; its stop token may be the thread's own. */
export type ThreadArguments<F> = F extends (...args: infer A) => unknown
  ? { [I in keyof A]: A[I] | (A[I] extends StopToken ? typeof ownStopToken : never) }
  : never;

/** What a thread that runs `F` is joined with. */
export type ThreadResult<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/**
 * The address of a module, typed by what it exports. The module is not loaded here: the type is all
 * there is of it.
 *
 * @throws TypeError when that is no address: `./worker.js` needs `import.meta.url` as its base.
 *
 * @example
 * ```ts
 * const code = 'export const half = (n) => n / 2';
 * const math = moduleRef<{ half(n: number): number }>(`data:text/javascript,${code}`);
 * console.log(Thread.start(math, 'half', 10).join()); // → 5
 * ```
 * With a module of one's own: `moduleRef<typeof import('./math.js')>('./math.js', import.meta.url)`.
 */
export function moduleRef<M>(url: URL | string, base?: URL | string): ModuleRef<M> {
  return new URL(url, base);
}
