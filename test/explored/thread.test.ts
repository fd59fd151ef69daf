import { explorePrograms } from './suites.ts';
import { model, PROGRAMS } from './thread.ts';

explorePrograms('thread', PROGRAMS, model);
