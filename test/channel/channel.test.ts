import { createSecretKey } from 'node:crypto';
import { attach, Channel, Mutex, SharedStruct } from 'crossthread';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { syncError } from '../support/errors.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { isSame } from '../support/same.ts';
import { eventually } from '../support/time.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorker, startWorkers } from '../support/worker.ts';

expectNoRescues();

type User = typeof import('./channel-user.mjs');
type Item = import('./channel-user.mjs').Item;
const start = (n: number) => startWorkers<User>(n, './channel-user.mjs', import.meta.url);
const Numbers = SharedStruct({ n: 'i32' });
const bad = <T>(value: unknown): T => value as T;

class Listing extends Array<number> {
  toJSON(): string {
    return `${this.length} numbers`;
  }
}

/** What each sender has sent comes in its order, all of it, once. */
function expectAll(received: readonly (readonly (readonly number[])[])[], counts: number[]): void {
  for (const [from, count] of counts.entries()) {
    const perReceiver = received.map((list) => list.filter((item) => item[0] === from));
    for (const list of perReceiver) {
      const numbers = list.map((item) => item[1]!);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    const all = perReceiver.flat().map((item) => item[1]!);
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
  }
}

describe('Channel: one thread', () => {
  test('first in, first out; full and empty', () => {
    const channel = new Channel<number>(2);
    expect([channel.trySend(1), channel.trySend(2), channel.trySend(3)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([channel.size, channel.capacity]).toEqual([2, 2]);
    expect(channel.sendFor(3, 1)).toBe(false);
    expect(channel.sendUntil(3, Date.now() - 1)).toBe(false);
    expect([channel.receive(), channel.tryReceive(), channel.tryReceive()]).toEqual([
      1,
      2,
      undefined,
    ]);
    expect([channel.receiveFor(1), channel.receiveUntil(new Date(0))]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('what is left is delivered once it is closed, then the end', async () => {
    const channel = new Channel<string>(4, { name: 'jobs' });
    channel.send('a');
    channel.send('b');
    channel.close();
    channel.close();
    expect(() => channel.send('c')).toThrow("Channel 'jobs': send() when it is closed");
    expect(() => channel.trySend('c')).toThrow(syncError('broken_pipe'));
    await expect(channel.sendAsync('c')).rejects.toThrow(syncError('broken_pipe'));
    expect([channel.isClosed, channel.size]).toEqual([true, 2]);
    expect(await channel.receiveAsync()).toBe('a');
    expect([...channel]).toEqual(['b']);
    expect([channel.receive(), channel.tryReceive(), channel.receiveFor(9)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    for await (const value of channel) throw new Error(`nothing is left, got ${value}`);
  });

  const twice = { a: 1 };
  const values = {
    text: 'äöü €',
    empty: '',
    numbers: [0, -0, NaN, Infinity, 1.5],
    tree: { a: [{ b: null }, true], c: {} },
    'undefined inside': { a: undefined },
    'a hole': [1, , 2], // eslint-disable-line no-sparse-arrays
    'a hole and a name': Object.assign([, 2], { name: 1 }), // eslint-disable-line no-sparse-arrays
    'a list that has a toJSON()': Listing.of(1, 2),
    bigint: 2n ** 70n,
    date: new Date(7),
    map: new Map([[1, new Set(['x'])]]),
    bytes: Uint8Array.of(1, 2, 3),
    floats: Float64Array.of(0.5),
    'a view': new DataView(Uint8Array.of(4, 5).buffer),
    buffer: Uint8Array.of(1, 2).buffer,
    'an error': new RangeError('no'),
    'a lone surrogate': '\ud800',
  };
  test.each(Object.entries(values))('%s arrives as structured clone copies it', (_, value) => {
    const channel = new Channel<unknown>(1);
    channel.send(value);
    expect(channel.receive()).toStrictEqual(structuredClone(value));
  });

  test('what stands in a message twice is one there too', () => {
    const channel = new Channel<readonly unknown[]>(1);
    channel.send([twice, twice]);
    const [one, two] = channel.receive()!;
    expect(one).toBe(two);
  });

  test('messages of any size, in any mixture: all come as they were', () => {
    const channel = new Channel<string>(5);
    const sizes = [0, 1, 5000, 3, 70_000, 1023, 1024, 1025, 2, 400_000, 64, 7];
    const sent: string[] = [];
    for (let i = 0; i < 60; i++) {
      const text = String.fromCharCode(97 + (i % 26)).repeat(sizes[(i * 7) % sizes.length]!);
      while (!channel.trySend(text)) expect(channel.receive()).toBe(sent.shift());
      sent.push(text);
    }
    channel.close();
    expect([...channel]).toEqual(sent);
  });

  test('records: all kinds of fields, no other', () => {
    const channel = Channel.of(
      { id: 'u32', at: { x: 'f64' }, flags: ['u8', 2], big: 'i64', on: 'bool', n: 'atomic i32' },
      2,
    );
    const record = { id: 7, at: { x: 0.5 }, flags: Uint8Array.of(1, 2), big: 3n, on: true, n: -1 };
    channel.send(record);
    channel.send({ ...record, id: 8 });
    const received = channel.receive()!;
    expect(received).toEqual(record);
    expect(channel.receive()!.id).toBe(8);
    expectTypeOf(received.at).toEqualTypeOf<{ x: number }>();
    expect(() => channel.send(bad({ ...record, it: 1 }))).toThrow("has a field 'it'");
    expect(() => channel.send(bad({ ...record, id: '1' }))).toThrow(TypeError);
    expect(channel.size).toBe(0);
  });

  test('records: a getter of what is sent may send, too', () => {
    const channel = Channel.of({ x: 'i32', y: 'i32' }, 4);
    let sends = true;
    const record = {
      x: 1,
      get y() {
        if (sends) channel.send({ x: 5, y: 6 });
        return 2;
      },
    };
    channel.send(record);
    sends = false;
    channel.send(record);
    channel.close();
    const other = { x: 5, y: 6 };
    expect([...channel]).toEqual([other, other, { x: 1, y: 2 }, { x: 1, y: 2 }]);
  });

  test('100,000 messages leave nothing behind', () => {
    const channel = new Channel<{ n: number }>(8);
    channel.send({ n: 0 });
    channel.receive();
    const { byteLength } = channel.buffer;
    for (let n = 0; n < 100_000; n++) {
      channel.send({ n });
      channel.receive();
    }
    expect([channel.buffer.byteLength, channel.size]).toEqual([byteLength, 0]);
  });
});

describe('Channel: awaited', () => {
  test('tasks of one thread wait in order; an abort and a timeout take nothing', async () => {
    const channel = new Channel<number>(1);
    const controller = new AbortController();
    const aborted = channel.receiveAsync({ signal: controller.signal });
    const late = channel.receiveAsync({ timeout: 1 });
    const served = [channel.receiveAsync(), channel.receiveAsync()];
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(late).rejects.toThrow('waited for 1 ms in vain');
    channel.send(1);
    expect(await served[0]).toBe(1);
    channel.send(2);
    expect(await served[1]).toBe(2);
    expect(waitersFor(channel)).toBe(0);
  });

  test('what is sent is the value as it was', async () => {
    const channel = new Channel<{ n: number }>(1);
    channel.send({ n: 1 });
    const value = { n: 2 };
    const sent = channel.sendAsync(value);
    value.n = 3;
    channel.trySend(value);
    expect([channel.receive(), await sent, channel.receive()]).toEqual([
      { n: 1 },
      undefined,
      { n: 2 },
    ]);
  });

  test('a signal that is aborted while the value is read ends the wait', async () => {
    const channel = new Channel<{ n: number }>(1);
    channel.send({ n: 1 });
    const controller = new AbortController();
    const value = {
      get n() {
        controller.abort(new Error('aborted'));
        return 2;
      },
    };
    const { signal } = controller;
    const sent = channel.sendAsync(value, { signal, timeout: 1000 });
    await expect(sent).rejects.toThrow('aborted');
    expect([waitersFor(channel), channel.size]).toEqual([0, 1]);
  });

  test('closing ends all waits', async () => {
    const channel = new Channel<number>(1);
    const received = channel.receiveAsync();
    channel.close();
    expect(await received).toBeUndefined();
    const full = new Channel<number>(1);
    full.send(1);
    const sent = expect(full.sendAsync(2)).rejects.toThrow(syncError('broken_pipe'));
    full.close();
    await sent;
  });
});

describe('Channel: between threads', () => {
  test('two send, two receive, blocked and awaiting: all comes once, in order', async () => {
    const channel = new Channel<Item>(3);
    const [one, two, three, four] = await start(4);
    const received = [one!.call.receiveAll(channel), two!.call.receiveAllAsync(channel)];
    await Promise.all([
      three!.call.sendMany(channel, 0, 300, 300),
      four!.call.sendManyAsync(channel, 1, 300),
    ]);
    channel.close();
    expectAll(await Promise.all(received), [300, 300]);
  });

  test('a thread blocked in receive gets it, one blocked in send goes on', async () => {
    const channel = new Channel<number>(1);
    const worker = await startWorker<User>('./channel-user.mjs', import.meta.url);
    const received = worker.call.receive(channel);
    await waitersAre(1, channel);
    channel.send(1);
    expect(await received).toBe(1);
    channel.send(2);
    const sent = worker.call.send(channel, 3);
    await waitersAre(1, channel);
    expect([channel.receive(), await sent, channel.receive()]).toEqual([2, true, 3]);
  });

  test('a global object travels in a message, other shared memory does not', async () => {
    const channel = Channel.global<{ mutex: Mutex }>('mutexes', 2);
    const worker = await startWorker<User>('./channel-user.mjs', import.meta.url);
    const mutex = Mutex.global('sent in a message');
    using _ = mutex.lock();
    channel.send({ mutex });
    expect(await worker.call.lockReceived(channel)).toBe(true);
    for (const value of [{ mutex: new Mutex() }, new SharedArrayBuffer(4)]) {
      expect(() => channel.send(bad(value))).toThrow('nor what lives in it, such as a Mutex');
    }
    expect(channel.size).toBe(0);
  });
});

describe('Channel: a thread dies', () => {
  test('senders at any moment: what they have sent comes, and nothing twice', async () => {
    const channel = new Channel<Item>(2);
    const words = new Int32Array(new SharedArrayBuffer(12));
    const [one, two, receiver] = await start(3);
    const ends = [1, 2].map((from) =>
      expect([one, two][from - 1]!.call.sendForEver(channel, from, words)).rejects.toThrow('ended'),
    );
    const received = receiver!.call.receiveAll(channel);
    await eventually(() => Atomics.load(words, 1) > 20 && Atomics.load(words, 2) > 20);
    await one!.terminate();
    await two!.terminate();
    await Promise.all(ends);
    expect(channel.sendFor({ from: 0, n: 0 }, 10_000)).toBe(true);
    channel.close();
    const all = await received;
    expect(all.at(-1)).toEqual([0, 0]);
    for (const from of [1, 2]) {
      const numbers = all.filter((item) => item[0] === from).map((item) => item[1]);
      expect(numbers).toEqual(numbers.map((_, n) => n));
      expect(numbers.length - Atomics.load(words, from)).toBeOneOf([0, 1]); // sent, not yet counted
    }
  });

  test('receivers at any moment: each loses one message at most', async () => {
    const channel = new Channel<Item>(2);
    const words = new Int32Array(new SharedArrayBuffer(4));
    const [victim, sender] = await start(2);
    const lost = expect(victim!.call.receiveForEver(channel, words)).rejects.toThrow('ended');
    const sent = sender!.call.sendMany(channel, 0, 3000);
    await eventually(() => Atomics.load(words, 0) > 20);
    await victim!.terminate();
    await lost;
    const received: number[] = [];
    const receiving = (async () => {
      for await (const { n } of channel) received.push(n);
    })();
    await sent;
    channel.close();
    await receiving;
    const first = 3000 - received.length;
    expect(received).toEqual(Array.from(received, (_, i) => first + i));
    expect(first - Atomics.load(words, 0)).toBeOneOf([0, 1]);
  });
});

describe('Channel: places', () => {
  test('init and at agree; a message may be as large as all the room there is', () => {
    const options = { messageBytes: 100 };
    const byteLength = Channel.byteLength(3, options);
    const buffer = new SharedArrayBuffer(8 + byteLength);
    const channel = Channel.init<string>(buffer, 8, 3, options);
    expect(isSame(Channel.at(buffer, 8), channel)).toBe(true);
    expect(
      isSame(attach<{ channel: unknown }>(structuredClone({ channel })).channel, channel),
    ).toBe(true);
    channel.send('a'.repeat(300));
    expect(channel.trySend('b'.repeat(300))).toBe(false); // not beside the other
    expect(channel.trySend('c')).toBe(true);
    expect(() => channel.send('d'.repeat(500))).toThrow('a message of 502 bytes');
    expect([channel.receive()?.length, channel.receive(), channel.size]).toEqual([300, 'c', 0]);
  });

  test('records travel with their schema', () => {
    const schema = { x: 'f32' } as const;
    const channel = Channel.of(schema, 2);
    const handle = structuredClone({ channel });
    expect(isSame(attach<{ channel: unknown }>(handle).channel, channel)).toBe(true);
    expect(() => Channel.at(channel.buffer)).toThrow('other records');
    expect(() => Channel.at(channel.buffer, 0, { record: { y: 'f32' } })).toThrow(TypeError);
    expect(isSame(Channel.at(channel.buffer, 0, { record: schema }), channel)).toBe(true);
    const global = Channel.global('records', 2, { record: schema });
    expect(isSame(Channel.global('records', 9, { record: schema }), global)).toBe(true);
    expect(() => Channel.global('records', 2)).toThrow('other records');
  });

  test('a wrong place or capacity', () => {
    const buffer = new SharedArrayBuffer(1024);
    expect(() => Channel.at(buffer)).toThrow(syncError('invalid_argument'));
    expect(() => Channel.at(buffer, 4)).toThrow(RangeError);
    expect(() => Channel.init(buffer, 0, 100)).toThrow(RangeError);
    const placed = Numbers.init(new SharedArrayBuffer(1024), 0);
    expect(() => Channel.at(placed.buffer)).toThrow('there is a SharedStruct');
    for (const capacity of [0, -1, 1.5, NaN, 2 ** 25]) {
      expect(() => new Channel(capacity)).toThrow(RangeError);
    }
    expect(() => new Channel(bad('1'))).toThrow(TypeError);
    expect(() => new Channel(1, { messageBytes: 0 })).toThrow(RangeError);
    expect(() => new Channel(1, { record: bad({ x: 'f31' }) })).toThrow("unknown kind, 'f31'");
  });

  test('misuse: nothing is sent or taken', async () => {
    const channel = new Channel<unknown>(1);
    expect(() => channel.send(undefined)).toThrow('undefined');
    expect(() => channel.send(() => {})).toThrow('could not be cloned');
    expect(() => channel.sendFor(1, NaN)).toThrow(RangeError);
    expect(() => channel.receiveFor(bad('1'))).toThrow(TypeError);
    expect(() => channel.receiveUntil(new Date(NaN))).toThrow(RangeError);
    const { port1: port } = new MessageChannel();
    const key = createSecretKey(Buffer.from('secret'));
    for (const value of [port, { deep: [port] }, new Blob(['text']), key]) {
      expect(() => channel.trySend(value)).toThrow(TypeError);
      expect(() => channel.trySend(value)).toThrow('> could not be cloned');
    }
    port.close();
    await expect(channel.receiveAsync({ timeout: NaN })).rejects.toThrow(RangeError);
    await expect(channel.sendAsync(1, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(channel.size).toBe(0);
  });
});
