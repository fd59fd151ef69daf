/** Nanoseconds on the clock that all threads share; `performance.now()` begins anew in each. */
export const now = () => Number(process.hrtime.bigint());
