import { model, PROGRAMS } from './channel.ts';
import { explorePrograms } from './suites.ts';

explorePrograms('channel', PROGRAMS, model);
