/**
 * What an agent tells of itself while tracing is on, for the others to read: it may be blocked when they ask.
 *
 * Words, in a region of its own for each slot
 *   VERSION   odd while the rest is written
 *   AGENT     whose it is: the slot's owner before may have left one
 *   WORD      of the table, and
 *   VALUE     what stood there: when it has changed, the wait is over; WORD 0: there is none
 *   WAIT      length of what is told of the wait
 *   LENGTH    of that and the rest, then the characters
 * Invariant
 *   S1  The words belong together if VERSION is even and the same before and after they are read. Only the
 *       agent of the slot writes; one that dies over it leaves an odd VERSION, which its next owner makes even.
 */
import { readText, writeText } from '../memory/text.ts';
import type { Words } from '../memory/words.ts';
import type { Agent } from './agent.ts';
import { STATEMENT_WORDS, statementAt } from './table.ts';

const VERSION = 0;
const AGENT = 1;
const WORD = 2;
const VALUE = 3;
const WAIT = 4;
const LENGTH = 5;
const CHARACTERS = 6;

const ROOM = STATEMENT_WORDS - CHARACTERS;
const CUT = '\n…';

export interface Statement {
  /** A word of the table and its value: as long as it has that, `wait` goes on. 0: there is no wait. */
  readonly word: number;
  readonly value: number;
  /** What the thread is blocked on. */
  readonly wait: string;
  /** What it holds, and its tasks wait for. */
  readonly rest: string;
}

export function publish({ table, slot, id }: Agent, { word, value, wait, rest }: Statement): void {
  const at = statementAt(slot);
  const whole = wait + rest;
  const text = whole.length <= ROOM ? whole : whole.slice(0, ROOM - CUT.length) + CUT;
  const version = Atomics.load(table, at + VERSION) | 1;
  Atomics.store(table, at + VERSION, version);
  Atomics.store(table, at + AGENT, id);
  Atomics.store(table, at + WORD, word);
  Atomics.store(table, at + VALUE, value);
  Atomics.store(table, at + WAIT, Math.min(wait.length, text.length));
  Atomics.store(table, at + LENGTH, text.length);
  writeText(table, at + CHARACTERS, text);
  Atomics.store(table, at + VERSION, (version + 1) | 0);
}

/** What agent `id` of `slot` told last, as far as it may be true. `undefined`: nothing, or it is just telling. */
export function statementOf(table: Words, slot: number, id: number): string | undefined {
  if (slot === 0) return undefined;
  const at = statementAt(slot);
  const version = Atomics.load(table, at + VERSION);
  if (version & 1 || Atomics.load(table, at + AGENT) !== id) return undefined;
  const word = Atomics.load(table, at + WORD);
  const isOver = word !== 0 && Atomics.load(table, word) !== Atomics.load(table, at + VALUE);
  const from = isOver ? Atomics.load(table, at + WAIT) : 0;
  const text = readText(table, at + CHARACTERS + from, Atomics.load(table, at + LENGTH) - from);
  return Atomics.load(table, at + VERSION) === version ? text || undefined : undefined; // S1
}
