/**
 * All threads meet at a barrier, `amount` times.
 *
 * @import { Subject } from '../subject.mjs'
 */
import { COUNT } from '../subject.mjs';

export function phases(
  /** @type {Subject} */ { barrier, data },
  /** @type {number} */ amount,
  /** @type {{ index: number }} */ { index },
) {
  for (let i = 0; i < amount; i++) {
    if (index === 0) data[COUNT]++;
    barrier.arriveAndWait();
  }
  return { operations: index === 0 ? amount : 0 };
}
