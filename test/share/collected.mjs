/**
 * Live objects that nobody holds any more, while tasks of theirs wait. Prints what came of them.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { attach, Latch, Mutex, Semaphore, share } from 'crossthread';

setFlagsFromString('--expose-gc');
/** @type {() => void} */
const collect = runInNewContext('gc');
const { buffer } = Semaphore.init(new SharedArrayBuffer(16), 0, 0);
const handles = share({ latch: new Latch(1), mutex: new Mutex({ name: 'm' }) });

async function forgetAll() {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
  }
}

const waits = [
  Semaphore.at(buffer).acquireAsync(),
  attach(handles).latch.waitAsync(),
  Semaphore.at(buffer).tryAcquireForAsync(10_000),
];
attach(handles).mutex.lock();
await forgetAll();

const semaphore = Semaphore.at(buffer);
waits.push(semaphore.acquireAsync());
semaphore.release();
semaphore.release(2);
attach(handles).latch.countDown();
await Promise.all(waits);
console.log('served:', waits.length, 'left:', semaphore.value);

const { mutex } = attach(handles);
console.log('still locked:', mutex.isOwnedByThisThread, mutex.tryLock(), mutex.name);
mutex.unlock();
console.log('unlocked:', !mutex.isLocked);

// Many that are dropped at once
for (let round = 0; round < 20; round++) {
  for (let i = 0; i < 500; i++) new Latch(1).waitFor(0);
  await forgetAll();
}
console.log('memory:', process.memoryUsage().heapUsed < 60e6 ? 'little' : 'much');
