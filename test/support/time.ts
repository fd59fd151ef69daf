/** Time in tests: real, and kept from load time on, so that fake timers change none of it. */
const { setTimeout } = globalThis;
const now = performance.now.bind(performance);

/** ms: far more than anything takes here, on a busy machine too; who reaches it is stuck. */
export const LONG = 60_000;

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Waits until `condition` holds, for {@link LONG} at most. */
export async function eventually(condition: () => unknown): Promise<void> {
  const deadline = now() + LONG;
  while (!condition()) {
    if (now() > deadline) throw new Error(`never came to be: ${condition.toString()}`);
    await sleep(1);
  }
}

/** Runs `fn` and tells how many ms that took. */
export async function elapsed(fn: () => unknown): Promise<number> {
  const start = now();
  await fn();
  return now() - start;
}
