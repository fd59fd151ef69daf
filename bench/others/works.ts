/** What is done with the locks of others as with ours, and who offers it. */
import type { Side } from '../crew.ts';
import type { Course } from '../measure.ts';
import type { Quantity } from '../rows.ts';

/** In the order of the columns. */
export const PEERS = {
  raw: {
    version: '',
    about:
      'written by hand on bare `Atomics`, as in all of this page: no owner, no order, no recovery',
  },
  'async-mutex': {
    version: 'package',
    about: 'for the tasks of one thread; knows nothing of others',
  },
  multithreading: {
    version: 'package',
    about: 'a permit goes back from another thread by what the package keeps internal',
  },
  messages: {
    version: '',
    about:
      'what `worker_threads` have by themselves: the main thread keeps the lock, and is asked for it by `postMessage`; a hand-off is a message from thread to thread; none of it can block',
  },
  'navigator.locks': {
    version: 'Node 24',
    host: 'Node 24',
    isCalled: true,
    about: 'Web Locks; a lock is held while a callback runs; cannot block',
  },
  'Atomics.Mutex': {
    version: 'Node 24',
    host: 'Node 24',
    isCalled: true,
    about:
      "V8's own, of the proposal for shared structs, by `--harmony-struct`; a lock is held while a callback runs",
  },
  'C++': {
    version: 'C++',
    host: 'C++',
    about:
      '`std::mutex`, `std::condition_variable`, `std::counting_semaphore`, between threads of C++',
  },
} as const satisfies { readonly [name: string]: PeerOf };

interface PeerOf extends Pick<Side, 'host'> {
  /** Where its version is looked up. */
  readonly version: '' | 'package' | 'Node 24' | 'C++';
  readonly about: string;
  /** Whether a lock is held during a callback alone; it is compared with ours in that form. */
  readonly isCalled?: true;
}

export type Peer = keyof typeof PEERS;

export interface Work extends Pick<Course, 'threads' | 'unit' | 'settles'> {
  readonly name: string;
  readonly module: string;
  readonly load: string;
  /** The load for those that hold a lock during a callback. Default `load`. */
  readonly called?: string;
  /** The raw load that does it by messages, where no thread is asked for a lock. */
  readonly messages?: string;
  readonly tasks?: number;
  readonly quantity: Exclude<Quantity, 'throughput'>;
  readonly peers: readonly Peer[];
  /** Whether the README shows it. */
  readonly isShown: boolean;
}

const BLOCKING: readonly Peer[] = ['raw', 'multithreading', 'Atomics.Mutex', 'C++'];
const AWAITING: readonly Peer[] = [
  'raw',
  'multithreading',
  'messages',
  'navigator.locks',
  'Atomics.Mutex',
];
const IN_ONE_THREAD: readonly Peer[] = [...AWAITING, 'async-mutex'];

const ALONE = {
  module: 'uncontended.mjs',
  threads: 1,
  unit: 'operations',
  quantity: 'time',
} as const;
const ALL = {
  module: 'increments.mjs',
  unit: 'milliseconds',
  settles: true,
  quantity: 'time',
} as const;
const HAND_OFF = {
  module: 'hand-off.mjs',
  threads: 2,
  unit: 'operations',
  settles: true,
} as const;
const STREAM = {
  ...HAND_OFF,
  module: 'messages.mjs',
  messages: 'port',
  quantity: 'time',
  peers: ['multithreading', 'messages'],
} as const;

export const WORKS: readonly Work[] = [
  {
    ...ALONE,
    name: 'lock, unlock',
    load: 'lockUnlock',
    called: 'withLock',
    peers: BLOCKING,
    isShown: true,
  },
  ...[2, 4, 8].map((threads): Work => ({
    ...ALL,
    name: `lock, unlock, ${threads} threads at once`,
    load: 'blocking',
    called: 'called',
    threads,
    peers: BLOCKING,
    isShown: threads < 8,
  })),
  {
    ...ALONE,
    name: 'await a lock',
    load: 'lockAsync',
    called: 'withLockAsync',
    peers: IN_ONE_THREAD,
    isShown: true,
  },
  ...[2, 4].map((threads): Work => ({
    ...ALL,
    name: `await a lock, ${threads} threads at once`,
    load: 'awaited',
    called: 'calledAwaited',
    threads,
    peers: AWAITING,
    isShown: threads === 2,
  })),
  {
    ...ALL,
    name: 'await a lock, 8 tasks of one thread',
    load: 'awaited',
    called: 'calledAwaited',
    threads: 1,
    tasks: 8,
    peers: IN_ONE_THREAD,
    isShown: true,
  },
  {
    ...HAND_OFF,
    name: 'condition: wake a sleeper',
    load: 'conditionAsleep',
    quantity: 'latency',
    peers: BLOCKING,
    isShown: true,
  },
  {
    ...HAND_OFF,
    name: 'condition: to and fro',
    load: 'conditionAtOnce',
    quantity: 'time',
    peers: BLOCKING,
    isShown: false,
  },
  {
    ...HAND_OFF,
    name: 'semaphore: wake a sleeper',
    load: 'semaphoreAsleep',
    messages: 'messageAsleep',
    quantity: 'latency',
    peers: ['raw', 'multithreading', 'messages', 'C++'],
    isShown: false,
  },
  {
    ...HAND_OFF,
    name: 'semaphore: to and fro',
    load: 'semaphoreAtOnce',
    messages: 'messageAtOnce',
    quantity: 'time',
    peers: ['raw', 'multithreading', 'messages', 'C++'],
    isShown: true,
  },
  {
    ...STREAM,
    name: 'channel: objects',
    load: 'values',
    isShown: true,
  },
  {
    ...STREAM,
    name: 'channel: objects, awaited',
    load: 'awaited',
    isShown: false,
  },
];

export function sideOf(work: Work, peer: Peer): Side {
  const { host, isCalled }: PeerOf = PEERS[peer];
  const common = {
    module: work.module,
    load: isCalled ? (work.called ?? work.load) : work.load,
    ...(work.tasks !== undefined && { tasks: work.tasks }),
    ...(host && { host }),
  };
  if (peer === 'messages' && work.messages) {
    return { ...common, library: 'raw', load: work.messages };
  }
  return { ...common, library: peer };
}

/** Ours, on the same Node and in the same form. */
export function oursBeside(work: Work, peer: Peer): Side {
  const { host, ...side } = sideOf({ ...work, messages: work.load }, peer);
  return { ...side, library: 'crossthread', ...(host === 'Node 24' && { host }) };
}
