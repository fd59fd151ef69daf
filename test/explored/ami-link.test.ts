import { model, PROGRAMS } from './ami-link.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('ami link', PROGRAMS, model);
