/** The ring of the fairness recorder in all interleavings: no event is mixed up, and none lost unsaid. */
import { describe, expect, it } from 'vitest';
import { explore } from 'crossthread/testing';
import { Ring } from '../../dist/testing/fairness/ring.js';

const NOW = 1_700_000_000_000; // ms

/** An event whose parts tell whether they belong together. */
const append = (buffer: SharedArrayBuffer, thread: number) =>
  Ring.at(buffer).append('gave up', thread, NOW + thread, 100 + thread);

function checkIntact(buffer: SharedArrayBuffer): number {
  const { events, lost } = Ring.at(buffer).read();
  for (const { thread, ticket, time } of events) {
    if (ticket !== 100 + thread || time !== thread) throw new Error(`thread ${thread}: ${ticket}`);
  }
  return events.length + lost;
}

const APPENDS = 3;

const model = (capacity: number) => ({
  setup: () => Ring.create(capacity, NOW).buffer,
  threads: [
    (buffer: SharedArrayBuffer) => {
      append(buffer, 1);
      append(buffer, 2);
    },
    (buffer: SharedArrayBuffer) => {
      append(buffer, 3);
    },
    (buffer: SharedArrayBuffer) => {
      checkIntact(buffer);
    },
  ],
  check(buffer: SharedArrayBuffer, { killed }: { killed: readonly number[] }) {
    const all = checkIntact(buffer);
    if (killed.length === 0) expect(all).toBe(APPENDS);
  },
});

/** A late event does not take the place of a newer one that somebody may have seen. */
const late = {
  setup: () => Ring.create(1, NOW).buffer,
  threads: [1, 2].map((thread) => (buffer: SharedArrayBuffer) => {
    Ring.at(buffer).append('asked', thread, NOW);
    const [found] = Ring.at(buffer).read().events;
    Ring.at(buffer).append('asked', thread, NOW);
    const [again] = Ring.at(buffer).read().events;
    if (found && again && again.ticket < found.ticket) throw new Error('an older one came back');
  }),
};

describe('the ring of a recorder, explored', () => {
  it.each([1, 2])('room for %i: each event is whole, or counted as lost', async (capacity) => {
    expect((await explore(model(capacity), { preemptions: 3 })).complete).toBe(true);
  });

  it('what is kept only ever becomes newer', async () => {
    expect((await explore(late, { preemptions: 2 })).complete).toBe(true);
  });

  it('threads die over it: the others go on, and what they left is not read', async () => {
    const result = await explore(model(1), { kills: 1, killable: [0, 1], preemptions: 2 });
    expect(result.complete).toBe(true);
  });
});
