/** Signals whose abort is a move of the scheduler. */
import { SIGNAL } from './events.ts';
import { exploredWorld } from './facade.ts';

/**
 * In a body: a signal that may be aborted whenever the event loop of its thread runs, as often as the
 * option `aborts` allows.
 *
 * @throws Error anywhere else.
 *
 * @example
 * ```ts
 * const { complete } = await explore(
 *   {
 *     setup: () => new Mutex(),
 *     threads: [
 *       async (mutex) => {
 *         await mutex.lockAsync({ signal: anyTimeSignal() }).then(
 *           () => mutex.unlock(),
 *           (error) => {
 *             if (error.name !== 'AbortError') throw error;
 *           },
 *         );
 *       },
 *     ],
 *   },
 *   { aborts: 1 },
 * );
 * console.log(complete); // → true
 * ```
 */
export function anyTimeSignal(): AbortSignal {
  const world = exploredWorld();
  if (!world?.running) throw new Error('anyTimeSignal() is for the bodies of a model');
  const controller = new AbortController();
  world.addEvent(world.running, SIGNAL, Infinity, () => controller.abort());
  return controller.signal;
}
