/** One order of the orders of independent parts. */
import type { Operation } from './operation.ts';

/**
 * Merges orders so that real time is kept. Each operation takes effect as soon as it can: when it is
 * called, or with the one before it in its part. By that moment the orders are merged: what returned
 * before another was called took effect before it.
 */
export function merge<Op extends Operation>(orders: readonly (readonly Op[])[]): readonly Op[] {
  if (orders.length === 1) return orders[0]!;
  const moments = orders.flatMap((order) => {
    let moment = -Infinity;
    return order.map((operation) => {
      moment = Math.max(moment, operation.call);
      return { operation, moment };
    });
  });
  return moments.toSorted((a, b) => a.moment - b.moment).map(({ operation }) => operation);
}
