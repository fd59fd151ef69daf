/**
 * Stands among the arguments of a `JThread` for that thread's own stop token, which nobody has before it is
 * started.
 *
 * @example
 * ```ts
 * const jobs = moduleRef<{ work(stop: StopToken): boolean }>(
 *   'data:text/javascript,export const work = async (stop) => { while (!stop.stopRequested) await null; return true; }',
 * );
 * const thread = JThread.start(jobs, 'work', ownStopToken);
 * thread.requestStop();
 * console.log(thread.join()); // → true
 * ```
 */
export const ownStopToken: unique symbol = Symbol.for('crossthread.ownStopToken') as never;
