/** What is measured, against what, and what is hoped for. */
import type { Side } from './crew.ts';
import type { Course, Round } from './measure.ts';

export interface Row extends Course {
  readonly name: string;
  readonly against: string;
  /** Which number of the subject is divided by which of the base. */
  readonly quantity: Quantity;
  readonly target?: Target;
  /** Why the target is missed, as far as it is known. */
  readonly cause?: string;
}

export type Quantity = 'time' | 'latency' | 'throughput';
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** Fairness beside throughput: one without the other says nothing. */
export interface Contest extends Course {
  readonly name: string;
}

const raw = (module: string, load: string): Side => ({ library: 'raw', module, load });
const ours = (module: string, load: string): Side => ({ library: 'crossthread', module, load });
const fifo = (module: string, load: string): Side => ({
  ...ours(module, load),
  fairness: 'fifo',
});

const WAKING =
  'with more threads than cores each hand-over after 1 ms waits for a sleeper to wake up, 35 us at the ' +
  'median here and 3 ms at p99; raw lets whoever runs take it, and has no such promise.';
const HANDING_ON =
  'beside the wake-up of the engine, 13 us here, ours writes a record and scans for the oldest.';
const BOTH_RUN =
  'whether to look before a sleep is learnt from the last times, and the two threads have to learn it at ' +
  'once: some rounds stay asleep, as the spread shows.';

const EMPTIED =
  'a receiver that is faster than its sender sleeps after each message and is woken for the next: where both ' +
  'have a core it is ahead, where others want it not, as the spread shows.';

const ONE_BY_ONE =
  'a phase ends with a wake-up of the engine for each that waits, where raw has one for all; a barrier by hand that ' +
  'wakes them one by one takes 1.3x to 1.9x raw too. None is woken in vain.';

const A_STATE =
  'a task makes a state in shared memory for its future, and copies the value there and back; and who blocks ' +
  'is woken by the engine, not by the event loop.';

const TWO_LOOPS =
  'an event loop is woken by Atomics.waitAsync, which takes a tenth longer than a message does, 35 us to 31 us ' +
  'there and back; what is done between the wake-ups costs about as much as that of comlink.';

const SLEEPERS =
  'most of the time of both sides goes to the one attempt in a hundred that finds the mutex held for longer than it ' +
  'looks, and sleeps 60 us in its event loop; how many do differs from round to round, as the spread shows.';

const ALONE = 'uncontended.mjs';
const INCREMENTS = 'increments.mjs';
const HAND_OFF = 'hand-off.mjs';
const MESSAGES = 'messages.mjs';
const TASKS = 'tasks.mjs';
const PEERS = 'peers.mjs';
const SUM = 'sum.mjs';
const PHASES = 'phases.mjs';
const STARTUP = 'startup.mjs';
const CALLS = 'calls.mjs';
const THREADS = [2, 4, 8];

const LOCK_UNLOCK = ours(ALONE, 'lockUnlock');
const alone = { threads: 1, unit: 'operations', quantity: 'time' } as const;
const settled = { ...alone, settles: true } as const;
const pair = { threads: 2, unit: 'operations' } as const;

const uncontended: readonly Row[] = [
  {
    ...alone,
    name: 'mutex / uncontended / lock + unlock',
    against: 'raw',
    base: raw(ALONE, 'lockUnlock'),
    subject: LOCK_UNLOCK,
    target: { atMost: 1.25 },
  },
  {
    ...alone,
    name: 'mutex / uncontended / withLock(fn)',
    against: 'lock + unlock',
    base: LOCK_UNLOCK,
    subject: ours(ALONE, 'withLock'),
    target: { atMost: 1.4 },
  },
  {
    ...alone,
    name: 'mutex / uncontended / guard, try and finally',
    against: 'lock + unlock',
    base: LOCK_UNLOCK,
    subject: ours(ALONE, 'guard'),
    target: { atMost: 1.4 },
  },
  {
    ...alone,
    name: 'mutex / uncontended / using, as tsc lowers it',
    against: 'lock + unlock',
    base: LOCK_UNLOCK,
    subject: ours('using.ts', 'using'),
  },
  {
    ...alone,
    name: 'mutex / uncontended / await lockAsync() + unlock',
    against: 'raw',
    base: raw(ALONE, 'lockAsync'),
    subject: ours(ALONE, 'lockAsync'),
    target: { atMost: 1.3 },
  },
  {
    ...alone,
    name: 'mutex / uncontended / the same, to the bare await',
    against: 'CAS + await',
    base: raw(ALONE, 'tryAndAwait'),
    subject: ours(ALONE, 'lockAsync'),
  },
];

const contended: readonly Row[] = [
  ...THREADS.map((threads): Row => ({
    ...contention(threads, 'blocking'),
    name: `mutex / ${threads} threads / increments`,
    target: { atLeast: 0.9 },
    cause: WAKING,
  })),
  ...THREADS.map((threads): Row => ({
    ...contention(threads, 'blocking', fifo),
    name: `mutex, fifo / ${threads} threads / increments`,
  })),
  {
    ...contention(2, 'awaited'),
    name: 'mutex / 2 threads / async increments',
    target: { atLeast: 1 },
    cause: SLEEPERS,
  },
];

const handOffs: readonly Row[] = (['condition', 'semaphore'] as const).flatMap((what): Row[] => [
  {
    ...pair,
    settles: true,
    name: `${what} / 2 threads / hand-off to a sleeper`,
    against: 'raw',
    base: raw(HAND_OFF, `${what}Asleep`),
    subject: ours(HAND_OFF, `${what}Asleep`),
    quantity: 'latency',
    target: { atMost: 1.1 },
    cause: HANDING_ON,
  },
  {
    ...pair,
    settles: true,
    name: `${what} / 2 threads / hand-off while both run`,
    against: 'raw',
    base: raw(HAND_OFF, `${what}AtOnce`),
    subject: ours(HAND_OFF, `${what}AtOnce`),
    quantity: 'time',
    target: { atMost: 0.5 },
    cause: BOTH_RUN,
  },
]);

const messages: readonly Row[] = (
  [
    ['values', 'objects'],
    ['records', 'records'],
    ['awaited', 'objects, awaited'],
  ] as const
).map(([load, what]) => ({
  ...pair,
  settles: true,
  name: `channel / 2 threads / ${what}`,
  against: 'MessagePort',
  base: raw(MESSAGES, 'port'),
  subject: ours(MESSAGES, load),
  quantity: 'throughput',
  target: { atLeast: 1 },
  cause: EMPTIED,
}));

const tasks: readonly Row[] = [
  {
    ...settled,
    name: 'async / warm / get(), blocked',
    against: 'message + Atomics.wait',
    base: raw(TASKS, 'message'),
    subject: ours(TASKS, 'task'),
    cause: A_STATE,
  },
  ...(['piscina', 'tinypool', 'workerpool', 'synckit'] as const).flatMap((peer): Row[] => [
    { ...toPeer(peer, 'get(), blocked', 'task') },
    { ...toPeer(peer, 'getAsync()', 'taskAwaited') },
  ]),
  {
    ...alone,
    name: 'async / 10,000 at once',
    against: 'piscina',
    base: raw(PEERS, 'piscinaAtOnce'),
    subject: ours(TASKS, 'tasksAtOnce'),
    first: 1,
  },
  {
    ...alone,
    name: 'async / sum of 32 MB, a thread a core',
    against: 'one thread',
    base: raw(SUM, 'alone'),
    subject: ours(SUM, 'together'),
    first: 1,
  },
];

/** One task after another. Only synckit blocks. */
function toPeer(peer: string, form: string, load: string): Row {
  return {
    ...settled,
    name: `async / warm / ${form}, to ${peer}`,
    against: peer,
    base: raw(PEERS, peer),
    subject: ours(TASKS, load),
    ...(peer === 'piscina' && { target: { atMost: 1 }, cause: A_STATE }),
  };
}

const phases: readonly Row[] = [2, 4, 8, 16].map((threads) => ({
  threads,
  unit: 'operations',
  quantity: 'time',
  settles: true,
  name: `barrier / ${threads} threads / phase`,
  against: 'raw',
  base: raw(PHASES, 'barrier'),
  subject: ours(PHASES, 'barrier'),
  target: { atMost: 1.3 },
  cause: ONE_BY_ONE,
}));

const startup: readonly Row[] = [
  {
    ...alone,
    name: 'thread / start and end',
    against: 'Worker',
    base: raw(STARTUP, 'bare'),
    subject: ours(STARTUP, 'thread'),
    first: 1,
  },
];

const calls: readonly Row[] = [
  {
    ...settled,
    name: 'ami / call, blocked',
    against: 'message + Atomics.wait',
    base: raw(TASKS, 'message'),
    subject: ours(CALLS, 'callBlocked'),
  },
  {
    ...settled,
    name: 'ami / call, blocked, to synckit',
    against: 'synckit',
    base: raw(PEERS, 'synckit'),
    subject: ours(CALLS, 'callBlocked'),
  },
  {
    ...settled,
    name: 'ami / call, awaited',
    against: 'messages',
    base: raw(CALLS, 'message'),
    subject: ours(CALLS, 'call'),
  },
  {
    ...settled,
    name: 'ami / call, awaited, to comlink',
    against: 'comlink',
    base: raw(CALLS, 'comlink'),
    subject: ours(CALLS, 'call'),
    target: { atMost: 1 },
    cause: TWO_LOOPS,
  },
  {
    ...alone,
    name: 'ami / chunks of 64 KiB, pipelined',
    against: 'transferred buffers',
    base: raw(CALLS, 'chunksTransferred'),
    subject: ours(CALLS, 'chunks'),
    quantity: 'throughput',
  },
];

export const ROWS: readonly Row[] = [
  ...uncontended,
  ...contended,
  ...handOffs,
  ...messages,
  ...tasks,
  ...phases,
  ...startup,
  ...calls,
];

export const CONTESTS: readonly Contest[] = [
  ...THREADS.map((threads) => ({
    ...contention(threads, 'observed'),
    name: `mutex / ${threads} threads`,
  })),
  ...THREADS.map((threads) => ({
    ...contention(threads, 'observed', fifo),
    name: `mutex, fifo / ${threads} threads`,
  })),
];

function contention(threads: number, load: string, subject = ours): Omit<Row, 'name'> {
  return {
    against: 'raw',
    base: raw(INCREMENTS, load),
    subject: subject(INCREMENTS, load),
    threads,
    unit: 'milliseconds',
    settles: true,
    quantity: 'throughput',
  };
}

/** The number of one side that ratios are made of, and ns per operation for orientation. */
export function valueOf(quantity: Quantity, sample: Round['base']): number {
  const perOperation = sample.nanoseconds / sample.operations;
  switch (quantity) {
    case 'time':
      return perOperation;
    case 'latency':
      return sample.latencies?.quantile(0.5) ?? NaN;
    case 'throughput':
      return 1 / perOperation;
  }
}
