/** Where the threads of a process say how far they are, for who watches. */
import { THREADS } from './room.mjs';

export const SEED = 0;
export const PROGRESS = 1; // of each participant
export const AT = PROGRESS + THREADS + 1; // number of its step
export const AGENT = AT + THREADS + 1;
export const OVER = AGENT + THREADS + 1; // 1: it has come to its end, 2: it is to die
const LENGTH = OVER + THREADS + 1;

export const LIVING = 0;
export const ENDED = 1;
export const DYING = 2;

export const newBoard = () => new Int32Array(new SharedArrayBuffer(4 * LENGTH));
