/** How many are submitted at once. */
export const AT_ONCE = 10_000;

/** The task of piscina and of tinypool. */
export default (/** @type {number} */ n) => n + 1;
