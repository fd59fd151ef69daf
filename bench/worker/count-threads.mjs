/** Prints how many threads more there are once the library is used in all ways of waiting. */
import { readdirSync } from 'node:fs';

const count = () => readdirSync('/proc/self/task').length;

await import('./clock.mjs'); // the runtime has started what it needs to import
const before = count();
const { Mutex, Semaphore } = await import('crossthread');
const mutex = new Mutex();
mutex.lock();
await mutex.tryLockForAsync(20);
new Semaphore(0).tryAcquireFor(20);
console.log(count() - before);
