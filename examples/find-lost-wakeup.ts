/**
 * Finds the lost wake-up of AWS's `put_object_async.cpp`, and shows that the port in put-object-async.ts
 * has none.
 *
 *   npx tsx examples/find-lost-wakeup.ts
 *
 * `explore` runs both threads in all interleavings of their atomic operations, in this one thread. The
 * sample as it is published hangs in some of them: one is printed as a table, a column for each thread.
 * The port waits with a predicate and notifies under the mutex, and no schedule of it hangs.
 *
 * The exit code is 1 if it comes out otherwise.
 */
import assert from 'node:assert/strict';
import { ConditionVariable, Mutex, UniqueLock } from 'crossthread';
import { ExplorationError, explore, type Model } from 'crossthread/testing';

interface Upload {
  readonly uploadMutex: Mutex;
  readonly uploadVariable: ConditionVariable;
  readonly uploaded: Int32Array; // in the port only: what the condition is about
}

const setup = (): Upload => ({
  uploadMutex: new Mutex(),
  uploadVariable: new ConditionVariable(),
  uploaded: new Int32Array(new SharedArrayBuffer(4)),
});

/** `main` waits without a predicate, `PutObjectAsyncFinished` notifies without the mutex. */
const published: Model<Upload> = {
  setup,
  threads: [
    function main({ uploadMutex, uploadVariable }) {
      const lock = new UniqueLock(uploadMutex);
      uploadVariable.wait(lock);
      lock.unlock();
    },
    function putObjectAsyncFinished({ uploadVariable }) {
      uploadVariable.notifyOne();
    },
  ],
};

const ported: Model<Upload> = {
  setup,
  threads: [
    function main({ uploadMutex, uploadVariable, uploaded }) {
      const lock = new UniqueLock(uploadMutex);
      uploadVariable.wait(lock, () => Atomics.load(uploaded, 0) === 1);
      lock.unlock();
    },
    function putObjectAsyncFinished({ uploadMutex, uploadVariable, uploaded }) {
      const lock = new UniqueLock(uploadMutex);
      Atomics.store(uploaded, 0, 1);
      uploadVariable.notifyOne();
      lock.unlock();
    },
  ],
};

/** Prints what is found. Returns whether something was. */
async function find(name: string, model: Model<Upload>): Promise<boolean> {
  console.log(`${name}:`);
  try {
    const { schedules, complete } = await explore(model, { preemptions: 3 });
    console.log(`${complete ? 'all' : 'some'} ${schedules} schedules end.`);
    assert(complete, 'the search was not complete');
    return false;
  } catch (error) {
    if (!(error instanceof ExplorationError)) throw error;
    console.log(`${error.message}\n`);
    return true;
  }
}

const isLost = await find('The sample as it is published', published);
assert(isLost, 'the lost wake-up was not found');
const isLostInPort = await find('The port, with at most 3 preemptions', ported);
assert(!isLostInPort, 'the port loses its wake-up');
