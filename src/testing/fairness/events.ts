/** What happens to a lock, as it is recorded, and as it is made up by hand for a test. */

/**
 * `'asked'`: a thread wants the lock. `'got'`: it holds it. `'released'`: it is about to let go.
 * `'gave up'`: its wait has ended without the lock.
 */
export type LockEventKind = 'asked' | 'got' | 'released' | 'gave up';

/**
 * One thing that happened to a lock.
 *
 * @example
 * ```ts
 * const event: LockEvent = { thread: 1, kind: 'asked', time: 0.25, ticket: 7 };
 * console.log(event.ticket); // → 7
 * ```
 */
export interface LockEvent {
  /** Which thread: of what a {@link LockRecorder} has recorded, its agent id. */
  readonly thread: number;
  /** What it did. */
  readonly kind: LockEventKind;
  /** When, in milliseconds since any moment. */
  readonly time: number;
  /** The place in the order of asking. The events of one wait, and of the hold after it, have the same. */
  readonly ticket: number;
}

/**
 * What a {@link LockRecorder} has kept.
 *
 * @example
 * ```ts
 * const { events, lost } = new LockRecorder().read();
 * console.log(events.length, lost); // → 0 0
 * ```
 */
export interface Recording {
  /** In the order in which they happened. */
  readonly events: readonly LockEvent[];
  /** How many more there were: overwritten since there was no more room, or never finished. */
  readonly lost: number;
}
