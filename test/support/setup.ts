/**
 * Before each test file. A module that several files of one process import is loaded once, and its hooks
 * would be those of the first file alone.
 */
import { inspect } from 'crossthread';
import { afterAll, afterEach } from 'vitest';
import { endRestingWorkers, endWorkers } from './worker.ts';

// Copies of the library in one thread share what the first has made. That is not to be a mutant's.
inspect();

afterEach(endWorkers);
afterAll(endRestingWorkers);
