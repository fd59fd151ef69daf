/** Errors as tests name them, for `toThrow` and `rejects.toThrow`, also from another thread. */
import type { FutureErrorCode, SyncErrorCode } from 'crossthread';
import { expect } from 'vitest';

/** A `SyncError` of this code. */
export const syncError = (code: SyncErrorCode): Error =>
  expect.objectContaining({ name: 'SyncError', code }) as Error;

/** A `FutureError` of this code. */
export const futureError = (code: FutureErrorCode): Error =>
  expect.objectContaining({ name: 'FutureError', code }) as Error;

export const ownerDied: Error = expect.objectContaining({
  name: 'OwnerDiedError',
  code: 'owner_dead',
}) as Error;

export const timedOut: Error = expect.objectContaining({
  name: 'TimeoutError',
  code: 'timed_out',
}) as Error;
