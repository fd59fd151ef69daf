/**
 * What a body throws where nobody can catch it: in a promise that nobody awaits, in a listener of a
 * signal. While microtasks of bodies run, such errors are theirs and not the test runner's.
 */
import type { EventEmitter } from 'node:events';

const EVENTS = ['unhandledRejection', 'uncaughtException'];

/** Has `handler` get all stray errors of this thread. Returns what puts the listeners of before back. */
export function catchStrays(handler: (error: unknown) => void): () => void {
  const emitter = (globalThis as { process?: EventEmitter }).process;
  if (typeof emitter?.removeAllListeners !== 'function') return () => undefined;
  const listener = (error: unknown): void => handler(error);
  const undo = EVENTS.map((event) => {
    const before = emitter.rawListeners(event) as ((...args: unknown[]) => void)[];
    emitter.removeAllListeners(event).on(event, listener);
    return () => {
      emitter.removeListener(event, listener);
      for (const former of before) emitter.on(event, former);
    };
  });
  return () => undo.forEach((restore) => restore());
}
