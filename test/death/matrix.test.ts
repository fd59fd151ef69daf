/**
 * P3 for all classes at once: a thread dies that holds, owes and waits for all there is to hold, owe and
 * wait for. Who lives, blocked or awaiting, finds everything as it is to be.
 */
import { inspect, Mutex, type SharedObject } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { isDeep } from '../explored/depth.ts';
import { ownerDied } from '../support/errors.ts';
import { bundled } from '../support/fixtures.ts';
import { eventually } from '../support/time.ts';
import { waitersFor } from '../support/waiters.ts';
import { startWorker, type TestWorker } from '../support/worker.ts';
import * as part from './part.mjs';
import { newRoom, type Room } from './room.ts';

const WAYS = [
  'terminate(), idle',
  'terminate(), blocked',
  'process.exit()',
  'an uncaught error',
  'an unhandled rejection',
  'running out of memory',
  'a normal end',
];
const PARENTS = ['main', 'blocked', 'awaiting'] as const; // whose child it is
const BYSTANDERS = ['nobody', 'one that blocks', 'one that awaits'] as const; // die with it, waiting
const SURVIVORS = 3; // one that blocks, one that awaits, and the thread of the test
const SMALL = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 8 };
const NAMES = Object.keys(part.PARTS);

const DEAD = 'owner_dead';
const EXPECTED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(NAMES.map((name) => [name, 'ok'])),
  mutex: DEAD,
  fifo: DEAD,
  recursive: DEAD,
  written: DEAD,
  shared: DEAD,
  condition: DEAD,
  missed: 'broken_barrier',
};
const { orphan: _, ...SAME_FOR_ALL } = EXPECTED;

interface Row {
  readonly way: string;
  readonly isMainBlocked: boolean;
  readonly parent: (typeof PARENTS)[number];
  readonly bystander: (typeof BYSTANDERS)[number];
  readonly isAsync: boolean;
}

/** All of them in a deep run; else each way of dying with main blocked or not, the rest in turn. */
const ROWS: readonly Row[] = WAYS.flatMap((way, i) =>
  [false, true].flatMap((isMainBlocked, j) =>
    PARENTS.flatMap((parent, k) =>
      BYSTANDERS.flatMap((bystander, l) => {
        const turn = i + j;
        const isAsync = (turn + k + l) % 2 === 0;
        const isInTurn = turn % 3 === k && (turn + i) % 3 === l;
        return isDeep || isInTurn ? [{ way, isMainBlocked, parent, bystander, isAsync }] : [];
      }),
    ),
  ),
);

type Parts = typeof part;

const main = { call: part };

/** A mutex whose owner has died already. */
async function orphaned(): Promise<Mutex> {
  const mutex = new Mutex();
  const owner = await startWorker<{ lock(mutex: Mutex): void }>(
    '../mutex/locker.mjs',
    import.meta.url,
  );
  await owner.call.lock(mutex);
  await owner.terminate();
  return mutex;
}

describe('P3 whoever dies, however, whatever it holds', () => {
  test(`${ROWS.length} deaths: all others go on, and are told what they are to know`, async () => {
    const start = () => startWorker<Parts>('./part.mjs', import.meta.url);
    const [blocked, awaiting] = await Promise.all([start(), start()]);
    let orphan = await orphaned();
    for (const [i, row] of ROWS.entries()) {
      const room = newRoom(orphan, SURVIVORS);
      const outcomes = await happen(row, room, { blocked, awaiting }, i);
      const label = JSON.stringify(row);
      for (const each of outcomes) expect(each, label).toMatchObject(SAME_FOR_ALL);
      const repaired = outcomes.map((each) => each['orphan']).toSorted();
      const late = 'operation_not_permitted';
      expect(repaired, label).toEqual(['ok', late, late]);
      const agents = new Set([1, blocked.agent, awaiting.agent]);
      const found = (): Set<number> => new Set(inspect().agents.map(({ agent }) => agent));
      await eventually(() => found().size === agents.size);
      expect(found()).toEqual(agents);
      expectUsable(room, label);
      orphan = room.mutex; // stays as the dead one left it
    }
  });
});

async function happen(
  { way, isMainBlocked, parent, bystander, isAsync }: Row,
  room: Room,
  players: Readonly<Record<'blocked' | 'awaiting', TestWorker<Parts>>>,
  turn: number,
): Promise<readonly Record<string, string>[]> {
  const { blocked, awaiting } = players;
  const all = [main, blocked, awaiting];
  const { call: mother } = parent === 'main' ? main : players[parent];
  const met = all.map(({ call }) => call.meet(room));
  const limits = way === 'running out of memory' ? SMALL : {};
  const module = bundled('./victim.mjs', import.meta.url).href;
  await mother.bear(room, { module, kind: 'holder', isAsync }, limits);
  await Promise.all(met);
  if (bystander !== 'nobody') {
    const at = bystander === 'one that blocks' ? { at: NAMES[turn % NAMES.length] } : {};
    await mother.bear(room, { module, kind: 'waiter', ...at });
  }
  await Promise.all(all.map(async ({ call }) => call.arrive(room)));

  const first = (turn * 4 + 1) % NAMES.length;
  const found = [awaiting.call.outliveAsync(room)];
  if (parent !== 'blocked') found.push(blocked.call.outlive(room, first));
  if (!isMainBlocked) found.push(main.call.outliveAsync(room));
  await eventually(() => waitersFor(room.read) >= 1);
  void mother.sentence(room, way);
  if (parent === 'blocked') found.push(blocked.call.outlive(room, first));
  if (isMainBlocked) found.push(Promise.resolve(part.outlive(room, (first + 7) % NAMES.length)));
  return Promise.all(found);
}

function expectUsable(room: Room, label: string): void {
  const { mutex, fifo, recursive, written, guarded, orphan, read, robust, queued, once, words } =
    room;
  expect(() => mutex.lock(), label).toThrow(ownerDied);
  for (const each of [fifo, recursive, written, guarded]) each.recover(() => {}).unlock();
  for (const each of [fifo, recursive, written, guarded, orphan, read]) {
    each.withLock(() => {}); // also where it was kept for a dead one
    expect(each.isLocked, label).toBe(false);
  }
  expect(robust.value, label).toBe(3);
  expect(queued.value, label).toBe(0);
  expect([once.isSet, words[0]], label).toEqual([true, 1]);
  for (const object of Object.values(room)) {
    if (!(object instanceof Int32Array)) expect(waitersFor(object as SharedObject), label).toBe(0);
  }
}
