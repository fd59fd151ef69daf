/**
 * The words of a mutex.
 *
 * Words
 *   STATE    bits 0-25  OWNER         agent id
 *            bit  26    WAITED        wait records may exist
 *            bit  27    RESERVED      OWNER does not hold yet: the mutex is kept for it
 *            bit  28    LEASED        the reservation is for an event loop, and runs out
 *            bit  29    INCONSISTENT  an owner died holding it, and nobody has repaired yet
 *            bit  30    CALLED        a waiter was poked and has still to look: who frees need not;
 *                                     beside RESERVED: claimed by a try
 *   TICKET   the next number in the order of waiting
 *   OPTIONS  bit 0  FIFO, and the class (share/shared-object.ts)
 *   object id
 *   READERS  of a shared mutex only: readers.ts
 * States of STATE, and who may move it
 *   0                            free, nobody sleeps                  anyone
 *   WAITED CALLED                free, somebody was poked             anyone takes; a leaver claims it
 *   id [WAITED [CALLED]]         held                                 the owner; a waiter adds WAITED
 *                                                                     and takes CALLED away
 *   id RESERVED [WAITED]         kept for a blocked waiter, or        that agent takes it or passes it
 *                                claimed                              on; its grantor takes it back when
 *                                                                     the waiter has left; anybody if
 *                                                                     the agent is dead
 *   id RESERVED LEASED WAITED    kept for an event loop               that agent, in any form; anybody
 *                                                                     when the lease ran out; a leaver
 *   id RESERVED CALLED [WAITED]  claimed by a try, under way          that agent takes it or passes it
 *                                                                     on; another try makes it a hold of
 *                                                                     that agent; a reader claims it;
 *                                                                     anybody if the agent is dead
 *   INCONSISTENT [dead id]       an owner died                        recoverers
 *   INCONSISTENT id              under repair                         the owner
 */
export const STATE = 0;
export const TICKET = 1;
export const OPTIONS = 2;
export const BYTE_LENGTH = 16;

export const FREE = 0;
const OWNER = (1 << 26) - 1;
export const WAITED: number = 1 << 26;
export const RESERVED: number = 1 << 27;
export const LEASED: number = 1 << 28;
export const INCONSISTENT: number = 1 << 29;
export const CALLED: number = 1 << 30;
export const FIFO = 1;

export const ownerOf = (state: number): number => state & OWNER;

export const isHeldBy = (state: number, agent: number): boolean =>
  ownerOf(state) === agent && (state & RESERVED) === 0;

export const isReservedFor = (state: number, agent: number): boolean =>
  ownerOf(state) === agent && (state & RESERVED) !== 0;

/** Free for anyone, but somebody was poked who waits. */
export const OFFERED: number = WAITED | CALLED;

/** Free for anyone, and no death or reservation to be thought of. */
export const isFree = (state: number): boolean => (state & ~OFFERED) === 0;

/** `agent` holds; what the word says of waiters and of the last owner's death stays. */
export const heldBy = (state: number, agent: number): number =>
  agent | (state & (WAITED | INCONSISTENT));

/** Kept for `agent`, which is also what an agent claims that is about to pass the mutex on. */
export const reservedFor = (agent: number): number => RESERVED | agent | WAITED;

export const claimedBy = (agent: number, state: number): number =>
  RESERVED | agent | (state & WAITED);

/** Claimed by a try of `agent`. */
export const triedBy = (agent: number, state: number): number => claimedBy(agent, state) | CALLED;

export const isTried = (state: number): boolean =>
  (state & RESERVED) !== 0 && (state & CALLED) !== 0;

/** What a waiter makes of a word before it sleeps on it. */
export const sleptOn = (state: number): number =>
  state & RESERVED ? state | WAITED : (state | WAITED) & ~CALLED;

export const leasedTo = (agent: number): number => reservedFor(agent) | LEASED;

/** Whether the two differ in nothing but what waiters may change at any time. */
export const isSameHold = (a: number, b: number): boolean => ((a ^ b) & ~OFFERED) === 0;
