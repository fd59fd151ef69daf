import { model, PROGRAMS } from './semaphore.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('semaphore', PROGRAMS, model);
