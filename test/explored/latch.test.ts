import { model, PROGRAMS } from './latch.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('latch', PROGRAMS, model);
