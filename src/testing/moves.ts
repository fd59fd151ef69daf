/**
 * Moves: what the scheduler can choose. A move is one number, a schedule a list of them.
 *
 *   STEP      the thread goes on, up to and with its next operation
 *   TIME_OUT  its blocking wait ends by time
 *   EVENT     its event loop runs an event that is due
 *   FIRE      its event loop runs a timer, or a wait's timeout
 *   ABORT     its event loop aborts a signal
 *   KILL      it runs no more
 *   CHOOSE    an answer to `choose`, in the middle of a step
 *   WAKE      its blocking wait, or the event loop's, ends as if notified
 *   SPIN      STEP of a thread that looks again and again; time passes meanwhile
 */
export type Move = number;

export const STEP = 0;
export const TIME_OUT = 1;
export const EVENT = 2;
export const FIRE = 3;
export const ABORT = 4;
export const KILL = 5;
export const CHOOSE = 6;
export const SPIN = 7;
export const WAKE = 8;

/** Instead of a move. */
export const NONE: Move = -1;

/** Threads have a letter each. */
export const MAX_THREADS = 26;

/** `detail`: the number of the event, or the answer chosen. */
export function moveOf(kind: number, thread: number, detail = 0): Move {
  return kind | (thread << 4) | (detail << 9);
}

export function kindOf(move: Move): number {
  return move & 15;
}

export function threadOf(move: Move): number {
  return (move >> 4) & 31;
}

export function detailOf(move: Move): number {
  return move >> 9;
}
