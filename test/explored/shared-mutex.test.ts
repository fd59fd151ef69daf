import { model, PROGRAMS } from './shared-mutex.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('shared mutex', PROGRAMS, model, ['eventual', 'fifo']);
