/**
 * Waits and holds, out of single events.
 *
 * Of an incomplete recording all that was kept is used: a hold of which nobody told the end ends when
 * the next one begins; a `'got'` whose `'asked'` is lost is a hold without a wait, and counts where it
 * overtook others.
 */
import type { LockEvent } from './events.ts';
import { Overtaken } from './overtaken.ts';

/**
 * One wait for the lock, however short.
 *
 * @example
 * ```ts
 * const { waits } = fairnessReport([
 *   { thread: 1, kind: 'asked', time: 0, ticket: 0 },
 *   { thread: 1, kind: 'got', time: 2, ticket: 0 },
 * ]);
 * console.log(waits[0]?.outcome, waits[0]?.end, waits[0]?.bypasses); // → got 2 0
 * ```
 */
export interface LockWait {
  /** Who waited. */
  readonly thread: number;
  /** Its place in the order of asking. */
  readonly ticket: number;
  /** When it asked, in milliseconds. */
  readonly start: number;
  /** When the wait was over; the time of the last event, if it was not. */
  readonly end: number;
  /** `'waiting'`: it was not over when the recording ended. */
  readonly outcome: 'got' | 'gave up' | 'waiting';
  /** How many asked later and got the lock before the end of this wait: exact, by ticket. */
  readonly bypasses: number;
}

/**
 * The time in which one thread had the lock.
 *
 * @example
 * ```ts
 * const { holds } = fairnessReport([
 *   { thread: 1, kind: 'got', time: 2, ticket: 0 },
 *   { thread: 1, kind: 'released', time: 5, ticket: 0 },
 * ]);
 * console.log(holds[0]!.end - holds[0]!.start); // → 3
 * ```
 */
export interface LockHold {
  /** Who held it. */
  readonly thread: number;
  /** The ticket of the wait before. */
  readonly ticket: number;
  /** When it got the lock, in milliseconds. */
  readonly start: number;
  /** When it let go; when the next one got it or the recording ended, if that is not known. */
  readonly end: number;
}

export interface Spans {
  /** In the order in which they ended. */
  readonly waits: readonly LockWait[];
  /** In the order in which they began. */
  readonly holds: readonly LockHold[];
}

export function spansOf(events: readonly LockEvent[]): Spans {
  const spans = new Builder(events);
  for (const event of events) spans.add(event);
  return spans.finish(events.reduce((last, { time }) => Math.max(last, time), -Infinity));
}

class Builder {
  readonly #waits: LockWait[] = [];
  readonly #holds: LockHold[] = [];
  readonly #waiting = new Map<number, LockEvent>();
  readonly #overtaken: Overtaken;
  #holding: LockEvent | undefined;

  constructor(events: readonly LockEvent[]) {
    this.#overtaken = new Overtaken(events.map(({ ticket }) => ticket));
  }

  add(event: LockEvent): void {
    const { kind, ticket, time } = event;
    switch (kind) {
      case 'asked':
        this.#waiting.set(ticket, event);
        return;
      case 'gave up':
        this.#endWait(ticket, time, kind);
        return;
      case 'got':
        this.#endWait(ticket, time, kind);
        this.#overtaken.serve(ticket);
        this.#endHold(time);
        this.#holding = event;
        return;
      case 'released':
        if (this.#holding?.ticket === ticket) this.#endHold(time);
        return;
      default:
        throw new TypeError(`'${String(kind)}' is nothing that happens to a lock`);
    }
  }

  finish(time: number): Spans {
    for (const ticket of this.#waiting.keys()) this.#endWait(ticket, time, 'waiting');
    this.#endHold(time);
    return { waits: this.#waits, holds: this.#holds };
  }

  #endWait(ticket: number, end: number, outcome: LockWait['outcome']): void {
    const asked = this.#waiting.get(ticket);
    if (!asked) return;
    this.#waiting.delete(ticket);
    const bypasses = this.#overtaken.by(ticket);
    this.#waits.push({ thread: asked.thread, ticket, start: asked.time, end, outcome, bypasses });
  }

  #endHold(end: number): void {
    if (!this.#holding) return;
    const { thread, ticket, time: start } = this.#holding;
    this.#holding = undefined;
    this.#holds.push({ thread, ticket, start, end });
  }
}
