/** Programs over one channel, for the explorer: every history must be that of a bounded queue. */
import type { Channel } from '../../dist/index.js';
import type { ExplorerHistory, Model, QueueOperation } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

type Shared = Channel<number>;
type Body = (channel: Shared) => void | Promise<void>;

export interface Program extends Bounded {
  readonly capacity: number;
  readonly threads: (moves: Moves) => readonly Body[];
}

type Moves = ReturnType<typeof movesOf>;

function movesOf(library: Library, history: ExplorerHistory<QueueOperation<number>>) {
  const unlessClosed = (send: () => boolean): boolean => {
    try {
      return send();
    } catch (error) {
      if ((error as { code?: string }).code === 'broken_pipe') return false;
      throw error;
    }
  };
  const unlessAborted = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };
  const send =
    (...values: number[]): Body =>
    (channel) => {
      for (const value of values) {
        history.record('push', value, () => unlessClosed(() => (channel.send(value), true)));
      }
    };
  const receive =
    (times = 1): Body =>
    (channel) => {
      for (let i = 0; i < times; i++) history.record('pop', undefined, () => channel.receive());
    };
  const receiveAsync =
    (times = 1): Body =>
    async (channel) => {
      for (let i = 0; i < times; i++)
        await history.record('pop', undefined, () => channel.receiveAsync());
    };
  return {
    send,
    receive,
    receiveAsync,
    sendAsync:
      (...values: number[]): Body =>
      async (channel) => {
        for (const value of values) {
          await history.record('push', value, () => channel.sendAsync(value).then(() => true));
        }
      },
    trySend:
      (value: number): Body =>
      (channel) =>
        void history.record('tryPush', value, () => unlessClosed(() => channel.trySend(value))),
    tryReceive: (): Body => (channel) =>
      void history.record('tryPop', undefined, () => channel.tryReceive()),
    sendFor:
      (value: number): Body =>
      (channel) =>
        void history.record('tryPush', value, () => channel.sendFor(value, 5)),
    receiveFor: (): Body => (channel) =>
      void history.record('tryPop', undefined, () => channel.receiveFor(5)),
    receiveAborted: (): Body => (channel) =>
      unlessAborted(
        history.record('pop', undefined, () =>
          channel.receiveAsync({ signal: library.anyTimeSignal() }),
        ),
      ),
    sendAborted:
      (value: number): Body =>
      (channel) =>
        unlessAborted(
          history.record('push', value, () =>
            channel.sendAsync(value, { signal: library.anyTimeSignal() }).then(() => true),
          ),
        ),
    close: (): Body => (channel) => history.record('close', undefined, () => channel.close()),
    /** One after the other. */
    all:
      (...bodies: readonly Body[]): Body =>
      (channel) => {
        for (const body of bodies) void body(channel);
      },
    /** A task, and the thread that it is of. */
    both:
      (task: Body, blocking: Body): Body =>
      async (channel) => {
        const done = task(channel);
        void blocking(channel);
        await done;
      },
  };
}

export const PROGRAMS = {
  'one sends, one receives': {
    capacity: 1,
    threads: ({ send, receive }) => [send(1, 2), receive(2)],
    bounds: { preemptions: 3 },
  },
  'one sends, two receive': {
    capacity: 2,
    threads: ({ send, receive }) => [send(1, 2), receive(), receive()],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'one sends, three receive': {
    capacity: 2,
    threads: ({ send, receive }) => [send(1, 2, 3), receive(), receive(), receive()],
    bounds: { preemptions: 0 },
    deep: { preemptions: 1 },
  },
  'two send, one receives': {
    capacity: 1,
    threads: ({ send, receive }) => [send(1), send(2), receive(2)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'all try': {
    capacity: 1,
    threads: ({ trySend, tryReceive, all }) => [
      all(trySend(1), trySend(2)),
      all(tryReceive(), tryReceive()),
      all(trySend(3), tryReceive()),
    ],
    bounds: { preemptions: 2 },
  },
  'who tries, and who waits': {
    capacity: 2,
    threads: ({ send, receive, tryReceive, all }) => [
      send(1, 2),
      all(tryReceive(), receive()),
      send(3),
    ],
    bounds: { preemptions: 1 },
  },
  'a receiver is timed': {
    capacity: 1,
    threads: ({ send, receive, receiveFor }) => [receiveFor(), receive(), send(1, 2)],
    bounds: { preemptions: 0, timeouts: 1 },
    deep: { preemptions: 1, timeouts: 1 },
  },
  'a sender is timed': {
    capacity: 1,
    threads: ({ send, receive, sendFor }) => [sendFor(1), send(2, 3), receive(2)],
    bounds: { preemptions: 0, timeouts: 1 },
    deep: { preemptions: 1, timeouts: 1 },
  },
  'one awaits, one blocks': {
    capacity: 1,
    threads: ({ send, receive, receiveAsync }) => [receiveAsync(), receive(), send(1, 2)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
  },
  'senders await': {
    capacity: 1,
    threads: ({ sendAsync, receive }) => [sendAsync(1, 2), sendAsync(3), receive(3)],
    bounds: { preemptions: 1 },
  },
  'a task waits, its thread waits': {
    capacity: 1,
    threads: ({ send, receive, receiveAsync, both }) => [
      both(receiveAsync(), receive()),
      send(1, 2),
    ],
    bounds: { preemptions: 2 },
  },
  'a task waits, its thread sends': {
    capacity: 1,
    threads: ({ send, receive, receiveAsync, both }) => [
      both(receiveAsync(), send(1, 2)),
      receive(),
    ],
    bounds: { preemptions: 2 },
  },
  'a receiver is aborted': {
    capacity: 1,
    threads: ({ send, receive, receiveAborted }) => [receiveAborted(), receive(), send(1, 2)],
    bounds: { preemptions: 1, aborts: 1 },
  },
  'a sender is aborted': {
    capacity: 1,
    threads: ({ send, receive, sendAborted }) => [sendAborted(1), send(2, 3), receive(2)],
    bounds: { preemptions: 1, aborts: 1 },
  },
  'closed under receivers': {
    capacity: 2,
    threads: ({ send, receive, receiveAsync, close, all }) => [
      receive(2),
      receiveAsync(),
      all(send(1), close()),
    ],
    bounds: { preemptions: 1 },
  },
  'closed under a sender': {
    capacity: 1,
    threads: ({ send, receive, close }) => [send(1, 2), receive(), close()],
    bounds: { preemptions: 1 },
  },
  'closed while it is sent': {
    capacity: 2,
    threads: ({ send, receive, close }) => [send(1), close(), receive()],
    bounds: { preemptions: 2 },
  },
  'a sender dies': {
    capacity: 1,
    threads: ({ send, receive }) => [send(1), send(2), receive()],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0] },
  },
  'a receiver dies': {
    capacity: 1,
    threads: ({ send, receive }) => [receive(), receive(), send(1, 2)],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0] },
  },
  'who closes dies': {
    capacity: 1,
    threads: ({ receive, close }) => [receive(), close(), close()],
    bounds: { preemptions: 1, kills: 1, killable: [1] },
  },
  'who tries meets the dead': {
    capacity: 2,
    threads: ({ trySend, tryReceive, all }) => [
      all(trySend(1), tryReceive()),
      all(trySend(2), tryReceive()),
    ],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, capacity }: Program): Model<Shared> {
  const { Channel, ExplorerHistory, assertLinearizable, specifications, unrest } = library;
  const history = new ExplorerHistory<QueueOperation<number>>();
  return {
    setup: () => new Channel<number>(capacity, { messageBytes: 8 }),
    threads: threads(movesOf(library, history)),
    check: () => assertLinearizable(history.operations, specifications.queue<number>({ capacity })),
    atRest: (channel) => unrest(channel),
  };
}
