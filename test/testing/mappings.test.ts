/** What explorations leave to the collector must not keep the process from starting others. */
import { expect, it } from 'vitest';
import { runProcess } from '../support/child.ts';

const TABLE = 19; // MiB

it.runIf(process.platform === 'linux')('tables are not joined to one mapping', async () => {
  const { stdout } = await runProcess('./mappings.mjs', import.meta.url);
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(Number(stdout)).toBeLessThan(4 * TABLE);
});
