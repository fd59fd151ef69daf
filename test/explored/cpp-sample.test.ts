/** `put_object_async.cpp` as it is published, and as it is ported: what the notes say of both. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ConditionVariable, type Mutex as AnyMutex, Mutex } from '../../dist/index.js';
import { explore, type Model } from '../../dist/testing/index.js';

interface Upload {
  readonly mutex: AnyMutex;
  readonly condition: ConditionVariable;
  readonly uploaded: Int32Array;
}

const setup = (): Upload => ({
  mutex: new Mutex({ name: 'upload_mutex' }),
  condition: new ConditionVariable({ name: 'upload_variable' }),
  uploaded: new Int32Array(new SharedArrayBuffer(4)),
});

/** Waits without a predicate; notifies without the mutex. */
const published: Model<Upload> = {
  setup,
  threads: [
    ({ mutex, condition }) => {
      const lock = mutex.lock();
      condition.wait(lock);
      lock.unlock();
    },
    ({ condition }) => void condition.notifyOne(),
  ],
};

const ported: Model<Upload> = {
  setup,
  threads: [
    ({ mutex, condition, uploaded }) => {
      const lock = mutex.lock();
      condition.wait(lock, () => Atomics.load(uploaded, 0) === 1);
      lock.unlock();
    },
    ({ mutex, condition, uploaded }) => {
      mutex.withLock(() => {
        Atomics.store(uploaded, 0, 1);
        condition.notifyOne();
      });
    },
  ],
};

test('put_object_async.cpp as published loses its wake-up, by the schedule in the notes', async () => {
  const error: unknown = await explore(published, { iterative: true }).catch((e: unknown) => e);
  expect(error).toMatchObject({ verdict: 'deadlock' });
  const { schedule } = error as { schedule: string };
  const notes = readFileSync(new URL('../../SharedArrayBuffer-notes.md', import.meta.url), 'utf8');
  expect(notes).toContain(`\`${schedule}\``);
});

test('put_object_async as ported is woken, whoever comes first', async () => {
  const { complete } = await explore(ported, { preemptions: 3 });
  expect(complete).toBe(true);
});
