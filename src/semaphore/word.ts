/**
 * The words of a semaphore.
 *
 * Words
 *   COUNT   bits 0-20   PERMITS   to be had
 *           bits 21-30  ARRIVALS  0: nobody waits; else the number of the last arrival
 *   TICKET  the next number, in the order of waiting and of arrivals
 *   MAX     bits 0-20   the most permits there may be; 0: no semaphore was written here
 *           bits 24-29  the class: share/shared-object.ts
 *           bit  30     ROBUST  permits are not in COUNT but with their holders: robust-stock.ts
 *   object id
 * States of COUNT
 *   p             p permits, nobody waits: anyone takes
 *   ARRIVALS | p  wait records may exist: the oldest waiter takes, others queue
 */
import { arrivalNumber } from '../wait/arrival.ts';

export const COUNT = 0;
export const TICKET = 1;
export const MAX = 2;
export const BYTE_LENGTH = 16;

const PERMIT_BITS = 21;
const ARRIVAL_BITS = 10;
export const MOST_PERMITS: number = (1 << PERMIT_BITS) - 1;
export const ROBUST: number = 1 << 30;
const MOST_ARRIVALS = (1 << ARRIVAL_BITS) - 1;
const ARRIVALS = MOST_ARRIVALS << PERMIT_BITS;

export const permitsOf = (count: number): number => count & MOST_PERMITS;

export const isWaitedFor = (count: number): boolean => (count & ARRIVALS) !== 0;

/** An arrival with a number of TICKET. */
export const withArrival = (count: number, ticket: number): number =>
  permitsOf(count) | (arrivalNumber(ticket, MOST_ARRIVALS) << PERMIT_BITS);
