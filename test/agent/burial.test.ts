/** What happens between two steps of a burial, played by this thread in the place of the others. */
import { afterEach, expect, test, vi } from 'vitest';
import { Agent } from '../../src/agent/agent.ts';
import type { Host } from '../../src/agent/host.ts';
import { endedWith } from '../../src/agent/lineage.ts';
import {
  CLAIM,
  createTable,
  EVIDENCE,
  HELPERS,
  ID,
  LINEAGE,
  RECORD,
  RECORD_WORDS,
  setDead,
  SLOT_WORDS,
} from '../../src/agent/table.ts';
import { bury } from '../../src/wait/burial.ts';
import { grant } from '../../src/wait/grant.ts';
import {
  close,
  enroll,
  GRANTED,
  isEnrolled,
  move,
  open,
  pooledWaitersOf,
  returnRecord,
  stateOf,
  takeRecord,
  WAITING,
} from '../../src/wait/record.ts';

const host: Host = {
  slice: Infinity,
  cores: 1,
  canBlock: true,
  now: () => 0,
  isOlder: () => false,
  after: () => () => {},
  everySlice: () => ({ keepAlive: () => {}, stop: () => {} }),
  onIdle: () => {},
  nextLook: () => undefined,
  uncaught: () => undefined,
};
const DEAD = 2;
const NEW = 3;
const OBJECT = 77;
const OTHER = 2975; // in the same bucket

afterEach(() => vi.restoreAllMocks());

/** Runs `play` once, right after this thread has read what `address` points to and got `value`. */
function afterReading(address: number, value: number, play: () => void): void {
  const load = Atomics.load.bind(Atomics) as (words: Int32Array, index: number) => number;
  let played = false;
  vi.spyOn(Atomics, 'load').mockImplementation(((words: Int32Array, index: number) => {
    const found = load(words, index);
    if (!played && index === address && found === value) {
      played = true;
      play();
    }
    return found;
  }) as typeof Atomics.load);
}

test('a dead agent is buried: its slot is free, its grant goes on', () => {
  const table = createTable();
  const me = new Agent(table, 1, host);
  const dead = new Agent(table, DEAD, host);
  const [mine, its] = [takeRecord(me, OBJECT), takeRecord(dead, OBJECT)];
  open(dead, its, OBJECT, 1, 0, 0);
  open(me, mine, OBJECT, 2, 0, 0);
  const oldest = pooledWaitersOf(table, OBJECT).find(({ record }) => record === its)!;
  expect(move(table, oldest, GRANTED)).toBe(true);
  setDead(table, DEAD);
  bury(me);
  expect(stateOf(table, mine)).toBe(GRANTED);
  expect(Atomics.load(table, dead.slot + ID)).toBe(0);
});

test('a notification that reaches a dead waiter while it is buried goes on to the next', () => {
  const table = createTable();
  const me = new Agent(table, 1, host);
  const dead = new Agent(table, DEAD, host);
  const [mine, its] = [takeRecord(me, OBJECT), takeRecord(dead, OBJECT)];
  open(dead, its, OBJECT, 1, 0, 0);
  open(me, mine, OBJECT, 2, 0, 0);
  const state = Atomics.load(table, its);
  setDead(table, DEAD);
  let granted = false;
  afterReading(its, state, () => (granted = grant(me, OBJECT)));
  bury(me);
  vi.restoreAllMocks();
  expect(granted).toBe(true);
  expect(stateOf(table, mine)).toBe(GRANTED);
});

test('a slot that another has buried and a new agent has taken meanwhile is left alone', () => {
  const table = createTable();
  const me = new Agent(table, 1, host);
  const dead = new Agent(table, DEAD, host);
  const other = new Agent(table, 9, host);
  setDead(table, DEAD);
  let fresh: Agent | undefined;
  afterReading(dead.slot + ID, DEAD, () => {
    bury(other);
    fresh = new Agent(table, NEW, host);
    open(fresh, fresh.slot + RECORD, OBJECT, 1, 0, 1);
  });
  bury(me);
  expect(fresh?.slot).toBe(dead.slot);
  expect(stateOf(table, dead.slot + RECORD)).toBe(WAITING); // the new one waits still
  expect(Atomics.load(table, dead.slot + ID)).toBe(NEW);
});

test('of an agent that is buried nothing is left that tells of it', () => {
  const table = createTable();
  const me = new Agent(table, 1, host);
  const { slot } = new Agent(table, DEAD, host);
  for (let word = 1; word < SLOT_WORDS; word++) {
    const isOther = word > EVIDENCE && word < RECORD + RECORD_WORDS;
    if (!isOther && word !== CLAIM && word !== HELPERS) Atomics.store(table, slot + word, 1);
  }
  setDead(table, DEAD);
  bury(me);
  const left = [...table.subarray(slot, slot + SLOT_WORDS).keys()].filter(
    (word) => Atomics.load(table, slot + word) !== 0,
  );
  expect(left).toEqual([]);
});

test('who has the slot of a thread that has ended with another is not taken for it', () => {
  const table = createTable();
  const other = new Agent(table, 9, host);
  const { slot } = new Agent(table, DEAD, host);
  const STARTER = 5;
  Atomics.store(table, slot + LINEAGE, STARTER);
  Atomics.store(table, slot + LINEAGE + 1, DEAD);
  afterReading(slot + LINEAGE, STARTER, () => {
    setDead(table, DEAD);
    bury(other);
    expect(new Agent(table, NEW, host).slot).toBe(slot);
  });
  expect([...endedWith(table, STARTER)]).toEqual([DEAD]);
  vi.restoreAllMocks();
  expect([...endedWith(table, STARTER)]).toEqual([]);
});

test('a record that a dead agent had enrolled with enrolls nobody who takes it', () => {
  const table = createTable();
  const dead = new Agent(table, DEAD, host);
  enroll(dead, OBJECT);
  expect(isEnrolled(table, OBJECT, DEAD)).toBe(true);
  setDead(table, DEAD);
  bury(new Agent(table, 1, host));
  const fresh = new Agent(table, NEW, host);
  takeRecord(fresh, OBJECT);
  expect(fresh.slot).toBe(dead.slot);
  expect(isEnrolled(table, OBJECT, NEW)).toBe(false);
});

/** An agent whose next record was used for `OBJECT`. */
function newAgent(): Agent {
  const agent = new Agent(createTable(), 1, host);
  const record = takeRecord(agent, OBJECT);
  open(agent, record, OBJECT, 1, 0, 0);
  close(agent.table, record);
  returnRecord(agent.table, record);
  return agent;
}

test('who enrolls with a record of another object is at no moment enrolled for that', () => {
  const me = newAgent();
  const looks: boolean[] = [];
  const store = Atomics.store.bind(Atomics) as typeof Atomics.store;
  vi.spyOn(Atomics, 'store').mockImplementation(((words: Int32Array, i: number, value: number) => {
    store(words, i, value);
    looks.push(isEnrolled(me.table, OBJECT, me.id));
    return value;
  }) as typeof Atomics.store);
  enroll(me, OTHER);
  expect(isEnrolled(me.table, OTHER, me.id)).toBe(true);
  expect(looks).toEqual(looks.map(() => false));
  expect(looks.length).toBeGreaterThan(1);
});

test('who looks while another enrolls with a record of another object does not take it for that', () => {
  const load = Atomics.load.bind(Atomics) as (words: Int32Array, index: number) => number;
  for (let moment = 1, loads = 1; moment <= loads; moment++) {
    const me = newAgent();
    loads = 0;
    vi.spyOn(Atomics, 'load').mockImplementation(((words: Int32Array, index: number) => {
      const found = load(words, index);
      if (++loads === moment) enroll(me, OTHER);
      return found;
    }) as typeof Atomics.load);
    expect(isEnrolled(me.table, OBJECT, me.id)).toBe(false);
    vi.restoreAllMocks();
  }
});
