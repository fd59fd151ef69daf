/**
 * Mutexes whose waiters look for a moment before they sleep (src/wait/spin.ts), as where there are several cores;
 * all other programs have one. With constants so small that a moment is a few steps: whatever they are, nobody
 * may be forgotten.
 */
import { replace } from './mutants.ts';
import * as mutex from './mutex.ts';
import * as shared from './shared-mutex.ts';
import { explorePrograms, findMutants } from './suites.ts';

const TURNSTILE = 'mutex/turnstile.js';
const SPIN = 'wait/spin.js';

const LOOKING = [
  replace('testing/host.js', 'cores = 1;', 'cores = 2;'),
  replace(TURNSTILE, 'const LOOKS = 16;', 'const LOOKS = 2;'),
  replace(TURNSTILE, 'const REST = 200;', 'const REST = 0;'),
  replace('wait/park.js', 'const LOOKS = 1600;', 'const LOOKS = 1;'),
  replace(SPIN, 'const MOST = 8;', 'const MOST = 1;'),
  replace(SPIN, 'const PAUSE = 32;', 'const PAUSE = 1;'),
];

function pick<P>(programs: Readonly<Record<string, P>>, ...names: string[]): Record<string, P> {
  return Object.fromEntries(names.map((name) => [name, programs[name]!]));
}

explorePrograms(
  'mutex, with looks before a sleep',
  pick<mutex.Program>(
    mutex.PROGRAMS,
    'two block',
    'one blocks, one awaits',
    'two await',
    'a task waits, its thread sleeps elsewhere, another task comes',
  ),
  mutex.model,
  ['eventual'],
  LOOKING,
);

explorePrograms(
  'shared mutex, with looks before a sleep',
  pick<shared.Program>(
    shared.PROGRAMS,
    'one reads, one awaits to write',
    'tasks read and write, one reads',
  ),
  shared.model,
  ['eventual'],
  LOOKING,
);

findMutants(
  'mutex, with looks before a sleep',
  {
    'who has seen it free holds it': {
      breaks: 'M1',
      program: 'two await',
      mutations: [
        ...LOOKING,
        replace('mutex/mutex.js', '(this.#isNear() && this.#tryInTurn())', 'this.#isNear()'),
      ],
    },
  },
  mutex.PROGRAMS,
  mutex.model,
);
