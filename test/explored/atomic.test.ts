import { model, PROGRAMS } from './atomic.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('atomic', PROGRAMS, model);
