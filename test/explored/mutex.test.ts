import { model, PROGRAMS } from './mutex.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('mutex', PROGRAMS, model, ['eventual', 'fifo']);
