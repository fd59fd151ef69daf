/**
 * Stands among the arguments of a `JThread` for that thread's own stop token, which nobody has before it is
 * started.
 *
 * @example
 * ```ts
 * const code = 'export function work(stop) { while (!stop.stopRequested); return "stopped"; }';
 * const jobs = moduleRef<{ work(stop: StopToken): string }>(`data:text/javascript,${code}`);
 * const thread = JThread.start(jobs, 'work', ownStopToken);
 * thread.requestStop();
 * console.log(thread.join()); // → stopped
 * ```
 */
export const ownStopToken: unique symbol = Symbol.for('crossthread.ownStopToken') as never;
