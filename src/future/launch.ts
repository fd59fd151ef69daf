/**
 * When a function given to `async` runs: in a thread of its own, or in the first `get()` or `wait()`. With
 * both, `Launch.async | Launch.deferred`, the library chooses. C++: `std::launch`.
 */
export const Launch = { async: 1, deferred: 2 } as const;
export type Launch = number;

/** What a timed wait for a future found. C++: `std::future_status`. */
export const FutureStatus = { ready: 'ready', timeout: 'timeout', deferred: 'deferred' } as const;
export type FutureStatus = 'ready' | 'timeout' | 'deferred';
