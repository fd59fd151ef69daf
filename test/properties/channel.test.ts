/**
 * A channel with any number of senders and receivers, blocked and awaiting, some of which are terminated at
 * some moment: nothing comes twice, nothing out of order, and nothing is lost but what a dead receiver had
 * just taken, one message each.
 */
import { Channel } from 'crossthread';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Item, receiveCounted } from '../channel/channel-user.mjs';
import { sharedWords } from '../support/memory.ts';
import { eventually } from '../support/time.ts';
import { startWorker } from '../support/worker.ts';
import { runs } from './runs.ts';

const COUNT = 100; // messages of each sender

type User = typeof import('../channel/channel-user.mjs');

const party = fc.record({ form: fc.constantFrom('blocks', 'awaits'), dies: fc.boolean() });
const parties = fc.array(party, { minLength: 1, maxLength: 3 });
const scenarios = fc.record({
  capacity: fc.integer({ min: 1, max: 5 }),
  senders: parties,
  receivers: parties,
  moment: fc.integer({ min: 0, max: COUNT }), // of the deaths: when so many were sent
});

it('loses and duplicates nothing, whoever dies', async () => {
  const property = fc.asyncProperty(scenarios, async ({ capacity, senders, receivers, moment }) => {
    const channel = new Channel<Item>(capacity);
    const sent = sharedWords(senders.length);
    const seen = sharedWords(senders.length * COUNT);
    const users = await Promise.all(
      [...senders, ...receivers].map(() => startWorker<User>('./channel-user.mjs', CHANNEL)),
    );
    const dead = users.filter((_, i) => [...senders, ...receivers][i]!.dies);
    const mayFail = async (i: number, ended: Promise<void>): Promise<void> => {
      if (dead.includes(users[i]!)) await ended.catch(() => {});
      else await ended;
    };
    const sending = senders.map(({ form }, i) =>
      mayFail(i, users[i]!.call.sendCounted(channel, form, i, COUNT, sent)),
    );
    const receiving = receivers.map(({ form }, i) => {
      const user = senders.length + i;
      return mayFail(user, users[user]!.call.receiveCounted(channel, form, COUNT, seen));
    });
    await eventually(() => sum(sent) >= moment);
    await Promise.all(dead.map((user) => user.terminate()));
    receiving.push(receiveCounted(channel, 'awaits', COUNT, seen)); // perhaps the only one left
    await Promise.all(sending);
    channel.close();
    await Promise.all(receiving);

    const lost = senders.map(({ dies }, from) => {
      const counts = [...seen.subarray(from * COUNT, (from + 1) * COUNT)];
      expect(Math.max(...counts)).toBeLessThanOrEqual(1);
      const known = Atomics.load(sent, from);
      const beyond = counts.slice(known).filter(Boolean).length; // sent, not yet counted
      expect(beyond).toBeLessThanOrEqual(dies ? 1 : 0);
      return counts.slice(0, known).filter((count) => count === 0).length;
    });
    expect(sum(lost)).toBeLessThanOrEqual(receivers.filter(({ dies }) => dies).length);
    await Promise.all(users.map((user) => user.terminate()));
  });
  await fc.assert(property, runs(10));
});

const CHANNEL = new URL('../channel/', import.meta.url).href;

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((a, b) => a + b, 0);
}
