/**
 * Two 32-bit lanes of hash for states and observations. A collision hides a state: with 64 bits
 * about once in 10^5 runs of ten million states.
 */
import type { Value } from './operations.ts';

const GOLDEN = 0x9e3779b1;

/** 32 bits of a value. */
export function fold(value: Value): number {
  if (typeof value === 'bigint') {
    const low = Number(BigInt.asIntN(32, value));
    return low ^ Math.imul(Number(BigInt.asIntN(32, value >> 32n)), GOLDEN);
  }
  const whole = value | 0;
  if (whole === value && (whole !== 0 || 1 / value > 0)) return whole;
  float[0] = value;
  return bits[0]! ^ Math.imul(bits[1]!, GOLDEN);
}

const float = new Float64Array(1);
const bits = new Int32Array(float.buffer);

/** Takes `value` into a running hash; the order counts. */
export function stirA(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x85ebca6b);
  return (Math.imul(h ^ (h >>> 13), 0xc2b2ae35) + 0x52dce729) | 0;
}

/** The same in the other lane. */
export function stirB(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0xcc9e2d51);
  return (Math.imul(h ^ (h >>> 15), 0x1b873593) + 0x38495ab5) | 0;
}
