/**
 * Requests that nobody answers: sent one by one, or collected and sent together.
 *
 *   npx tsx examples/oneway-ping.ts
 *
 * A oneway request is over when it has left the thread; its callback hears of it only if it could not leave.
 * A batch proxy does not even send: its requests wait for a flush, by the proxy itself, by the connection or by
 * the communicator. What the servant was sent it gets in that order, so that a call behind them can count them.
 *
 * Prints how many have come. If that is wrong, the exit code is 1.
 */
import assert from 'node:assert/strict';
import { moduleRef } from 'crossthread';
import { ConnectFailedException, initialize, ObjectPrx } from 'crossthread/ami';
import { CounterPrx } from './ami/counter.ts';

const module = moduleRef<typeof import('./ami/counter-i.ts')>(
  './ami/counter-i.ts',
  import.meta.url,
);
const REQUESTS = 10;

/** What becomes of a oneway request. */
class MyCallback {
  sent = 0;
  failure: Error | undefined;

  sentCB(): void {
    this.sent++;
  }

  failureCB(error: Error): void {
    this.failure = error;
  }
}

using communicator = initialize();
const counter = CounterPrx.uncheckedCast(communicator.startServant(module, 'CounterI'));

function report(what: string, expected: number): void {
  const received = counter.received();
  console.log(`${what}: ${received} have come.`);
  assert.equal(received, expected);
}

// Oneway: the operation must be void, so the helper can do without a success callback.
const oneway = CounterPrx.uncheckedCast(counter.ice_oneway());
const cb = new MyCallback();
for (let i = 0; i < REQUESTS; i++)
  oneway.begin_opVoid(CounterPrx.newCallback_opVoid(cb, null, cb.failureCB, cb.sentCB));
assert.equal(cb.sent, REQUESTS); // there was room, so `begin_opVoid` has sent them
report(`${REQUESTS} oneway requests`, REQUESTS);

// There is a failure to hear of where a request could not be sent.
const adapter = communicator.createObjectAdapter('gone');
const p = adapter.add({}, 'nobody').ice_collocationOptimized(false).ice_oneway();
adapter.destroy();
await p.begin_ice_ping(ObjectPrx.newCallback_ice_ping(cb, cb.failureCB)).completed;
await new Promise((resolve) => setImmediate(resolve)); // callbacks come in turns of their own
assert(cb.failure instanceof ConnectFailedException);
console.log(`A ping of nobody: ${cb.failure.name}.`);

// Batch oneway: nothing is sent before a flush.
const batch = CounterPrx.uncheckedCast(counter.ice_batchOneway());
const collect = (): void => {
  for (let i = 0; i < REQUESTS; i++) batch.opVoid();
};
collect();
report(`${REQUESTS} more, in a batch`, REQUESTS);
batch.ice_flushBatchRequests();
report('Flushed by the proxy', 2 * REQUESTS);

collect();
await counter.ice_getConnection()!.flushBatchRequestsAsync();
report('The next, flushed by the connection', 3 * REQUESTS);

collect();
const r = communicator.begin_flushBatchRequests();
// Continue to do other things here...
communicator.end_flushBatchRequests(r);
report('The last, flushed by the communicator', 4 * REQUESTS);
