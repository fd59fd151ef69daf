/**
 * Sends small oneway requests to a servant that is slower, and waits while so many are queued as the second
 * argument says. Prints what that has taken: bytes of the heap, of what is reachable, and of resident memory, each the
 * most of what was found on the way, and how many requests were queued at most.
 */
import { moduleRef } from 'crossthread';
import { defineProxy, initialize, newCallback } from 'crossthread/ami';

/** @typedef {{ heap: number, resident: number, queued: number }} Taken */

const [requests = 0, limit = Infinity] = process.argv.slice(2).map(Number);
const LOOKS = 20;
const WARM_UP = 3000; // requests

const define =
  /** @type {typeof defineProxy<Pick<import('./peers/slow-servant.mjs').SlowServant, 'add' | 'count'>>} */ (
    /** @type {unknown} */ (defineProxy)
  );
const SlowPrx = define()('::Bench::Slow', { add: 'void', count: 'returns' });
const servants =
  /** @type {import('crossthread').ModuleRef<typeof import('./peers/slow-servant.mjs')>} */ (
    moduleRef('./peers/slow-servant.mjs', import.meta.url)
  );
const servant = SlowPrx.uncheckedCast(initialize().startServant(servants, 'SlowServant'));
const oneway = SlowPrx.uncheckedCast(servant.ice_oneway());

let queued = 0;
let most = 0;
let goOn = () => {};
const callback = newCallback(
  {},
  () => {},
  (result) => {
    if (result.sentSynchronously()) return;
    queued--;
    goOn();
  },
);

async function send(/** @type {number} */ count) {
  for (let i = 0; i < count; i++) {
    while (queued >= limit) await new Promise((resolve) => (goOn = () => resolve(undefined)));
    if (oneway.begin_add(i, callback).sentSynchronously()) continue;
    queued++;
    most = Math.max(most, queued);
  }
}

function look() {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

await send(WARM_UP);
await servant.countAsync(); // behind all of them
const before = look();
/** @type {Taken} */
const taken = { heap: 0, resident: 0, queued: 0 };
for (let part = 0; part < LOOKS; part++) {
  await send(requests / LOOKS);
  const { heap, resident } = look();
  taken.heap = Math.max(taken.heap, heap - before.heap);
  taken.resident = Math.max(taken.resident, resident - before.resident);
}
taken.queued = most;
const counted = await servant.countAsync();
if (counted !== WARM_UP + requests) throw new Error(`${counted} have come`);
console.log(JSON.stringify(taken));
process.exit();
