/** Proxies of the page's servant, and what its tests share. */
import { Latch, moduleRef } from 'crossthread';
import { type AsyncResult, type Communicator, defineProxy, type Proxy } from 'crossthread/ami';
import { EmployeesPrx, hold } from '../proxies.ts';

export interface Transfer {
  op(inp1: number, inp2: string): { returnValue: number; outp1: boolean; outp2: bigint };
  send(offset: number, bytes: Uint8Array): void;
  received(): [number, Uint8Array][];
  arrive(latch: Latch): void;
}

export const TransferPrx = defineProxy<Transfer>()('::Test::Transfer', {
  op: 'returns',
  send: 'void',
  received: 'returns',
  arrive: 'void',
});
export type TransferPrx = Proxy<Transfer>;

const module = moduleRef<typeof import('./transfer.mjs')>('./transfer.mjs', import.meta.url);

/** Proxies of one servant, in a thread of its own. */
export function startServant(communicator: Communicator): { e: EmployeesPrx; ft: TransferPrx } {
  const prx = communicator.startServant(module, 'TransferI', 'Ann', 'Bob');
  return { e: EmployeesPrx.uncheckedCast(prx), ft: TransferPrx.uncheckedCast(prx) };
}

let latches = 0;

/** Which nobody else has. */
export const newLatch = (): Latch => Latch.global(`ami page ${++latches}`, 1);

/** What `fn` returns, which is called while the servant's thread is blocked. */
export function whileHeld<T>(e: EmployeesPrx, fn: () => T): T {
  const release = hold(e);
  try {
    return fn();
  } finally {
    release();
  }
}

export const CHUNK = new Uint8Array(20_000);

/** Sends oneway until there is no room: the last one, which was queued. For when the servant is held. */
export function fill(e: EmployeesPrx): AsyncResult {
  const oneway = EmployeesPrx.uncheckedCast(e.ice_oneway());
  for (let n = 0; n < 1000; n++) {
    const result = oneway.begin_put(CHUNK);
    if (!result.sentSynchronously()) return result;
  }
  throw new Error('there is room without end');
}
