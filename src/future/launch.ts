/** When a function given to `async` runs. C++: `std::launch`. */
export const Launch = {
  /** In a thread of its own. */
  async: 1,
  /** In the first `get()` or `wait()`, in the thread that calls that. */
  deferred: 2,
} as const;
export type Launch = number;

/** What a timed wait for a future found. C++: `std::future_status`. */
export const FutureStatus = {
  /** The value, or an error, is there. */
  ready: 'ready',
  /** It is not, and the time is up. */
  timeout: 'timeout',
  /** A deferred function has not run: a timed wait does not run it. */
  deferred: 'deferred',
} as const;
export type FutureStatus = 'ready' | 'timeout' | 'deferred';
