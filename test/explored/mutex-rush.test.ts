/**
 * A mutex in a rush (src/mutex/rush.ts): with constants so small that a few turns are one. They are
 * about speed; whatever they are, nobody may be forgotten.
 */
import { replace } from './mutants.ts';
import {
  awaited,
  blocking,
  model,
  type Program,
  recovering,
  type SyncBody,
  timed,
} from './mutex.ts';
import { explorePrograms } from './suites.ts';

const RUSH = 'mutex/rush.js';

const TIGHT = [
  replace(RUSH, 'const BLIND = 4096;', 'const BLIND = 1;'),
  replace(RUSH, 'const MANY = 16;', 'const MANY = 1;'),
  replace(RUSH, 'const SCANS = 8;', 'const SCANS = 1;'),
];

const often =
  (body: SyncBody): SyncBody =>
  (shared) => {
    for (let i = 0; i < 4; i++) body(shared);
  };

const PROGRAMS: Record<string, Program> = {
  'one blocks': {
    threads: () => [often(blocking), blocking],
    bounds: { preemptions: 3 },
    deep: { preemptions: 4 },
  },
  'two block': {
    threads: () => [often(blocking), blocking, blocking],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
  },
  'two come often': {
    threads: () => [often(blocking), often(blocking)],
    bounds: { preemptions: 2 },
    deep: { preemptions: 4 },
  },
  'one is timed': {
    threads: () => [often(blocking), timed],
    bounds: { preemptions: 2, timeouts: 1 },
    deep: { preemptions: 4, timeouts: 1 },
  },
  'one is timed, one blocks': {
    threads: () => [often(blocking), timed, blocking],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'one blocks, one awaits': {
    threads: () => [often(blocking), blocking, awaited],
    bounds: { preemptions: 1, timeouts: 1 },
    deep: { preemptions: 2, timeouts: 1 },
  },
  'one dies': {
    threads: () => [often(recovering), recovering],
    bounds: { preemptions: 1, kills: 1 },
    deep: { preemptions: 2, kills: 1 },
  },
};

explorePrograms('mutex in a rush', PROGRAMS, model, ['eventual'], TIGHT);
