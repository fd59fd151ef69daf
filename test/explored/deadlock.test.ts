import { model, PROGRAMS } from './deadlock.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('deadlock', PROGRAMS, model);
