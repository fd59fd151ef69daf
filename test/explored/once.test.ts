import { model, PROGRAMS } from './once.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('once flag', PROGRAMS, model);
