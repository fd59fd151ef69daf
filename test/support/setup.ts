/**
 * Before each test file. A module that several files of one process import is loaded once, and its hooks
 * would be those of the first file alone.
 */
import { afterEach } from 'vitest';
import { endWorkers } from './worker.ts';

afterEach(endWorkers);
