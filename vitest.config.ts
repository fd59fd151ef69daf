import { availableParallelism } from 'node:os';
import { defineConfig, type UserWorkspaceConfig } from 'vitest/config';

const MINUTE = 60_000;
const deeper =
  process.env.CROSSTHREAD_DEPTH === 'deep' || process.env.CROSSTHREAD_DEPTH === 'nightly';

/** Files that look at what is the process's: its heap, its table of agents, its global objects. */
const ALONE = [
  'test/agent/*.test.ts',
  'test/docs/pages.test.ts',
  'test/mutex/{leftovers,place,room}.test.ts',
  'test/share/*.test.ts',
];

const common: UserWorkspaceConfig['test'] = {
  pool: 'forks', // a main thread: `threads` would run the tests in a worker
  setupFiles: ['test/support/setup.ts'],
  server: { deps: { external: [/\/dist\//] } }, // loaded as by a user, and not through vite
  testTimeout: (deeper ? 10 : 3) * MINUTE, // with room for a busy machine, as all limits
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
