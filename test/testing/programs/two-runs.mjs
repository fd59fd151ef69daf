// Runs programs twice and comes to its end: idle workers do not hold it up.
import { runThreads } from '../../../dist/testing/programs/index.js';

/** @type {import('../../../dist/testing/programs/index.js').ThreadPrograms} */
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
