/** A module that Node 20 cannot load as it is. */
import type { Mutex } from 'crossthread';

export function answer(mutex: Mutex): number {
  return mutex.withLock(() => 42 as const);
}
