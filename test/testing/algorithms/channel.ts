/**
 * A bounded channel from one sender to one receiver: `sent` and `taken` count, and each side sleeps on
 * the count of the other.
 */
import type { Model } from 'crossthread/testing';
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Channel {
  readonly sent: Int32Array;
  readonly taken: Int32Array;
  readonly slots: Int32Array;
}

const ITEMS = [11, 12, 13];

const setupFor = (capacity: number) => (): Channel => ({
  sent: words(1)(),
  taken: words(1)(),
  slots: words(capacity)(),
});

type Send = (channel: Channel, item: number) => void;
type Receive = (channel: Channel) => number;
type ReceiveAsync = (channel: Channel) => Promise<number>;

/** Returns how many were sent before, once there is room. */
function awaitRoom({ sent, taken, slots }: Channel): number {
  const count = Atomics.load(sent, 0);
  for (;;) {
    const gone = Atomics.load(taken, 0);
    if (count - gone < slots.length) return count;
    Atomics.wait(taken, 0, gone);
  }
}

const send: Send = (channel, item) => {
  const { sent, slots } = channel;
  const count = awaitRoom(channel);
  Atomics.store(slots, count % slots.length, item);
  Atomics.store(sent, 0, count + 1);
  Atomics.notify(sent, 0);
};

const sendNotifyingFirst: Send = (channel, item) => {
  const { sent, slots } = channel;
  const count = awaitRoom(channel);
  Atomics.store(slots, count % slots.length, item);
  Atomics.notify(sent, 0); // ✗ there is nothing to see yet
  Atomics.store(sent, 0, count + 1);
};

const sendCountingFirst: Send = (channel, item) => {
  const { sent, slots } = channel;
  const count = awaitRoom(channel);
  Atomics.store(sent, 0, count + 1); // ✗ there is nothing in the slot yet
  Atomics.store(slots, count % slots.length, item);
  Atomics.notify(sent, 0);
};

const sendIntoFull: Send = (channel, item) => {
  const { sent, taken, slots } = channel;
  const count = Atomics.load(sent, 0);
  for (;;) {
    const gone = Atomics.load(taken, 0);
    if (count - gone <= slots.length) break;
    Atomics.wait(taken, 0, gone);
  }
  Atomics.store(slots, count % slots.length, item); // ✗ one more than there is room for
  Atomics.store(sent, 0, count + 1);
  Atomics.notify(sent, 0);
};

function takeSlot({ taken, slots }: Channel, gone: number): number {
  const item = Atomics.load(slots, gone % slots.length);
  Atomics.store(taken, 0, gone + 1);
  Atomics.notify(taken, 0);
  return item;
}

const receive: Receive = (channel) => {
  const gone = Atomics.load(channel.taken, 0);
  while (Atomics.load(channel.sent, 0) === gone) Atomics.wait(channel.sent, 0, gone);
  return takeSlot(channel, gone);
};

const receiveWithoutNotify: Receive = (channel) => {
  const { sent, taken, slots } = channel;
  const gone = Atomics.load(taken, 0);
  while (Atomics.load(sent, 0) === gone) Atomics.wait(sent, 0, gone);
  const item = Atomics.load(slots, gone % slots.length);
  Atomics.store(taken, 0, gone + 1); // ✗ and tells nobody
  return item;
};

const receiveAsync: ReceiveAsync = async (channel) => {
  const gone = Atomics.load(channel.taken, 0);
  while (Atomics.load(channel.sent, 0) === gone) {
    await Atomics.waitAsync(channel.sent, 0, gone).value;
  }
  return takeSlot(channel, gone);
};

const receiveFromTheLast: ReceiveAsync = async (channel) => {
  const gone = Atomics.load(channel.taken, 0);
  if (Atomics.load(channel.sent, 0) === gone) {
    await Atomics.waitAsync(channel.sent, 0, Atomics.load(channel.sent, 0)).value; // ✗ may be the next already
  }
  return takeSlot(channel, gone);
};

const checkAll = (found: readonly number[]): void => {
  if (found.join() !== ITEMS.join())
    throw new Error(`sent ${ITEMS.join()}, received ${found.join()}`);
};

const blocking = (sending: Send, receiving: Receive, capacity = 2): Model<Channel> => ({
  setup: setupFor(capacity),
  threads: [
    (channel) => ITEMS.forEach((item) => sending(channel, item)),
    (channel) => checkAll(ITEMS.map(() => receiving(channel))),
  ],
});

const awaited = (sending: Send, receiving: ReceiveAsync): Model<Channel> => ({
  setup: setupFor(1),
  threads: [
    (channel) => ITEMS.forEach((item) => sending(channel, item)),
    async (channel) => {
      for (const item of ITEMS) {
        const found = await receiving(channel);
        if (found !== item) throw new Error(`sent ${item}, received ${found}`);
      }
    },
  ],
});

export const channel: Algorithm = {
  model: blocking(send, receive),
  errors: {
    'notifies before it stores': {
      model: blocking(sendNotifyingFirst, receive),
      verdict: 'lost-wakeup',
      preemptions: 1,
      shows: ['wait sent[0]', 'notify sent[0]', 'store sent[0]'],
      reason: /thread b sleeps on sent\[0\], which was \d and is \d/,
    },
    'counts before it stores': {
      model: blocking(sendCountingFirst, receive),
      verdict: 'assertion',
      preemptions: 1,
      shows: ['store sent[0]', 'load slots[0]'],
      reason: /received/,
    },
    'sends into a full one': {
      model: blocking(sendIntoFull, receive),
      verdict: 'assertion',
      preemptions: 0,
      shows: ['store slots[0]', 'load slots[0]'],
      reason: /sent 11,12,13, received 13,12,13/,
    },
    'receives and notifies nobody': {
      model: blocking(send, receiveWithoutNotify),
      verdict: 'lost-wakeup',
      preemptions: 0,
      shows: ['wait taken[0]', 'store taken[0]'],
      reason: /thread a sleeps on taken\[0\], which was 0 and is 2/,
    },
  },
};

export const channelAsync: Algorithm = {
  model: awaited(send, receiveAsync),
  errors: {
    'notifies before it stores': {
      model: awaited(sendNotifyingFirst, receiveAsync),
      verdict: 'lost-wakeup',
      preemptions: 1,
      shows: ['waitAsync sent[0]', 'notify sent[0]', 'store sent[0]'],
      reason: /thread b awaits sent\[0\], which was \d and is \d/,
    },
    'waits for what comes after the next': {
      model: awaited(send, receiveFromTheLast),
      verdict: 'deadlock',
      preemptions: 1,
      shows: ['load sent[0]', 'store sent[0]', 'waitAsync sent[0]'],
      reason: /thread b awaits sent\[0\] = \d/,
    },
  },
};
