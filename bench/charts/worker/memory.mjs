/** What is in use once the garbage is collected, in MiB. Needs --expose-gc. */
const MIB = 2 ** 20;

export function memory() {
  for (let i = 0; i < 2; i++) globalThis.gc?.(); // the second takes what the first made free
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / MIB, resident: rss / MIB };
}
