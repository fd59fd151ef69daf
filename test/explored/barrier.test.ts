import { model, PROGRAMS } from './barrier.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('barrier', PROGRAMS, model);
