/** What Ice's page on AMI says of polling, flow control, batches, threads and collocation, sentence by sentence. */
import { Mutex, thisThread } from 'crossthread';
import {
  type AsyncResult,
  CollocationOptimizationException,
  defineProxy,
  initialize,
  newCallback,
  type Proxy,
} from 'crossthread/ami';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually, LONG } from '../../support/time.ts';
import { EmployeesPrx } from '../proxies.ts';
import { Recorder } from '../recorder.ts';
import { CHUNK, fill, newLatch, startServant, TransferPrx, whileHeld } from './proxies.ts';

const communicator = initialize();
const { e, ft } = startServant(communicator);

let to: Recorder;
beforeEach(() => {
  to = new Recorder();
  e.called();
});
afterAll(() => communicator.destroy());

const batchOf = (): EmployeesPrx => EmployeesPrx.uncheckedCast(e.ice_batchOneway());

/** The texts of the notes that have come. */
const notes = (): string[] => e.called().map((call) => call.split(' ')[1]!);

/** A servant of this thread. */
class CounterI {
  count = 0;
  add(): void {
    this.count++;
  }
}
const CounterPrx = defineProxy<{ add(): void }>()('::Test::Counter', { add: 'void' });
type CounterPrx = Proxy<{ add(): void }>;

const counter = new CounterI();
const adapter = communicator.createObjectAdapter('counter');
const collocated: CounterPrx = CounterPrx.uncheckedCast(adapter.add(counter, 'counter'));
const direct: CounterPrx = CounterPrx.uncheckedCast(collocated.ice_collocationOptimized(false));
adapter.activate();

/** Polls, while this thread does nothing else. */
function pollUntil(condition: () => boolean): void {
  for (const deadline = Date.now() + LONG; !condition(); thisThread.sleepFor(1))
    if (Date.now() > deadline) throw new Error(`never came to be: ${condition.toString()}`);
}

describe('polling', () => {
  const CHUNK_SIZE = 50;
  const NUM_REQUESTS = 5;
  const file = new Uint8Array(20 * CHUNK_SIZE - 1).map((_, i) => i % 251);
  const chunks: [number, Uint8Array][] = [];
  for (let at = 0; at < file.length; at += CHUNK_SIZE)
    chunks.push([at, file.slice(at, at + CHUNK_SIZE)]);

  /** What a client sends that keeps some requests outstanding; tells `each` how many after each. */
  function transfer(each: (outstanding: number, results: readonly AsyncResult[]) => void): void {
    const results: AsyncResult[] = [];
    const wait = (): void => results.shift()!.waitForCompleted();
    for (const [offset, bytes] of chunks) {
      const result = ft.begin_send(offset, bytes);
      result.waitForSent();
      results.push(result);
      each(results.length, results);
      while (results.length > NUM_REQUESTS) wait();
    }
    while (results.length > 0) wait();
  }

  test('D15 a result can be polled for completion while the thread does nothing else', () => {
    const result = e.begin_getName(1);
    pollUntil(() => result.isCompleted());
    expect(e.end_getName(result)).toBe('Bob');
    const queued = whileHeld(e, () => fill(e));
    pollUntil(() => queued.isSent());
  });

  test('E1 a file that is sent by synchronous calls arrives, in order', () => {
    for (const [offset, bytes] of chunks) ft.send(offset, bytes);
    expect(ft.received()).toEqual(chunks);
  });

  test('E2 numRequests + 1 chunks are sent before the least recent one is waited for', () => {
    let most = 0;
    transfer((outstanding) => (most = Math.max(most, outstanding)));
    expect(most).toBe(NUM_REQUESTS + 1);
    expect(ft.received()).toEqual(chunks);
  });

  test('E3 the next request is sent without waiting for the one before to complete', () => {
    whileHeld(e, () => {
      const results = chunks.slice(0, 3).map(([offset, bytes]) => ft.begin_send(offset, bytes));
      for (const result of results) {
        result.waitForSent();
        expect([result.isSent(), result.isCompleted()]).toEqual([true, false]);
      }
    });
    expect(ft.received()).toEqual(chunks.slice(0, 3));
  });

  test('E4 whoever waits for the remaining requests finds them all completed', () => {
    const all = new Set<AsyncResult>();
    transfer((_, results) => results.forEach((result) => all.add(result)));
    whileHeld(e, () => {
      expect([...all].map((result) => result.isCompleted())).toEqual(chunks.map(() => true));
    });
    expect(ft.received()).toEqual(chunks);
  });
});

describe('flow control', () => {
  const sent = (result: AsyncResult): void => to.note('sent', result);
  const generic = newCallback({}, () => {}, sent);

  /** Begins one that is queued: what is told is noted. */
  const queue = (begin: () => AsyncResult): AsyncResult =>
    whileHeld(e, () => {
      fill(e);
      return begin();
    });

  test('K4 newCallback takes a method for the sending as well', () => {
    const result = e.begin_getName(1, generic);
    expect(to.log).toEqual([['sent', result]]);
    expect(e.end_getName(result)).toBe('Bob');
  });

  test('K7 the generic sent method is given the AsyncResult', async () => {
    const now = e.begin_getName(1, generic);
    const later = queue(() => e.begin_getName(1, generic));
    const given = (await to.calls(2)).map(([, result]) => result);
    expect(given[0]).toBe(now);
    expect(given[1]).toBe(later);
  });

  test('K8 the type-safe sent method is given sentSynchronously', async () => {
    const callback = EmployeesPrx.newCallback_retire(to, null, to.failure, to.sent);
    e.begin_retire(1, callback);
    queue(() => e.begin_retire(1, callback));
    expect(await to.calls(2)).toEqual([
      ['sent', true],
      ['sent', false],
    ]);
  });

  test('K9 the type-safe sent method of a callback with a cookie is given that too', async () => {
    const noted = (sentSynchronously: boolean, cookie: string): void =>
      to.note(sentSynchronously, cookie);
    const callback = EmployeesPrx.newCallback_retire(to, null, to.failure, noted);
    e.begin_retire(1, callback, 'a');
    queue(() => e.begin_retire(1, callback, 'b'));
    expect(await to.calls(2)).toEqual([
      [true, 'a'],
      [false, 'b'],
    ]);
  });

  test('K10 who counts the queued requests by sent can limit them, however slow the servant is', async () => {
    const LIMIT = 5;
    let [queued, most, total] = [0, 0, 0];
    const callback = newCallback(
      {},
      () => {},
      (result) => {
        if (!result.sentSynchronously()) queued--;
      },
    );
    const send = (): void => {
      const result = e.begin_put(CHUNK, callback);
      if (!result.sentSynchronously()) queued++;
      most = Math.max(most, queued);
      total++;
    };
    whileHeld(e, () => {
      while (queued < LIMIT && total < 1000) send();
    });
    for (let n = 0; n < 50; n++) {
      await eventually(() => queued < LIMIT);
      send();
    }
    await eventually(() => queued === 0);
    expect(most).toBe(LIMIT);
    expect(e.called()).toHaveLength(total);
  });
});

describe('batches', () => {
  test('L1 a batched request is not sent before the batch is flushed', () => {
    const batch = batchOf();
    batch.end_note(batch.begin_note('1'));
    expect(notes()).toEqual([]);
    batch.ice_flushBatchRequests();
    expect(notes()).toEqual(['1']);
  });

  test('L2 ice_flushBatchRequests sends what the proxy has queued; it blocks until there is room', () => {
    const latch = newLatch();
    const batch = batchOf();
    batch.note('1');
    TransferPrx.uncheckedCast(batch).arrive(latch);
    whileHeld(e, () => fill(e));
    batch.ice_flushBatchRequests();
    expect(latch.waitFor(LONG)).toBe(true); // nothing of ours runs meanwhile
    expect(notes()).toContain('1');
  });

  test('L3 begin_ and end_ice_flushBatchRequests do so without blocking', () => {
    const [batch, other] = [batchOf(), batchOf()];
    const result = whileHeld(e, () => {
      fill(e);
      other.note('other');
      batch.note('1');
      const begun = batch.begin_ice_flushBatchRequests();
      expect([begun.isSent(), begun.isCompleted()]).toEqual([false, false]);
      return begun;
    });
    batch.end_ice_flushBatchRequests(result);
    expect(result.isSent()).toBe(true);
    expect(notes().at(-1)).toBe('1'); // and not the other's
    other.ice_flushBatchRequests();
  });

  test('L5 the communicator flushes the batches of all its connections, blocking and by begin_ and end_', async () => {
    const flushes = [
      () => communicator.flushBatchRequests(),
      () => communicator.end_flushBatchRequests(communicator.begin_flushBatchRequests()),
    ];
    for (const flush of flushes) {
      const before = counter.count;
      batchOf().note('1');
      CounterPrx.uncheckedCast(direct.ice_batchOneway()).add();
      flush();
      await direct.ice_pingAsync(); // comes behind
      expect([notes(), counter.count]).toEqual([['1'], before + 1]);
    }
  });

  test('L6 the connection of a result flushes the batches sent over it, blocking and by begin_ and end_', async () => {
    const connection = e.begin_getName(0).getConnection()!;
    const other = CounterPrx.uncheckedCast(direct.ice_batchOneway());
    const before = counter.count;
    const flushes = [
      () => connection.flushBatchRequests(),
      () => connection.end_flushBatchRequests(connection.begin_flushBatchRequests()),
    ];
    for (const flush of flushes) {
      batchOf().note('1');
      batchOf().note('2');
      other.add();
      flush();
      await direct.ice_pingAsync();
      expect([notes(), counter.count]).toEqual([['1', '2'], before]);
    }
    await other.ice_flushBatchRequestsAsync();
    await direct.ice_pingAsync();
    expect(counter.count).toBe(before + 2);
  });

  test('L7 batched requests arrive in their order, and before what is sent after the flush', () => {
    const batch = batchOf();
    for (const text of ['1', '2', '3']) batch.note(text);
    batch.ice_flushBatchRequests();
    e.note('4');
    expect(notes()).toEqual(['1', '2', '3', '4']);
  });
});

describe('concurrency', () => {
  const mutex = new Mutex();

  /** What the callbacks of the page do: not without the mutex. */
  function locked(...entry: unknown[]): void {
    mutex.lock(); // throws in a thread that has it
    try {
      to.note(...entry);
    } finally {
      mutex.unlock();
    }
  }

  test('M2 a non-recursive mutex that is held around begin_ can be taken by the callback', async () => {
    mutex.lock();
    const result = e.begin_getName(
      1,
      EmployeesPrx.newCallback_getName(to, (name) => locked(name), null),
    );
    result.waitForCompleted();
    mutex.unlock();
    expect(await to.calls(1)).toEqual([['Bob']]);
  });

  test('M3 only sent may be called inside begin_, which sentSynchronously tells: there the mutex is not to be taken', async () => {
    const callback = EmployeesPrx.newCallback_note(to, null, to.failure, (isInside) => {
      if (isInside) to.note('inside');
      else locked('later');
    });
    mutex.lock();
    e.begin_note('x', callback);
    expect(to.log).toEqual([['inside']]);
    whileHeld(e, () => {
      fill(e);
      e.begin_note('x', callback);
    });
    mutex.unlock();
    expect(await to.calls(2)).toEqual([['inside'], ['later']]);
  });
});

describe('limitations', () => {
  test('N1 a collocated servant: CollocationOptimizationException, if the proxy is optimized for that', () => {
    expect(collocated.ice_isCollocationOptimized()).toBe(true);
    const result = collocated.begin_add();
    expect(() => collocated.end_add(result)).toThrow(CollocationOptimizationException);
  });

  test('N2 a servant that is not collocated: the request is sent, also if the proxy is optimized', () => {
    expect(e.ice_isCollocationOptimized()).toBe(true);
    expect(e.end_getName(e.begin_getName(1))).toBe('Bob');
  });

  test('N3 a collocated servant: the request is sent, if the optimization is disabled', async () => {
    const before = counter.count;
    const result = direct.begin_add();
    await result.completed;
    direct.end_add(result);
    expect(counter.count).toBe(before + 1);
  });
});
