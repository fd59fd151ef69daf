// Runs programs twice and comes to its end: idle workers do not hold it up.
import { runThreads } from 'crossthread/testing/fast-check';

/** @type {import('crossthread/testing/fast-check').ThreadPrograms} */
const programs = {
  objects: { a: { kind: 'mutex' } },
  threads: [
    [
      { call: 'lock', on: 'a' },
      { call: 'unlock', on: 'a' },
    ],
  ],
};
await runThreads(programs);
await runThreads(programs);
