import { model, PROGRAMS } from './condition-variable.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('condition-variable', PROGRAMS, model);
