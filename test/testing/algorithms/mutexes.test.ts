import { judge } from './algorithm.ts';
import { clh, mcs } from './queue-locks.ts';
import { bakery, bakeryOfThree, testAndSet, ticket, ticketAsleep } from './spin-locks.ts';
import { dekker, peterson } from './two-threads.ts';

judge('Peterson', peterson);
judge('Dekker', dekker);
judge('bakery of two', bakery);
judge('bakery of three', bakeryOfThree);
judge('test and set', testAndSet);
judge('ticket lock', ticket);
judge('ticket lock that sleeps', ticketAsleep);
judge('MCS', mcs);
judge('CLH', clh);
