/**
 * What all shared objects have in common: a place in shared memory, an id there, a name, and a
 * handle, which is what structured clone makes of them.
 *
 * Words
 *   the last word of an object holds its id: 0 in fresh memory, one compare-exchange gives it one
 * Invariants
 *   O1  An agent has one live object for each id, however many buffers show its memory.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { dealObjectId, dealtHere } from '../agent/table.ts';
import { SyncError } from '../errors.ts';
import { WORD, type Words } from '../memory/words.ts';

/** @internal What a live object turns into on its way to another thread. */
export interface HandleData {
  readonly kind: string;
  readonly words: Words;
  readonly name: string | undefined;
  readonly table: Words;
}

/** @internal Where a live object is to attach to. */
export class Place {
  readonly words: Words;
  readonly name: string | undefined;

  constructor(words: Words, name?: string) {
    this.words = words;
    this.name = name;
  }
}

/** @internal The id that locks are ordered by. */
export const OBJECT_ID: unique symbol = Symbol.for('crossthread.id') as never;

export abstract class SharedObject {
  /** The one own enumerable property: what structured clone takes along. @internal */
  readonly crossthread: HandleData;
  readonly #id: number;

  /** @internal */
  constructor(kind: string, { words, name }: Place) {
    const agent = currentAgent();
    this.crossthread = { kind, words, name, table: agent.table };
    this.#id = objectIdOf(agent, words);
    agent.remember(this.#id, this);
  }

  /** @internal */
  get [OBJECT_ID](): number {
    return this.#id;
  }

  /** The name given in the options, or the key of a global object; it travels with the object. */
  get name(): string | undefined {
    return this.crossthread.name;
  }

  /** The shared memory this object lives in. */
  get buffer(): SharedArrayBuffer {
    return this.crossthread.words.buffer;
  }

  /** Where in {@link buffer} it starts. */
  get byteOffset(): number {
    return this.crossthread.words.byteOffset;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `[${labelOf(this.crossthread)}]`;
  }
}

/** @internal How messages call an object. */
export function labelOf({ kind, name }: { kind: string; name: string | undefined }): string {
  return name === undefined ? kind : `${kind} '${name}'`;
}

/** @internal A class of shared objects, as the functions that place them see it. */
export interface SharedType<T extends SharedObject> {
  readonly kind: string;
  readonly BYTE_LENGTH: number;
  new (place: Place): T;
}

/** @internal The live object of this agent at `place` (O1), made if there is none. */
export function live<T extends SharedObject>(type: SharedType<T>, place: Place): T {
  const agent = currentAgent();
  const known = agent.objects.get(objectIdOf(agent, place.words))?.deref() as T | undefined;
  if (!known) return new type(place);
  if (known.crossthread.kind === type.kind) return known;
  throw new TypeError(`there is a ${known.crossthread.kind} at this place, not a ${type.kind}`);
}

/** @internal Makes the object at `words` a new one: what was live there before is not this one. */
export function forget(words: Words): void {
  for (let i = 0; i < words.length; i++) Atomics.store(words, i, 0);
}

function objectIdOf(agent: Agent, words: Words): number {
  const last = words.length - 1;
  const found = Atomics.load(words, last);
  if (found === 0) {
    const id = dealObjectId(agent.table);
    return Atomics.compareExchange(words, last, 0, id) || id;
  }
  if (dealtHere(agent.table, found)) return found;
  throw new SyncError(
    'invalid_argument',
    `no object, or one of threads that do not know this one, at byte ${words.byteOffset + last * WORD}: ` +
      'import crossthread in the main thread before workers are started',
  );
}
