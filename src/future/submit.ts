/** How tasks come to a pool, and how a thread comes to one. */
import { currentAgent } from '../agent/home.ts';
import { sendAll } from '../share/face.ts';
import { checkSignalOptions } from '../wait/options.ts';
import type { TaskOptions } from './thread-pool.ts';
import { cancelBy } from './cancellations.ts';
import type { Crew, DepotLine } from './depot-line.ts';
import { Errand } from './errand.ts';
import { Future } from './future.ts';
import { orderOf } from './order.ts';
import { OwnedDepot } from './owned-depot.ts';

/** What a pool is like that nobody has made. */
export const USUAL: Crew = {
  name: 'pool',
  min: 0,
  max: 32, // threads: about 10 MB each
  idle: 10_000, // ms: longer than the pauses of a program that is at work
  resourceLimits: {},
};

/** Has `depot` run what `order` names. */
export function submit(
  depot: DepotLine,
  order: readonly unknown[],
  options: TaskOptions,
): Future<never> {
  checkSignalOptions(options);
  const isRevocable = options.signal !== undefined;
  const errand = sendAll(() => new Errand(depot, orderOf(order), isRevocable));
  if (options.signal) cancelBy(options.signal, errand);
  return new Future<never>(errand.state, true);
}

/** That of the pool that this thread belongs to, or has for itself. */
export function usualDepot(): DepotLine {
  const { life } = currentAgent();
  if (!life.depot || life.depot.isGone) life.depot = new OwnedDepot(USUAL);
  return life.depot;
}
