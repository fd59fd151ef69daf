/**
 * Programs over the connections of an adapter, for the explorer. The first thread of each program serves: it
 * answers n with -n. There is room for one message in each direction, so that both fill.
 */
import type { Mutex, Semaphore } from '../../dist/index.js';
import type { Model } from '../../dist/testing/index.js';
import type { AdapterMemory } from '../../dist/ami/transport/memory.js';
import type { Link } from '../../dist/ami/transport/link.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

interface Shared {
  readonly memory: AdapterMemory;
  /** Held by a client that may die. */
  readonly mutex: Mutex;
  /** Clients that the server has lost. */
  readonly lost: Semaphore;
}

type Body = (shared: Shared) => void | Promise<void>;

export interface Program extends Bounded {
  /** 1 unless told otherwise. */
  readonly connections?: number;
  /** Bytes; for one message unless told otherwise. */
  readonly ringBytes?: number;
  readonly threads: (library: Library) => readonly Body[];
}

const SERVER = 2; // the agent id of a program's first thread
const END = 0; // a request that ends the server
const THRICE = 9; // one that has three answers
const LARGE = 'larger than a ring with room for 128 bytes in all'.padEnd(130, '.');
const LAST = 'last'; // in a request: the server answers it, and ends

type Message = readonly [n: number, text?: string];

/**
 * Serves until that many clients have left or died, or one has sent END, or LAST and has all its answers. Some
 * send so many requests in all.
 */
const serving =
  ({ Listener }: Library, clients = 1, requests?: number): Body =>
  async ({ memory, lost }) => {
    let listener!: InstanceType<Library['Listener']>;
    let left = 0;
    let received = 0;
    let isEnding = false;
    await new Promise<void>((resolve, reject) => {
      const endIfDone = (): void => {
        if (isEnding && !listener.hasQueued) resolve();
      };
      listener = new Listener(memory, {
        received: (peer, message) => {
          const [n, text = ''] = message as Message;
          received++;
          if (n === END) resolve();
          else if (n === THRICE) for (const answer of [-1, -2, -3]) peer.send([answer]);
          else peer.send([-n]);
          if (text === LAST) isEnding = true;
          else if (![LARGE, ''].includes(text)) reject(new Error(`got ${text}`));
          endIfDone();
        },
        sent: endIfDone,
        lost: () => {
          lost.release();
          if (++left === clients) resolve();
        },
      });
    });
    listener.close();
    if (requests !== undefined && received !== requests) throw new Error(`received ${received}`);
  };

/** Whose event loop has no turn, until a client has left: then what that has sent is taken all the same. */
const servingLeft =
  ({ Listener }: Library): Body =>
  async ({ memory, lost }) => {
    let received = 0;
    const listener = new Listener(memory, {
      received: () => received++,
      sent: () => {},
      lost: () => {},
    });
    lost.acquire();
    listener.serveLeft();
    listener.close();
    if (received !== 1) throw new Error(`received ${received}`);
  };

/** A client: what it has sent, and what has come. */
class Client {
  readonly link: Link;
  readonly expected: number[] = [];
  readonly answered: number[] = [];
  readonly sent: number[] = [];
  isLost = false;
  onChange: () => void = () => {};

  constructor({ Link }: Library, memory: AdapterMemory) {
    this.link = Link.open(memory, {
      sent: (message) => {
        this.sent.push((message as Message)[0]);
        this.onChange();
      },
      received: (message) => {
        this.#receive(message as Message);
        this.onChange();
      },
      lost: () => {
        if (this.isLost) throw new Error('lost twice');
        this.isLost = true;
        this.onChange();
      },
    });
  }

  send(...message: Message): void {
    const [n] = message;
    this.expected.push(-n);
    if (this.link.send(message)) this.sent.push(n);
  }

  get isDone(): boolean {
    return this.answered.length === this.expected.length;
  }

  wait(): void {
    this.link.waitUntil(() => this.isDone);
    this.#check();
  }

  async waitAsync(): Promise<void> {
    const release = this.link.hold();
    await new Promise<void>((resolve) => {
      this.onChange = () => {
        if (this.isDone || this.isLost) resolve();
      };
      this.onChange();
    });
    release();
    this.#check();
  }

  #receive([n]: Message): void {
    if (this.isLost) throw new Error('an answer after the end');
    this.answered.push(n);
  }

  #check(): void {
    const expected = this.expected.slice(0, this.answered.length);
    if (String(this.answered) !== String(expected)) throw new Error(`got ${String(this.answered)}`);
    if (!this.isDone && !this.isLost) throw new Error('ended with no reason');
    if (this.isDone && this.sent.length !== this.expected.length)
      throw new Error('not all was sent');
  }
}

/** Calls one after the other. */
const calling =
  (library: Library, ...requests: number[]): Body =>
  ({ memory }) => {
    const client = new Client(library, memory);
    for (const request of requests) {
      client.send(request);
      client.wait();
    }
    client.link.close();
  };

/** Sends all before it waits. Not a plain function: what is queued is the event loop's as well. */
const sending =
  (library: Library, ...requests: number[]): Body =>
  async ({ memory }) => {
    const client = new Client(library, memory);
    for (const request of requests) client.send(request);
    client.wait();
    client.link.close();
  };

const sendingAsync =
  (library: Library, ...requests: number[]): Body =>
  async ({ memory }) => {
    const client = new Client(library, memory);
    for (const request of requests) client.send(request);
    await client.waitAsync();
    client.link.close();
  };

/** A task waits, and its thread as well. */
const sendingTwice =
  (library: Library): Body =>
  async ({ memory }) => {
    const client = new Client(library, memory);
    client.send(1);
    client.send(2);
    const awaited = client.waitAsync();
    client.wait();
    await awaited;
    client.link.close();
  };

const sendingLarge =
  (library: Library): Body =>
  async ({ memory }) => {
    const client = new Client(library, memory);
    client.send(1, LARGE);
    client.send(2);
    client.wait();
    client.link.close();
  };

/** Sends, and leaves at once: the server gets it all the same. */
const leaving =
  (library: Library): Body =>
  ({ memory }) => {
    const client = new Client(library, memory);
    client.send(1);
    client.link.close();
  };

const leavingFirst =
  (library: Library): Body =>
  (shared) => {
    void leaving(library)(shared);
    shared.lost.release();
  };

/** Waits for the end of the server. */
const outliving =
  (library: Library): Body =>
  ({ memory }) => {
    const client = new Client(library, memory);
    client.expected.push(-1); // never sent
    client.wait();
    if (!client.isLost) throw new Error('not lost');
  };

const outlivingAsync =
  (library: Library): Body =>
  async ({ memory }) => {
    const client = new Client(library, memory);
    client.expected.push(-1);
    await client.waitAsync();
    if (!client.isLost) throw new Error('not lost');
  };

/** Has the server answer and then end: the answers are there. */
const endingWithAnswers =
  (library: Library, request: number, ...answers: number[]): Body =>
  ({ memory }) => {
    const client = new Client(library, memory);
    client.link.send([request, LAST]);
    client.expected.push(...answers);
    client.link.waitUntil(() => false);
    if (!client.isLost || !client.isDone) throw new Error('an answer was lost');
  };

/** Is answered three times. */
const askingThrice =
  (library: Library): Body =>
  ({ memory }) => {
    const client = new Client(library, memory);
    client.link.send([THRICE]);
    client.expected.push(-1, -2, -3);
    client.link.waitUntil(() => client.isDone);
    client.link.close();
  };

const callingWithMutex =
  (library: Library): Body =>
  (shared) => {
    shared.mutex.lock();
    void calling(library, 1)(shared);
    shared.mutex.unlock();
  };

/** Sees that the client that holds the mutex is done or dead; then the server must see that too. */
const missing =
  (library: Library): Body =>
  (shared) => {
    const { memory, mutex, lost } = shared;
    try {
      mutex.lock();
      mutex.unlock();
    } catch (error) {
      if ((error as { code?: string }).code !== 'owner_dead') throw error;
    }
    if (memory.placeAt(0).isInUse) lost.acquire();
    void ending(library)(shared);
  };

const ending =
  (library: Library): Body =>
  ({ memory }) => {
    const client = new Client(library, memory);
    client.link.send([END]);
    client.link.close();
  };

/** Calls as soon as there is a place for it, and ends the server. */
const callingInTurn =
  (library: Library): Body =>
  ({ memory }) => {
    const client = openInTurn(library, memory);
    client.send(3);
    client.wait();
    if (client.isLost) throw new Error('lost');
    client.link.send([END]);
    client.link.close();
  };

function openInTurn(library: Library, memory: AdapterMemory): Client {
  for (;;) {
    while (memory.placeAt(0).client !== 0);
    const client = openIfPossible(library, memory);
    if (client) return client;
  }
}

const callingIfPossible =
  (library: Library): Body =>
  ({ memory }) => {
    const client = openIfPossible(library, memory);
    if (!client) return;
    client.send(1);
    client.wait();
    client.link.close();
  };

function openIfPossible(library: Library, memory: AdapterMemory): Client | undefined {
  try {
    return new Client(library, memory);
  } catch (error) {
    if ((error as { code?: string }).code !== 'resource_unavailable_try_again') throw error;
    return undefined;
  }
}

export const PROGRAMS = {
  'one calls twice': {
    threads: (library) => [serving(library), calling(library, 1, 2)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one sends three, both directions fill': {
    threads: (library) => [serving(library), sending(library, 1, 2, 3)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one request has three answers': {
    threads: (library) => [serving(library), askingThrice(library)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one awaits three': {
    threads: (library) => [serving(library), sendingAsync(library, 1, 2, 3)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'a task waits, its thread waits': {
    threads: (library) => [serving(library), sendingTwice(library)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one message is larger than the ring': {
    ringBytes: 64,
    threads: (library) => [serving(library), sendingLarge(library)],
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
  },
  'one sends and leaves': {
    threads: (library) => [serving(library, 1, 1), leaving(library)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one sends and leaves, and the server ends': {
    threads: (library) => [servingLeft(library), leavingFirst(library)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'two send and leave': {
    connections: 2,
    threads: (library) => [serving(library, 2, 2), leaving(library), leaving(library)],
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
  },
  'two call': {
    connections: 2,
    threads: (library) => [serving(library, 2), calling(library, 1), calling(library, 2)],
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
  },
  'the adapter is closed, one waits': {
    connections: 2,
    threads: (library) => [serving(library), outliving(library), ending(library)],
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
  },
  'the adapter is closed, one awaits': {
    connections: 2,
    threads: (library) => [serving(library), outlivingAsync(library), ending(library)],
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
  },
  'an answer, and the end': {
    threads: (library) => [serving(library), endingWithAnswers(library, 1, -1)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'the server ends with answers queued': {
    threads: (library) => [serving(library), endingWithAnswers(library, THRICE, -1, -2, -3)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'the server dies, one waits': {
    threads: (library) => [serving(library), sending(library, 1, 2)],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0] },
  },
  'the server dies, one awaits': {
    threads: (library) => [serving(library), sendingAsync(library, 1, 2)],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0] },
  },
  'a client dies, and is missed': {
    connections: 2,
    threads: (library) => [serving(library, 9), callingWithMutex(library), missing(library)],
    bounds: { preemptions: 0, kills: 1, killable: [1] },
    deep: { preemptions: 1, kills: 1, killable: [1] },
  },
  'a client dies, another takes its place': {
    threads: (library) => [serving(library, 9), callingIfPossible(library), callingInTurn(library)],
    bounds: { preemptions: 0, kills: 1, killable: [1] },
    deep: { preemptions: 1, kills: 1, killable: [1] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(
  library: Library,
  { threads, connections = 1, ringBytes = 32 }: Program,
): Model<Shared> {
  const { AdapterMemory, unrest } = library;
  return {
    setup: () => {
      const memory = AdapterMemory.create('demo', { connections, ringBytes });
      memory.appoint(SERVER);
      return { memory, mutex: new library.Mutex(), lost: new library.Semaphore(0) };
    },
    threads: threads(library),
    atRest: ({ memory }) => unrest(memory),
  };
}
