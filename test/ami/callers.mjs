/**
 * What threads do that call servants of others.
 *
 * @import { ObjectPrx } from 'crossthread/ami'
 */
import { defineProxy } from 'crossthread/ami';

const TABLE = /** @type {any} */ ({ getName: 'returns', note: 'void' });
const define = /** @type {typeof defineProxy<import('./proxies.ts').Employees>} */ (
  /** @type {unknown} */ (defineProxy)
);
const EmployeesPrx = define()('::Test::Employees', TABLE);

export function nameOf(/** @type {ObjectPrx} */ prx, /** @type {number} */ number) {
  return EmployeesPrx.uncheckedCast(prx).getName(number);
}

export function noteMany(
  /** @type {ObjectPrx} */ prx,
  /** @type {string} */ thread,
  /** @type {number} */ count,
) {
  const e = EmployeesPrx.uncheckedCast(prx);
  const results = Array.from({ length: count }, (_, i) => e.begin_note(`${thread}:${i}`));
  for (const result of results) e.end_note(result);
}
