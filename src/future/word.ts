/** The words of a future's state, and what they may be. How they change is in state.ts. */
export const STATE = 0;
export const READERS = 1;
export const OFFSET = 4;
export const LENGTH = 5;

export const OWNER: number = (1 << 26) - 1;
export const WAITED: number = 1 << 26;
const SHIFT = 27;
export const STATUS: number = 7 << SHIFT;
export const RETRIEVED: number = 1 << 30;

export const EMPTY: number = 0 << SHIFT;
export const DEFERRED: number = 1 << SHIFT;
export const SATISFYING: number = 2 << SHIFT;
export const VALUE: number = 3 << SHIFT;
export const ERROR: number = 4 << SHIFT;
export const BROKEN: number = 5 << SHIFT;

/** What becomes of a future: READERS. */
export const FREE = 0;
export const GOT = 1;
export const SHARED = 2;

export const statusOf = (state: number): number => state & STATUS;
export const ownerOf = (state: number): number => state & OWNER;
export const isOpen = (state: number): boolean => statusOf(state) >= VALUE;
