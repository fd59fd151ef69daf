import { isDeep } from './depth.ts';
import { model, PROGRAMS } from './shared-mutex.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('shared mutex', PROGRAMS, model, isDeep ? ['eventual', 'fifo'] : ['eventual']);
