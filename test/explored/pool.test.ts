import { model, PROGRAMS } from './pool.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('pool', PROGRAMS, model);
