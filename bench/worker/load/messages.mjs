/**
 * Thread 0 sends `amount` messages, thread 1 receives them: the same payload through a `MessagePort` and
 * through a channel.
 *
 * @import { Passing, Subject } from '../subject.mjs'
 * @import { MessagePort } from 'node:worker_threads'
 * @typedef {{ index: 0 | 1, port: MessagePort }} Place
 * @typedef {import('../subject.mjs').Payload} Payload
 */
import { COUNT } from '../subject.mjs';

const SENDER = 0;
const SENT = { operations: 0 }; // whoever receives counts

const payload = (/** @type {number} */ id) => ({ id, x: 0.5 });

export async function port(
  /** @type {Subject} */ { data },
  /** @type {number} */ amount,
  /** @type {Place} */ { index, port: end },
) {
  if (index === SENDER) {
    for (let i = 0; i < amount; i++) end.postMessage(payload(i));
    return SENT;
  }
  let left = amount;
  await new Promise((resolve) => {
    const take = () => {
      data[COUNT]++;
      if (--left > 0) return;
      end.off('message', take);
      resolve(undefined);
    };
    end.on('message', take);
  });
  return { operations: amount };
}

export function values(
  /** @type {Subject} */ subject,
  /** @type {number} */ amount,
  /** @type {Place} */ place,
) {
  return pass(subject.channels?.values, subject, amount, place);
}

export function records(
  /** @type {Subject} */ subject,
  /** @type {number} */ amount,
  /** @type {Place} */ place,
) {
  return pass(subject.channels?.records, subject, amount, place);
}

export async function awaited(
  /** @type {Subject} */ { channels, data },
  /** @type {number} */ amount,
  /** @type {Place} */ { index },
) {
  const { values } = /** @type {NonNullable<Subject['channels']>} */ (channels);
  for (let i = 0; i < amount; i++) {
    if (index === SENDER) await values.sendAsync(payload(i));
    else {
      await values.receiveAsync();
      data[COUNT]++;
    }
  }
  return index === SENDER ? SENT : { operations: amount };
}

function pass(
  /** @type {Passing | undefined} */ channel,
  /** @type {Subject} */ { data },
  /** @type {number} */ amount,
  /** @type {Place} */ { index },
) {
  if (!channel) throw new Error('no channel of that kind');
  for (let i = 0; i < amount; i++) {
    if (index === SENDER) channel.send(payload(i));
    else {
      channel.receive();
      data[COUNT]++;
    }
  }
  return index === SENDER ? SENT : { operations: amount };
}
