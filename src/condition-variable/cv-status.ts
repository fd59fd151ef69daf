/**
 * How a timed wait ended. `timeout` is falsy and `noTimeout` truthy: `if (cv.waitFor(lock, ms))` means
 * the same with and without a predicate. C++: `std::cv_status`.
 */
export const CvStatus = { timeout: 0, noTimeout: 1 } as const;
export type CvStatus = 0 | 1;
