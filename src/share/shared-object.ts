/**
 * What all shared objects have in common: a place in shared memory, an id there, a name, and a
 * handle, which is what structured clone makes of them.
 *
 * Words
 *   2  bits 24-29  CLASS  of what class the object is; the other bits are its own
 *   3  its id
 * Both are 0 in fresh memory, and written once, by compare-exchange.
 * Invariants
 *   O1  An agent has one live object for each id, however many buffers show its memory. Hidden ones come on top:
 *       nobody else has them, and one of them may become the live one when it is sent.
 *   O2  A place is of one class until `init` makes it another: CLASS is written before the id.
 */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { dealObjectId, dealtHere, isDead } from '../agent/table.ts';
import { SyncError } from '../errors.ts';
import { WORD, type Words } from '../memory/words.ts';
import { waitersOf } from '../wait/record.ts';

/** @internal What a live object turns into on its way to another thread. */
export interface HandleData {
  readonly kind: string;
  readonly words: Words;
  readonly name: string | undefined;
  /** Of what has fields: what they are. */
  readonly schema: unknown;
  readonly table: Words;
}

/** The classes by the number they have in memory. */
const CLASSES = [
  '',
  'Mutex',
  'ConditionVariable',
  'ConditionVariableAny',
  'Semaphore',
  'Latch',
  'RecursiveMutex',
  'SharedMutex',
  'OnceFlag',
  'AtomicInt32',
  'AtomicUint32',
  'AtomicBigInt64',
  'AtomicBool',
  'AtomicFlag',
  'Barrier',
  'StopSource',
  'StopToken',
  'SharedStruct',
  'Channel',
  'FutureState',
  'ObjectAdapter',
];
const CLASS_WORD = 2;
const ID_WORD = 3;
const CLASS_SHIFT = 24;
const CLASS = 0x3f << CLASS_SHIFT;

/** @internal Where a live object is to attach to. */
export class Place {
  readonly words: Words;
  readonly name: string | undefined;
  readonly schema: unknown;

  constructor(words: Words, name?: string, schema?: unknown) {
    this.words = words;
    this.name = name;
    this.schema = schema;
  }
}

/** @internal The id that locks are ordered by. */
export const OBJECT_ID: unique symbol = Symbol.for('crossthread.id') as never;

/** @internal Of an object that agents hold: which do. */
export const OWNERS: unique symbol = Symbol.for('crossthread.owners') as never;

/**
 * An object in shared memory. Sent to another thread it becomes a handle, which `attach` makes live again.
 *
 * @example
 * ```ts
 * const buffer = new SharedArrayBuffer(64);
 * const mutex = Mutex.init(buffer, 16, { name: 'orders' });
 * console.log(mutex.name, mutex.byteOffset, mutex.buffer === buffer); // → orders 16 true
 * ```
 */
export abstract class SharedObject {
  /** The one own enumerable property: what structured clone takes along. @internal */
  readonly crossthread: HandleData;
  readonly #id: number;
  #isHidden = true;

  /** A hidden one costs the collector nothing. @internal */
  constructor(kind: string, { words, name, schema }: Place, isHidden = false) {
    const agent = currentAgent();
    this.crossthread = { kind, words, name, schema, table: agent.table };
    this.#id = objectIdOf(agent, words, kind);
    if (!isHidden) this.show();
    if (OWNERS in this) agent.lockables.add(this.#id);
  }

  /** From now on it is the one that is live (O1). @internal */
  show(): void {
    if (this.#isHidden) currentAgent().remember(this.#id, this);
    this.#isHidden = false;
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

  /** For logs: the handle inside shows the memory of the whole process. @internal */
  toJSON(): string {
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
  const id = objectIdOf(agent, place.words, type.kind);
  return (agent.objects.get(id)?.deref() as T | undefined) ?? new type(place);
}

/** @internal Throws a `TypeError` if an object of another class is at `words`; writes nothing. */
export function checkClass(words: Words, kind: string): void {
  const found = CLASSES[(Atomics.load(words, CLASS_WORD) & CLASS) >> CLASS_SHIFT];
  if (!found || found === kind) return; // a number of no class: its id will tell
  throw new TypeError(`there is a ${found} at this place, not a ${kind}`);
}

function brand(words: Words, kind: string): void {
  for (;;) {
    checkClass(words, kind);
    const found = Atomics.load(words, CLASS_WORD);
    if (found & CLASS) return;
    const branded = found | (CLASSES.indexOf(kind) << CLASS_SHIFT);
    if (Atomics.compareExchange(words, CLASS_WORD, found, branded) === found) return;
  }
}

/**
 * @internal Makes the object at `words` a new one: what was live there before is not this one.
 *
 * @throws SyncError `device_or_resource_busy` if threads wait for what is there: they would sleep on.
 */
export function forget(words: Words): void {
  const { table } = currentAgent();
  const before = Atomics.load(words, ID_WORD);
  const waiters = before === 0 ? [] : waitersOf(table, before);
  if (waiters.some(({ agent }) => !isDead(table, agent))) {
    throw new SyncError('device_or_resource_busy', 'init() of what others wait for');
  }
  for (let i = 0; i < words.length; i++) Atomics.store(words, i, 0);
}

function objectIdOf(agent: Agent, words: Words, kind: string): number {
  const found = Atomics.load(words, ID_WORD);
  if (found !== 0 && !dealtHere(agent.table, found)) {
    throw new SyncError(
      'invalid_argument',
      `no object, or one of threads that do not know this one, at byte ${words.byteOffset + ID_WORD * WORD}: ` +
        'import crossthread in the main thread before workers are started',
    );
  }
  brand(words, kind); // O2
  if (found !== 0) return found;
  const id = dealObjectId(agent.table);
  return Atomics.compareExchange(words, ID_WORD, 0, id) || id;
}
