import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { moduleRef, Thread } from '../../dist/index.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { communicatorHere } from '../../dist/ami/communicator.js';
import type { Reply } from '../../dist/ami/message.js';
import { ObjectAdapter } from '../../dist/ami/object-adapter.js';
import { startServant, type StartedServant } from '../../dist/ami/start-servant.js';
import { Link } from '../../dist/ami/transport/link.js';
import { AdapterMemory } from '../../dist/ami/transport/memory.js';
import { unpackThrown } from '../../dist/thread/error-transport.js';
import { runProcess } from '../support/child.ts';
import { syncError } from '../support/errors.ts';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { eventually, LONG } from '../support/time.ts';
import { TooBig } from './servants.mjs';

const servants = moduleRef('./servants.mjs', import.meta.url);
const clients = moduleRef<typeof import('./clients.mjs')>('./clients.mjs', import.meta.url);

function start(options = {}, ...args: unknown[]): StartedServant {
  const servant = startServant(servants, 'Echo', args, options);
  onTestFinished(async () => {
    servant.destroy();
    await servant.ended;
  });
  return servant;
}

/** The worker of a servant, which `terminate()` kills. */
async function startWithWorker(options = {}): Promise<[StartedServant, Worker]> {
  const started = once(process, 'worker') as Promise<[Worker]>;
  const servant = start(options);
  const [worker] = await started;
  return [servant, worker];
}

/** Made by communicators alone. */
const Adapter = ObjectAdapter as unknown as new (
  memory: AdapterMemory,
  communicator: typeof communicatorHere,
) => ObjectAdapter;

/** A client in this thread. */
class Client {
  readonly link: Link;
  readonly answers: Reply[] = [];
  readonly sent: unknown[] = [];
  losses = 0;
  #lastId = 0;

  constructor({ memory }: { memory: AdapterMemory }) {
    this.link = Link.open(memory, {
      received: (answer) => this.answers.push(answer as Reply),
      sent: (message) => this.sent.push(message),
      lost: () => this.losses++,
    });
  }

  send(operation: string, ...args: unknown[]): boolean {
    return this.link.send([++this.#lastId, 'Echo', operation, args]);
  }

  /** The answer to the last request. */
  wait(): Reply {
    const answer = (): Reply | undefined => this.answers.find(([id]) => id === this.#lastId);
    this.link.waitUntil(() => answer() !== undefined);
    return answer()!;
  }

  call(operation: string, ...args: unknown[]): Reply {
    this.send(operation, ...args);
    return this.wait();
  }
}

describe('a servant in a thread of its own', () => {
  expectNoRescues();

  test('a call blocks at once after the start, and is answered', () => {
    const client = new Client(start());
    expect(client.send('echo', 'a', { b: [1] })).toBe(true);
    expect(client.wait()).toEqual([1, 0, ['a', { b: [1] }]]);
  });

  test('what a servant is told, and what becomes of what it throws', () => {
    const servant = start();
    const client = new Client(servant);
    client.link.send([1, 'Echo', 'tell', [], { user: 'Ann' }]);
    client.link.waitUntil(() => client.answers.length === 1);
    const told = { id: 'Echo', operation: 'tell', ctx: new Map([['user', 'Ann']]), requestId: 1 };
    expect(client.answers).toEqual([[1, 0, { ...told, adapter: 'Echo' }]]);
    const other = new Client(servant);
    const thrown = (reply: Reply): unknown => unpackThrown(reply[2] as never);
    expect(thrown(other.call('throwTooBig'))).toEqual(new TooBig('too big', 7));
    expect(thrown(other.call('rejectTooBig'))).toBeInstanceOf(TooBig);
    expect(other.call('throwTypeError')).toEqual([3, 7, 'TypeError: nobody has registered this']);
    expect(other.call('uncloneable')).toEqual([4, 7, expect.stringContaining('not be cloned')]);
    expect(other.call('constructor')).toEqual([5, 4, expect.stringContaining("'constructor'")]);
    expect(other.call('toString').slice(0, 2)).toEqual([6, 4]);
    expect(other.call('note', 1)).toEqual([7, 0]);
  });

  test('what all objects answer', () => {
    const client = new Client(start());
    expect(client.call('ice_ping')).toEqual([1, 0]);
    expect(client.call('ice_id')).toEqual([2, 0, '::Test::Echo']);
    expect(client.call('ice_ids')).toEqual([
      3,
      0,
      ['::Ice::Object', '::Test::Base', '::Test::Echo'],
    ]);
    expect(client.call('ice_isA', '::Test::Base')).toEqual([4, 0, true]);
    expect(client.call('ice_isA', '::Test::Other')).toEqual([5, 0, false]);
    client.link.send([6, 'Nobody', 'ice_ping', []]);
    client.link.waitUntil(() => client.answers.length === 6);
    expect(client.answers.at(-1)).toEqual([6, 2, expect.stringContaining("'Nobody'")]);
  });

  test('a batch is carried out in its order', () => {
    const client = new Client(start());
    const note = (n: number): unknown => [0, 'Echo', 'note', [n]];
    client.link.send([-1, [note(1), note(2), note(3)]]);
    expect(client.call('noted')).toEqual([1, 0, [1, 2, 3]]);
  });

  test('a class that throws, or is not there: calls fail and say why', () => {
    const broken = startServant(servants, 'Broken', ['on purpose']);
    const missing = startServant(servants, 'Missing', []);
    expect(new Client(broken).call('echo')).toEqual([1, 7, 'RangeError: on purpose']);
    expect(new Client(missing).call('echo')).toEqual([1, 7, expect.stringContaining("'Missing'")]);
    broken.destroy();
    missing.destroy();
  });

  test('destroyed: what has begun is answered, what comes then is refused', async () => {
    const servant = start();
    const client = new Client(servant);
    const call = (id: number, operation: string): unknown => [id, 'Echo', operation, ['begun']];
    client.link.send([-1, [call(1, 'answerLater'), call(2, 'destroy'), call(3, 'echo')]]); // at once
    client.link.waitUntil(() => false);
    expect(client.answers).toEqual([
      [2, 0, 'destroyed'],
      [3, 8, expect.stringContaining('deactivated')],
      [1, 0, 'begun'],
    ]);
    expect(client.losses).toBe(1);
    await servant.ended;
  });

  test('it does not keep the process alive, nor does a connection, but a hold does', async () => {
    const { code, stdout, stderr } = await runProcess('./process.mjs', import.meta.url);
    expect(stdout).toBe('[1,0,["answered"]]\n');
    expect(stderr).toContain('crossthread/ami: Echo.throwTooBig() failed');
    expect(stderr).toContain('too big');
    expect(code).toBe(0);
  });
});

describe('a connection', () => {
  test('messages far larger than the ring, there and back', () => {
    const client = new Client(start({ ringBytes: 65_536 }));
    const bytes = new Uint8Array(1_000_000).map((_, i) => i % 251);
    const text = 'ä'.repeat(100_000);
    const isSent = [bytes, text, 'short'].map((value) => client.send('echo', value));
    expect(client.wait()).toEqual([3, 0, ['short']]);
    expect(client.answers.map(([id]) => id)).toEqual([1, 2, 3]);
    expect(Buffer.compare((client.answers[0]![2] as [Uint8Array])[0], bytes)).toBe(0);
    expect((client.answers[1]![2] as [string])[0]).toBe(text);
    expect(client.sent).toHaveLength(isSent.filter((isDone) => !isDone).length);
  });

  test('three threads call at once, each gets its own answers', async () => {
    const { memory } = start();
    const threads = [1, 2, 3].map((me) => Thread.start(clients, 'call', memory, me, 200));
    for (const [i, thread] of threads.entries()) {
      const answers = (await thread.joinAsync()) as Reply[];
      expect(answers.map(([id]) => id)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
      expect(answers.at(-1)).toEqual([200, 0, [i + 1, 200]]);
    }
  });

  test('a slow server: what has no room is queued, as it was, and sent in order', async () => {
    const words = sharedWords(2);
    const client = new Client(start({ ringBytes: 1024 }, words));
    client.send('block');
    Atomics.wait(words, 0, 0, LONG);
    const notes = Array.from({ length: 100 }, (_, n) => ({ n }));
    const isSent = notes.map((note) => client.send('note', note));
    notes[99]!.n = -1;
    const atOnce = isSent.indexOf(false);
    expect(atOnce).toBeGreaterThan(0);
    expect(isSent.slice(atOnce)).not.toContain(true);
    expect(client.sent).toEqual([]);
    Atomics.store(words, 1, 1);
    Atomics.notify(words, 1);
    await eventually(() => client.sent.length === 100 - atOnce); // by the event loop
    expect(client.call('noted')[2]).toEqual(Array.from({ length: 100 }, (_, n) => ({ n })));
  });

  test('what cannot travel throws, and sends nothing', () => {
    const client = new Client(start());
    expect(() => client.link.send([1, 'Echo', 'echo', [() => {}]])).toThrow(/could not be cloned/);
    expect(() => client.link.send([1, 'Echo', 'echo', [sharedWords()]])).toThrow(TypeError);
    expect(client.call('echo', 1)).toEqual([1, 0, [1]]);
  });

  test('64 threads may be connected, and a place is used again', async () => {
    const servant = start();
    const connected = Array.from({ length: 64 }, () => new Client(servant));
    expect(() => new Client(servant)).toThrow(syncError('resource_unavailable_try_again'));
    expect(connected[63]!.call('echo', 63)).toEqual([1, 0, [63]]);
    connected[7]!.link.close();
    const again = await eventuallyMade(() => new Client(servant));
    expect(again.call('echo', 'again')).toEqual([1, 0, ['again']]);
  });

  test('the place of a dead client is used again', async () => {
    const words = sharedWords();
    const [servant] = await startWithWorker({ connections: 1 });
    const started = once(process, 'worker') as Promise<[Worker]>;
    const thread = Thread.start(clients, 'outlive', servant.memory, words);
    const [worker] = await started;
    Atomics.wait(words, 0, 0, LONG);
    expect(() => new Client(servant)).toThrow(syncError('resource_unavailable_try_again'));
    await worker.terminate();
    await expect(thread.joinAsync()).rejects.toThrow(syncError('no_such_process'));
    const client = await eventuallyMade(() => new Client(servant));
    expect(client.call('echo', 1)).toEqual([1, 0, [1]]);
  });
});

describe('the end of a servant', () => {
  test('it exits while its client is blocked', () => {
    const client = new Client(start());
    client.send('exit');
    client.link.waitUntil(() => false);
    expect([client.losses, client.link.isLost, client.answers]).toEqual([1, true, []]);
    expect(client.send('echo')).toBe(false);
  });

  test('it is terminated while one client is blocked, and another awaits', async () => {
    const [servant, worker] = await startWithWorker();
    const words = sharedWords();
    const blocked = Thread.start(clients, 'outlive', servant.memory, words);
    Atomics.wait(words, 0, 0, LONG);
    const client = new Client(servant);
    client.send('keepSilent');
    const release = client.link.hold();
    await worker.terminate();
    expect(await blocked.joinAsync()).toBe(true);
    await eventually(() => client.losses === 1);
    release();
    expect(client.link.isLost).toBe(true);
  });

  test('it is terminated before it has served anybody', async () => {
    const [servant, worker] = await startWithWorker();
    const client = new Client(servant);
    client.send('echo');
    void worker.terminate();
    client.link.waitUntil(() => client.answers.length > 0);
    expect(client.answers.length + client.losses).toBeGreaterThan(0);
  });
});

describe('an adapter of this thread', () => {
  const adapterOf = (name: string): ObjectAdapter =>
    new Adapter(AdapterMemory.create(name), communicatorHere);

  test('servants by identity', () => {
    const adapter = adapterOf('here');
    const servant = {};
    expect(adapter.add(servant, 'one').ice_getIdentity()).toBe('one');
    expect(() => adapter.add({}, 'one')).toThrow(syncError('invalid_argument'));
    expect(adapter.remove('one')).toBe(servant);
    expect(adapter.remove('one')).toBeUndefined();
    expect(adapter.getName()).toBe('here');
    adapter.deactivate();
    expect(() => adapter.activate()).toThrow(syncError('operation_not_permitted'));
    adapter.destroy();
  });

  test('requests wait until it is active, and are carried out on the event loop', async () => {
    const memory = AdapterMemory.create('holding');
    const adapter = new Adapter(memory, communicatorHere);
    adapter.add({ double: (n: number) => 2 * n }, 'Echo');
    const client = new Client({ memory });
    client.send('double', 21);
    const release = client.link.hold();
    adapter.activate();
    expect(client.answers).toEqual([]);
    await eventually(() => client.answers.length === 1);
    expect(client.answers).toEqual([[1, 0, 42]]);
    adapter.destroy();
    await adapter.closed;
    await eventually(() => client.losses === 1);
    release();
  });

  test('options', () => {
    expect(() => AdapterMemory.create('x', { connections: 0 })).toThrow(RangeError);
    expect(() => AdapterMemory.create('x', { ringBytes: 31 })).toThrow(RangeError);
    expect(() => startServant('./x.mjs' as never, 'Echo', [])).toThrow(TypeError);
  });
});

/** Until nothing stands in the way of it any more. */
async function eventuallyMade<T>(make: () => T): Promise<T> {
  let made: T | undefined;
  await eventually(() => {
    try {
      made = make();
    } catch (error) {
      expect(error).toEqual(syncError('resource_unavailable_try_again'));
    }
    return made;
  });
  return made!;
}
