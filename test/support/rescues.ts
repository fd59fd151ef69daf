import { inspect } from 'crossthread';
import { afterEach, beforeEach, expect } from 'vitest';

/**
 * From here on no test of this file (or `describe`) may end a sleep by a slice: every wake-up must
 * arrive. Only tests in which threads die do without.
 */
export function expectNoRescues(): void {
  let before = 0;
  beforeEach(() => {
    before = inspect().rescues;
  });
  afterEach(() => {
    expect(inspect().rescues - before, 'rescues').toBe(0);
  });
}
