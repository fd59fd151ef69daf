/**
 * What threads do that call servants of others.
 *
 * @import { ObjectPrx } from 'crossthread/ami'
 */
import { defineProxy } from 'crossthread/ami';

const TABLE = /** @type {any} */ ({ getName: 'returns', note: 'void', fail: 'returns' });
const define = /** @type {typeof defineProxy<import('./proxies.ts').Employees>} */ (
  /** @type {unknown} */ (defineProxy)
);
const EmployeesPrx = define()('::Test::Employees', TABLE);

export function nameOf(/** @type {ObjectPrx} */ prx, /** @type {number} */ number) {
  return EmployeesPrx.uncheckedCast(prx).getName(number);
}

/** Ends the servant's thread. Returns what is heard of that. */
export function kill(/** @type {ObjectPrx} */ prx) {
  try {
    return EmployeesPrx.uncheckedCast(prx).fail('exit');
  } catch (error) {
    return /** @type {Error} */ (error).name;
  }
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
