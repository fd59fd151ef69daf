import { expect, test } from 'vitest';
import type { Model } from '../../dist/testing/index.js';
import * as atomic from './atomic.ts';
import * as barrier from './barrier.ts';
import * as condition from './condition-variable.ts';
import { boundsOf } from './depth.ts';
import * as latch from './latch.ts';
import { type Library, loadLibrary } from './library.ts';
import { replace } from './mutants.ts';
import * as mutex from './mutex.ts';
import { nearItsWrap, pick } from './near-wrap.ts';
import * as once from './once.ts';
import * as semaphore from './semaphore.ts';
import * as shared from './shared-mutex.ts';
import { explorePrograms } from './suites.ts';

const near =
  <P, Shared extends object, O>(
    model: (library: Library, program: P, options: O) => Model<Shared>,
  ) =>
  (library: Library, program: P, options: O): Model<Shared> =>
    nearItsWrap(library, model(library, program, options));

explorePrograms(
  'atomics',
  pick(atomic.PROGRAMS, 'two wait', 'one waits, one awaits'),
  near(atomic.model),
);
explorePrograms(
  'barriers',
  pick(barrier.PROGRAMS, 'two meet twice', 'one blocks, one awaits', 'one dies'),
  near(barrier.model),
);
explorePrograms(
  'conditions',
  pick(condition.PROGRAMS, 'in line', 'two wait, all are notified', 'one waits, one awaits'),
  near(condition.model),
);
explorePrograms(
  'latches',
  pick(latch.PROGRAMS, 'two wait', 'one blocks, one awaits'),
  near(latch.model),
);
explorePrograms(
  'mutexes',
  pick(mutex.PROGRAMS, 'in line', 'one blocks, one awaits'),
  near(mutex.model),
  ['eventual', 'fifo'],
);
explorePrograms(
  'once flags',
  pick(once.PROGRAMS, 'three call', 'one calls, one awaits'),
  near(once.model),
);
explorePrograms(
  'semaphores',
  pick(semaphore.PROGRAMS, 'in line', 'two sleep, two are released at once', 'robust: two block'),
  near(semaphore.model),
);
explorePrograms(
  'shared mutexes',
  pick(shared.PROGRAMS, 'two read, one writes', 'one writes, one awaits to read'),
  near(shared.model),
);

test('tickets that are compared as numbers: found near the wrap only', async () => {
  const broken = replace('wait/record.js', 'return ((a - b) | 0) < 0;', 'return a < b;');
  const library = await loadLibrary(broken);
  const program = semaphore.PROGRAMS['in line'];
  const inLine = semaphore.model(library, program);
  const options = { ...boundsOf(program), maxSteps: 400 };
  expect((await library.explore(inLine, options)).complete).toBe(true);
  const search = library.explore(nearItsWrap(library, inLine), options);
  await expect(search).rejects.toHaveProperty('verdict');
});
