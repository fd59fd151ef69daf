/**
 * What a body throws where nobody can catch it: in a promise that nobody awaits, in a listener of a
 * signal. While microtasks of bodies run, such errors are theirs and not the test runner's.
 */
const EVENTS = ['unhandledRejection', 'uncaughtException'] as const;

type Listener = (...args: never[]) => void;

/** Has `handler` get all stray errors of this thread. Returns what puts the listeners of before back. */
export function catchStrays(handler: (error: unknown) => void): () => void {
  const emitter = (globalThis as { process?: NodeJS.Process }).process;
  if (typeof emitter?.removeAllListeners !== 'function') return () => undefined;
  const before = EVENTS.map((event) => emitter.listeners(event) as Listener[]);
  const listener = (error: unknown): void => handler(error);
  for (const event of EVENTS) emitter.removeAllListeners(event).on(event, listener);
  return () => {
    EVENTS.forEach((event, i) => {
      emitter.removeListener(event, listener);
      for (const former of before[i]!) emitter.on(event, former as (error: unknown) => void);
    });
  };
}
