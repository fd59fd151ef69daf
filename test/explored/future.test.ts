import { model, PROGRAMS } from './future.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('future', PROGRAMS, model);
