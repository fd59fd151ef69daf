/**
 * The agent table: the shared memory that all agents of a process meet in.
 *
 * Words (each region is zero until somebody needs it, so untouched pages cost nothing)
 *   header     what the process counts, below
 *   CHAINS     heads of the chains of pool records, by object id
 *   GLOBALS    heads of the chains of global objects, by key
 *   DEAD       one bit for each agent id that was ever found dead; never cleared
 *   SLOTS      one per live agent: who it is, its wait record, its park word
 *   POOL       wait records of event loops, of conditions and of stop tokens
 *   ARENA      global objects
 *   LABELS     heads of the chains of labels
 *   NAMES      what objects and agents are called: labels.ts
 *   STATEMENTS what each agent tells of itself while tracing is on: statement.ts
 *   ORDER      heads of the chains of lock orders, by the object that was held
 *   ORDERS     in which order mutexes were locked while tracing was on: trace/order.ts
 * Invariants
 *   T1  A slot belongs to the agent named by its ID until that agent is dead and buried.
 *   T2  A DEAD bit is set only for an agent that runs no more instruction, and stays: ids are not used twice.
 *   T3  HIGH, POOLED, ALLOTTED, NAMED and ORDERED only grow.
 */
import { SyncError } from '../errors.ts';
import { isWords, newWords, WORD, type Words } from '../memory/words.ts';

const LAYOUT = 0x43540001; // 'CT', version 1

export const SLOT_COUNT = 256;
export const SLOT_WORDS = 32;
export const RECORD_WORDS = 8;
export const CHAIN_HEADS = 4096;
export const GLOBAL_HEADS = 256;
export const MAX_AGENT_ID: number = 1 << 26; // what words that name an owner have room for
export const MAX_OBJECTS: number = 2 ** 32 - 2 ** 16; // as many as try at once find no number more, and do not get round
const POOL_RECORDS = 1 << 17;
const ARENA_WORDS = 1 << 18;
export const LABEL_HEADS = 1024;
const NAME_WORDS = 1 << 18;
export const STATEMENT_WORDS = 2048;
export const ORDER_HEADS = 1024;
const ORDER_WORDS = 1 << 19;

// Header
const VERSION = 0;
const NONCE = 1; // tells two tables of one process apart
const FIRST_OBJECT = 2; // ids count from a random start, so that an id shows which table dealt it
const OBJECTS = 3;
const AGENTS = 4;
export const HIGH = 5; // slots that were ever used
const POOLED = 6; // records that were ever used
const ALLOTTED = 7; // arena words that were ever used
export const SWEPT = 8; // when somebody last looked for dead agents
export const LEAVING = 9; // ms, when an exit hook ran last
export const RESCUES = 10;
const NAMED = 11; // words of names that were ever used
const ORDERED = 12; // words of orders that were ever used
export const COMPLAINED = 13; // somebody has said what is wrong with CROSSTHREAD_TRACE
const HEADER_WORDS = 16;

// Regions
export const CHAINS: number = HEADER_WORDS;
export const GLOBALS: number = CHAINS + CHAIN_HEADS;
const DEAD = GLOBALS + GLOBAL_HEADS;
export const SLOTS: number = DEAD + MAX_AGENT_ID / 32;
export const POOL: number = SLOTS + SLOT_COUNT * SLOT_WORDS;
const ARENA = POOL + POOL_RECORDS * RECORD_WORDS;
export const LABELS: number = ARENA + ARENA_WORDS;
const NAMES = LABELS + LABEL_HEADS;
const STATEMENTS = NAMES + NAME_WORDS;
export const ORDER: number = STATEMENTS + SLOT_COUNT * STATEMENT_WORDS;
const ORDERS = ORDER + ORDER_HEADS;
export const TABLE_WORDS: number = ORDERS + ORDER_WORDS;

// Slot
export const ID = 0;
export const TID = 1; // of the operating system
export const START = 2; // when that thread started: TIDs are used again
export const EXITED = 3; // ms, when the exit hook ran; 0: it did not
export const CLAIM = 4; // who buries this dead agent
export const EVIDENCE = 5; // it holds the web lock of its name
export const RECORD = 8; // of the blocking wait: a thread has one at most
export const PARK = 16; // in a cache line of its own
export const RESTING = 17; // what sleeps on it: see wait/park.ts
export const HELPERS = 18; // about to make its claim a hold (M11); never cleared: a late one still subtracts
export const LINEAGE = 19; // whose end is its own: see lineage.ts
export const LINEAGE_WORDS: number = SLOT_WORDS - LINEAGE;

export function createTable(table: Words = newWords(TABLE_WORDS * WORD)): Words {
  const [nonce, first] = crypto.getRandomValues(new Int32Array(2)) as unknown as [number, number];
  Atomics.store(table, NONCE, nonce);
  Atomics.store(table, FIRST_OBJECT, first);
  Atomics.store(table, VERSION, LAYOUT);
  return table;
}

export function isTable(value: unknown): value is Words {
  return isWords(value) && value.length === TABLE_WORDS && Atomics.load(value, VERSION) === LAYOUT;
}

/** One memory arrives as several buffers, so tables are told apart by what is in them. */
export function isSameTable(a: Words, b: Words): boolean {
  return a === b || tableName(a) === tableName(b);
}

export function tableName(table: Words): string {
  return `${Atomics.load(table, NONCE)}.${Atomics.load(table, FIRST_OBJECT)}`;
}

/** A fresh object id, never 0, and none twice. */
export function dealObjectId(table: Words): number {
  for (;;) {
    const nth = Atomics.add(table, OBJECTS, 1) >>> 0;
    if (nth >= MAX_OBJECTS) {
      Atomics.sub(table, OBJECTS, 1);
      throw new SyncError('resource_unavailable_try_again', `${MAX_OBJECTS} objects were made`);
    }
    const id = (Atomics.load(table, FIRST_OBJECT) + nth) | 0;
    if (id !== 0) return id;
  }
}

/** Whether this table dealt `id`; if not, two tables are in use on one memory. */
export function dealtHere(table: Words, id: number): boolean {
  const nth = (id - Atomics.load(table, FIRST_OBJECT)) >>> 0;
  return nth < Atomics.load(table, OBJECTS) >>> 0;
}

export function hasDealt(table: Words): boolean {
  return Atomics.load(table, OBJECTS) !== 0;
}

/** An agent id where the runtime has no thread ids. */
export function dealAgentId(table: Words): number {
  return Atomics.add(table, AGENTS, 1) + 1;
}

export function slotAt(index: number): number {
  return SLOTS + index * SLOT_WORDS;
}

/** Where the agent of `slot` tells of itself. */
export function statementAt(slot: number): number {
  return STATEMENTS + ((slot - SLOTS) / SLOT_WORDS) * STATEMENT_WORDS;
}

/** The slot of agent `id`, or 0. */
export function slotOf(table: Words, id: number): number {
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    const slot = slotAt(i);
    if (Atomics.load(table, slot + ID) === id) return slot;
  }
  return 0;
}

/** Leaves nothing in a slot but whose it is and who buries that. */
export function clearSlot(table: Words, slot: number): void {
  for (const word of [TID, START, EXITED, EVIDENCE, PARK, RESTING]) {
    Atomics.store(table, slot + word, 0);
  }
  for (let i = 0; i < LINEAGE_WORDS; i++) Atomics.store(table, slot + LINEAGE + i, 0);
}

/** The ids of all agents that have a slot, dead ones not yet buried among them. */
export function* agentIds(table: Words): Generator<number> {
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    const id = Atomics.load(table, slotAt(i) + ID);
    if (id !== 0) yield id;
  }
}

/** Whether the exit hook of an agent has run that is not known to be dead. */
export function isExiting(table: Words): boolean {
  const high = Atomics.load(table, HIGH);
  for (let i = 0; i < high; i++) {
    const slot = slotAt(i);
    if (Atomics.load(table, slot + EXITED) === 0) continue;
    if (!isDead(table, Atomics.load(table, slot + ID))) return true;
  }
  return false;
}

export function isDead(table: Words, id: number): boolean {
  if (id >= MAX_AGENT_ID) return false;
  return (Atomics.load(table, DEAD + (id >>> 5)) & (1 << (id & 31))) !== 0;
}

/** Sets the bit of `id` (T2). Returns whether it was clear. */
export function setDead(table: Words, id: number): boolean {
  if (id >= MAX_AGENT_ID) return false;
  const bit = 1 << (id & 31);
  return (Atomics.or(table, DEAD + (id >>> 5), bit) & bit) === 0;
}

/** A record that never was in use, or 0 when all are. */
export function allotRecord(table: Words): number {
  return allot(table, POOLED, POOL_RECORDS, RECORD_WORDS, POOL, 1);
}

/** The end of the records that were ever in use. */
export function poolEnd(table: Words): number {
  return POOL + Atomics.load(table, POOLED) * RECORD_WORDS;
}

/** `words` fresh words of the arena, a cache line at a time; 0 when it is full. */
export function allotArena(table: Words, words: number): number {
  return allot(table, ALLOTTED, ARENA_WORDS, 1, ARENA, Math.ceil(words / 16) * 16);
}

/** `words` fresh words of the names; 0 when they are full. */
export function allotName(table: Words, words: number): number {
  return allot(table, NAMED, NAME_WORDS, 1, NAMES, words);
}

/** `words` fresh words for a lock order; 0 when they are full, or when `isExtra` and half of them are used. */
export function allotOrder(table: Words, words: number, isExtra: boolean): number {
  return allot(table, ORDERED, isExtra ? ORDER_WORDS / 2 : ORDER_WORDS, 1, ORDERS, words);
}

function allot(
  table: Words,
  counter: number,
  limit: number,
  size: number,
  base: number,
  n: number,
): number {
  for (;;) {
    const used = Atomics.load(table, counter);
    if (used + n > limit) return 0;
    if (Atomics.compareExchange(table, counter, used, used + n) === used) return base + used * size;
  }
}
