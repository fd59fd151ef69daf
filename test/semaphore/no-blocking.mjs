import { outcomes } from '../support/no-blocking.mjs';
import { Semaphore } from 'crossthread';

const LONG = 60_000; // ms
const soon = () => new Date(Date.now() + LONG);

/** @param {boolean} robust */
async function report(robust) {
  const semaphore = new Semaphore(1, { max: 3, robust });
  const fast = outcomes({
    acquire: () => semaphore.acquire().release(),
    tryAcquireFor: () => semaphore.tryAcquireFor(LONG)?.release(),
    tryAcquireUntil: () => semaphore.tryAcquireUntil(soon())?.release(),
  });
  const slow = outcomes({
    acquire: () => semaphore.acquire(2),
    tryAcquire: () => semaphore.tryAcquire(2),
    tryAcquireFor: () => semaphore.tryAcquireFor(LONG, 2),
    'tryAcquireFor(0)': () => semaphore.tryAcquireFor(0, 2),
    tryAcquireUntil: () => semaphore.tryAcquireUntil(soon(), 2),
    'tryAcquireUntil the past': () => semaphore.tryAcquireUntil(new Date(0), 2),
  });
  const { value } = semaphore;
  const nobodyWaits = semaphore.tryAcquire() !== null;
  const waiting = semaphore.acquireAsync(1, { timeout: LONG });
  semaphore.release();
  const { count: awaited } = await waiting;
  return { fast, slow, value, nobodyWaits, awaited };
}

process.stdout.write(JSON.stringify([await report(false), await report(true)]));
