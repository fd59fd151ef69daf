import { model, PROGRAMS } from './stop.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('stop', PROGRAMS, model);
