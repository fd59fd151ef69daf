/**
 * What objects and agents are called, for all agents to read: in an error that names them, or a report.
 *
 * Words of an entry
 *   NEXT     link of the chain
 *   KEY      object id or agent id
 *   OF       which of the two
 *   LENGTH   then the characters
 * An entry is complete before it is linked, and never changes. An object has one once somebody has waited for it
 * for long, a thread from its start if it was given a name.
 */
import { Chain } from '../memory/chain.ts';
import { readText, writeText } from '../memory/text.ts';
import type { Words } from '../memory/words.ts';
import type { Agent } from './agent.ts';
import { allotName, LABEL_HEADS, LABELS } from './table.ts';

const NEXT = 0;
const KEY = 1;
const OF = 2;
const LENGTH = 3;
const CHARACTERS = 4;

const AN_OBJECT = 1;
const AN_AGENT = 2;

const MAIN = 1; // agent id

/** Writes down, once, what object `id` is called. */
export function nameObject({ table }: Agent, id: number, label: string): void {
  write(table, id, AN_OBJECT, label);
}

/** Writes down, once, what thread `id` is called. */
export function nameThread({ table }: Agent, id: number, name: string): void {
  write(table, id, AN_AGENT, name);
}

/** Such as `Mutex 'orders'`; `undefined` if nobody has waited for it for long. */
export function objectName({ table }: Agent, id: number): string | undefined {
  return find(table, chainOf(table).head(id), id, AN_OBJECT);
}

/** The name that a thread was given, or which one it is. */
export function threadName({ table }: Agent, id: number): string {
  const ordinary = id === MAIN ? 'main' : `worker ${id - 1}`;
  return find(table, chainOf(table).head(id), id, AN_AGENT) ?? ordinary;
}

function write(table: Words, id: number, of: number, text: string): void {
  const chain = chainOf(table);
  let entry = 0;
  for (;;) {
    const head = chain.head(id);
    if (find(table, head, id, of) !== undefined) return;
    entry ||= make(table, id, of, text);
    if (entry === 0 || chain.link(id, entry, head)) return; // full: it goes without a name
  }
}

function make(table: Words, id: number, of: number, text: string): number {
  const entry = allotName(table, CHARACTERS + text.length);
  if (entry === 0) return 0;
  Atomics.store(table, entry + KEY, id);
  Atomics.store(table, entry + OF, of);
  Atomics.store(table, entry + LENGTH, text.length);
  writeText(table, entry + CHARACTERS, text);
  return entry;
}

function find(table: Words, head: number, id: number, of: number): string | undefined {
  const chain = chainOf(table);
  for (let entry = head; entry !== 0; entry = chain.after(entry)) {
    if (Atomics.load(table, entry + KEY) !== id || Atomics.load(table, entry + OF) !== of) continue;
    return readText(table, entry + CHARACTERS, Atomics.load(table, entry + LENGTH));
  }
  return undefined;
}

function chainOf(table: Words): Chain {
  return new Chain(table, LABELS, LABEL_HEADS, NEXT);
}
