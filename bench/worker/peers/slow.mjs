/** Takes so long that each thread of a pool gets one. */
export default (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
