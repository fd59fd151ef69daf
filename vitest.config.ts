import { availableParallelism } from 'node:os';
import { defineConfig, type UserWorkspaceConfig } from 'vitest/config';

const MINUTE = 60_000;
/** ms, of one test: with room for a busy machine, as all limits. */
const LIMITS: Record<string, number> = { deep: 10 * MINUTE, nightly: 600 * MINUTE };

/** Files that look at what is the process's: its heap, its agents, its global objects, what its main thread holds. */
const ALONE = [
  'test/agent/*.test.ts',
  'test/condition-variable/no-room.test.ts',
  'test/death/matrix.test.ts',
  'test/docs/pages.test.ts',
  'test/future/pool.test.ts',
  'test/mutex/{leftovers,place,readers,room}.test.ts',
  'test/share/*.test.ts',
  'test/wait/slices.test.ts',
];

const common: UserWorkspaceConfig['test'] = {
  pool: 'forks', // a main thread: `threads` would run the tests in a worker
  setupFiles: ['test/support/setup.ts'],
  server: { deps: { external: [/\/dist\//] } }, // loaded as by a user, and not through vite
  testTimeout: LIMITS[process.env.CROSSTHREAD_DEPTH ?? ''] ?? 3 * MINUTE,
  hookTimeout: 3 * MINUTE,
};

export default defineConfig({
  test: {
    maxWorkers: availableParallelism(),
    globalSetup: ['test/support/bundle.ts'],
    projects: [
      { test: { ...common, name: 'alone', include: ALONE } },
      // A process for each file would take a second each.
      {
        test: {
          ...common,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          isolate: false,
        },
      },
    ],
  },
});
