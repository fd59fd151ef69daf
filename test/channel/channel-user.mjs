/**
 * What the threads of the channel tests do. No wait is without end: the channel is closed, or time is up.
 *
 * @import { Channel, Mutex } from 'crossthread'
 */
import { attach } from 'crossthread';

const LONG = 20_000; // ms

/** @typedef {{ from: number, n: number, text?: string }} Item */

/** @param {Channel<Item>} channel @param {number} from @param {number} count @param {number} bytes */
export function sendMany(channel, from, count, bytes = 0) {
  for (let n = 0; n < count; n++) {
    const item = bytes === 0 ? { from, n } : { from, n, text: 'x'.repeat(bytes * (n % 3)) };
    if (!channel.sendFor(item, LONG)) throw new Error('no room for long');
  }
}

/** @param {Channel<Item>} channel @param {number} from @param {number} count */
export async function sendManyAsync(channel, from, count) {
  for (let n = 0; n < count; n++) await channel.sendAsync({ from, n }, { timeout: LONG });
}

/** Until the end. @param {Channel<Item>} channel */
export function receiveAll(channel) {
  return Array.from(channel, ({ from, n }) => [from, n]);
}

/** Until the end. @param {Channel<Item>} channel */
export async function receiveAllAsync(channel) {
  const found = [];
  for await (const { from, n } of channel) found.push([from, n]);
  return found;
}

/** @param {Channel<unknown>} channel */
export function receive(channel) {
  return channel.receiveFor(LONG);
}

/** @param {Channel<unknown>} channel @param {unknown} value */
export function send(channel, value) {
  return channel.sendFor(value, LONG);
}

/** @param {Channel<{ mutex: Mutex }>} channel */
export function lockReceived(channel) {
  const { mutex } = attach(channel.receiveFor(LONG));
  return mutex.tryLock() === null;
}

/** Sends until it is terminated, and counts in `words` what was sent. @param {Channel<Item>} channel @param {number} from @param {Int32Array} words */
export function sendForEver(channel, from, words) {
  for (let n = 0; ; n++) {
    channel.send({ from, n });
    Atomics.add(words, from, 1);
  }
}

/** Receives until it is terminated. @param {Channel<Item>} channel @param {Int32Array} words */
export function receiveForEver(channel, words) {
  for (const _ of channel) Atomics.add(words, 0, 1);
}

/** @typedef {'blocks' | 'awaits'} Form */

/** Counts in `sent` what was sent. @param {Channel<Item>} channel @param {Form} form @param {number} from @param {number} count @param {Int32Array} sent */
export async function sendCounted(channel, form, from, count, sent) {
  for (let n = 0; n < count; n++) {
    if (form === 'awaits') await channel.sendAsync({ from, n }, { timeout: LONG });
    else if (!channel.sendFor({ from, n }, LONG)) throw new Error('no room for long');
    Atomics.add(sent, from, 1);
  }
}

/** Counts in `seen` how often each has come. @param {Channel<Item>} channel @param {Form} form @param {number} count @param {Int32Array} seen */
export async function receiveCounted(channel, form, count, seen) {
  /** @type {Map<number, number>} */
  const last = new Map();
  const note = (/** @type {Item} */ { from, n }) => {
    if (n <= (last.get(from) ?? -1)) throw new Error(`${n} of ${from} after ${last.get(from)}`);
    last.set(from, n);
    Atomics.add(seen, from * count + n, 1);
  };
  if (form === 'awaits') for await (const item of channel) note(item);
  else for (const item of channel) note(item);
}
