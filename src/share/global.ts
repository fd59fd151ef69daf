/**
 * Global objects: the one object of a key in the process. This is how a C++ global is ported.
 *
 * Words of an entry
 *   NEXT     link of the chain
 *   OBJECT   where the object's words are
 *   KEY, KIND  lengths, then the characters of both, one a word
 * Invariants
 *   G1  An entry is complete, its object written, before it is linked.
 *   G2  Of two agents that make one key at once, one links; the other finds that link, because its
 *       own fails, and uses what it finds. A thread killed before it links has made nothing.
 */
import { currentAgent } from '../agent/home.ts';
import { allotArena, GLOBAL_HEADS, GLOBALS } from '../agent/table.ts';
import { SyncError } from '../errors.ts';
import { Chain } from '../memory/chain.ts';
import { describe } from '../memory/checks.ts';
import { hashOf, readText, writeText } from '../memory/text.ts';
import { CACHE_LINE, WORD, type Words, wordsAt } from '../memory/words.ts';
import { live, Place, type SharedObject, type SharedType } from './shared-object.ts';

const NEXT = 0;
const OBJECT = 1;
const KEY = 2;
const KIND = 3;
const CHARACTERS = 4;

/** The object of `key`, which `write` makes if there is none. */
export function globalObject<T extends SharedObject>(
  type: SharedType<T>,
  key: string,
  write: (words: Words) => void,
  byteLength?: number,
): T {
  return live(type, globalPlace(type, key, write, byteLength));
}

/** Where the object of `key` is, which `write` makes if there is none. */
export function globalPlace(
  type: { readonly kind: string; readonly BYTE_LENGTH: number },
  key: string,
  write: (words: Words) => void,
  byteLength: number = type.BYTE_LENGTH,
): Place {
  if (typeof key !== 'string')
    throw new TypeError(`\`key\` must be a string, got ${describe(key)}`);
  const { table } = currentAgent();
  const chain = new Chain(table, GLOBALS, GLOBAL_HEADS, NEXT);
  const hash = hashOf(key);
  let made = 0;
  for (;;) {
    const head = chain.head(hash);
    const entry = find(table, chain, head, key) || made;
    if (entry !== 0 && entry !== made) return placeOf(type, table, entry, key);
    made ||= make(table, key, type.kind, write, byteLength);
    if (chain.link(hash, made, head)) return placeOf(type, table, made, key);
  }
}

function placeOf(
  type: { readonly kind: string; readonly BYTE_LENGTH: number },
  table: Words,
  entry: number,
  key: string,
): Place {
  const kind = readText(table, entry + CHARACTERS + key.length, Atomics.load(table, entry + KIND));
  if (kind !== type.kind) throw new TypeError(`global '${key}' is a ${kind}, not a ${type.kind}`);
  const byteOffset = Atomics.load(table, entry + OBJECT) * WORD;
  return new Place(wordsAt(table.buffer, byteOffset, type.BYTE_LENGTH), key);
}

function find(table: Words, chain: Chain, head: number, key: string): number {
  for (let entry = head; entry !== 0; entry = chain.after(entry)) {
    const length = Atomics.load(table, entry + KEY);
    if (length === key.length && readText(table, entry + CHARACTERS, length) === key) return entry;
  }
  return 0;
}

function make(
  table: Words,
  key: string,
  kind: string,
  write: (words: Words) => void,
  byteLength: number,
): number {
  const line = CACHE_LINE / WORD;
  const room = Math.ceil((CHARACTERS + key.length + kind.length) / line) * line;
  const entry = allotArena(table, room + byteLength / WORD);
  if (entry === 0) {
    throw new SyncError('resource_unavailable_try_again', 'no room for another global object');
  }
  const object = entry + room; // a line of its own
  write(wordsAt(table.buffer, object * WORD, byteLength));
  Atomics.store(table, entry + OBJECT, object);
  Atomics.store(table, entry + KEY, key.length);
  Atomics.store(table, entry + KIND, kind.length);
  writeText(table, entry + CHARACTERS, key + kind);
  return entry;
}
