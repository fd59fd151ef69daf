import { ConditionVariable, ConditionVariableAny, CvStatus, Mutex } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { isDeep } from '../explored/depth.ts';
import { sharedWords } from '../support/memory.ts';
import { expectNoRescues } from '../support/rescues.ts';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { borrowWorkers } from '../support/worker.ts';
import { newRoom } from './room.ts';
import { consumeAsync, meetAsync, OTHER, type Style } from './scenarios.mjs';
import { wait } from './waiter.mjs';

expectNoRescues();

const start = (n: number) =>
  borrowWorkers<typeof import('./scenarios.mjs')>(n, './scenarios.mjs', import.meta.url);

test('C6 three parties hand x on, a thousand times', async () => {
  const room = newRoom();
  const rounds = 1000;
  const workers = await start(3);
  await Promise.all(workers.map(({ call }, from) => call.handOver(room, from, rounds)));
  expect(room.words[2]).toBe(0);
  expect(waitersFor(room.condition)).toBe(0);
});

test('C11 wait, a short waitFor, notifyOne: the chain does not break', async () => {
  const room = newRoom();
  const workers = await start(4);
  for (let round = 1; round <= 5; round++) {
    const chains = workers.map(({ call }) => call.chain(room));
    await waitersAre(4, room.condition);
    expect(room.condition.notifyOne()).toBe(1);
    await Promise.all(chains);
  }
});

describe('C12 bounded queue', () => {
  const party = (...counts: [producers: number, consumers: number, tasks: number]) => counts;
  const parties = [party(1, 1, 0), party(2, 1, 1), party(1, 3, 0), party(3, 0, 1)];
  const styles: Style[] = [1, 3].flatMap((size) =>
    [false, true].flatMap((timed) =>
      (['one', 'all'] as const).map((notify) => ({ size, timed, notify })),
    ),
  );

  test.each(parties)(
    '%d producers, %d consumers, %d consuming tasks: each item is consumed once, in any style',
    async (producers, consumers, tasks) => {
      const perProducer = 60;
      const workers = await start(producers + consumers);
      for (const style of styles) {
        const queue = {
          mutex: new Mutex(),
          notEmpty: new ConditionVariable(),
          notFull: new ConditionVariable(),
          words: sharedWords(8),
        };
        queue.words[1] = producers;
        const made = workers.slice(0, producers).map(({ call }, nth) => {
          const items = Array.from({ length: perProducer }, (_, i) => nth * 1000 + i);
          return call.produce(queue, style, items).then(() => items);
        });
        const used = workers.slice(producers).map(({ call }) => call.consume(queue, style));
        for (let i = 0; i < tasks; i++) used.push(consumeAsync(queue, style));
        const inOrder = (lists: number[][]): number[] => lists.flat().toSorted((a, b) => a - b);
        const all = inOrder(await Promise.all(made));
        expect(inOrder(await Promise.all(used)), JSON.stringify(style)).toEqual(all);
      }
    },
  );

  test('C18 two consumers, one producer, one notifyOne an item: no stall', async () => {
    const items = Array.from({ length: 1000 }, (_, i) => i);
    const style: Style = { size: items.length, timed: false, notify: 'one' };
    const [producer, ...consumers] = await start(3);
    const queue = {
      mutex: new Mutex(),
      notEmpty: new ConditionVariableAny(),
      notFull: new ConditionVariableAny(),
      words: sharedWords(items.length + 2),
    };
    queue.words[1] = 1;
    const taken = consumers.map(({ call }) => call.consume(queue, style));
    await producer!.call.produce(queue, style, items);
    const all = (await Promise.all(taken)).flat();
    expect(all.toSorted((a, b) => a - b)).toEqual(items);
  });
});

describe('the memory of a condition serves another purpose', () => {
  const place = () => sharedWords(ConditionVariable.BYTE_LENGTH / 4);

  test.each([
    ['zeroed', [place()]],
    ['initialized again', [place()]],
    ['something else', [place(), place().fill(OTHER)]],
  ])('C15 %s at once, while the notified are leaving, again and again', async (reused, places) => {
    const rounds = isDeep ? 1000 : 250;
    const size = 6;
    const party = { mutex: new Mutex(), words: sharedWords(), places, size };
    const [a, b, c, d] = await start(4);
    await Promise.all([
      ...[a, b, c].map((worker) => worker!.call.meet(party, reused, rounds)),
      d!.call.meetAsync(party, reused, rounds),
      d!.call.meetAsync(party, reused, rounds),
      meetAsync(party, reused, rounds),
    ]);
    expect(party.words[0]).toBe(rounds * size);
  });

  test('C21 filled by the last waiter that leaves: again and again, nobody writes', async () => {
    const [a, b, c] = await start(3);
    const mutex = new Mutex();
    const words = sharedWords();
    const memory = place();
    const rounds = isDeep ? 400 : 100;
    for (let pattern = -1; pattern >= -rounds; pattern--) {
      words[0] = 3;
      const condition = ConditionVariable.init(memory.buffer, 0);
      const room = { mutex, condition, words, place: memory, pattern };
      const waits = [
        a!.call.waitThenReuse(room),
        b!.call.waitThenReuse(room),
        c!.call.waitThenReuseAsync(room),
      ];
      await waitersAre(3, condition);
      if (pattern % 2 === 0) mutex.withLock(() => condition.notifyAll());
      else condition.notifyAll();
      expect(await Promise.all(waits)).toEqual(Array(3).fill(CvStatus.noTimeout));
      await new Promise(setImmediate);
      expect([...memory]).toEqual(Array(4).fill(pattern));
    }
  });
});

describe('C17', () => {
  test('time that is up while the notifier holds the mutex: no deadlock, one verdict', async () => {
    const [notifier] = await start(1);
    for (const ms of [1, 5, 10, 15, 20]) {
      const room = newRoom(new ConditionVariableAny());
      const released = notifier!.call.notifyLate(room, ms);
      const { status, owned } = wait(room, 10);
      expect(owned).toBe(true);
      expect(status).toBe(await released); // notified if and only if the notifier was told so
    }
  });
});

describe('C23', () => {
  const mixes: ['inside' | 'outside', 'inside' | 'outside'][] = [
    ['inside', 'inside'],
    ['inside', 'outside'],
    ['outside', 'inside'],
    ['outside', 'outside'],
  ];

  test.each(mixes)('signals %s and %s the lock reach those at the mutex too', async (a, b) => {
    const workers = await start(4);
    for (let round = 0; round < 25; round++) {
      const room = newRoom(round % 2 === 0 ? new ConditionVariable() : new ConditionVariableAny());
      const order = round % 3 === 0 ? [0, 1, 2, 3] : [3, 1, 0, 2];
      const waits = workers.map(({ call }, nth) =>
        call.signalNext(room, { value: order[nth]!, signals: nth % 2 === 0 ? a : b }),
      );
      await Promise.all(waits);
      expect(room.words[2]).toBe(4);
    }
  });
});
