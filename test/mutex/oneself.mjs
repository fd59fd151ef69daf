/** A process whose one thread waits for what it holds itself. Prints what each wait ends with. */
import { writeSync } from 'node:fs';
import { Mutex, Semaphore, SharedMutex } from 'crossthread';

const say = (/** @type {unknown} */ end) => writeSync(1, `${String(end)}\n`);
const sayName = (/** @type {unknown} */ error) => say(/** @type {Error} */ (error).name);

const mutex = new Mutex();
const shared = new SharedMutex();
const guard = await mutex.lockAsync();
await Promise.all([
  mutex.lockAsync().catch(sayName),
  mutex.withLockAsync(() => say('inside')).catch(sayName),
]);
await mutex.lockAsync({ timeout: 300 }).catch(sayName);
const reader = await shared.lockSharedAsync();
await shared.lockAsync().catch(sayName);
reader.unlock();

// Something else that keeps the process alive may yet end the wait.
const semaphore = new Semaphore(0);
setTimeout(() => semaphore.release(), 600);
const waits = [mutex.lockAsync(), semaphore.acquireAsync().then(() => guard.unlock())];
await Promise.all(waits);
say('taken');
