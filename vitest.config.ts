import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const MINUTE = 60_000;
const deeper =
  process.env.CROSSTHREAD_DEPTH === 'deep' || process.env.CROSSTHREAD_DEPTH === 'nightly';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks', // a main thread of its own for each file: `threads` would run it in a worker
    maxWorkers: availableParallelism(),
    testTimeout: (deeper ? 10 : 1) * MINUTE,
    hookTimeout: MINUTE,
  },
});
