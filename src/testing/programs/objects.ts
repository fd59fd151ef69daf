/**
 * The objects that programs are about. A kind is plain data, so that programs can be posted; memory is what
 * threads share of the objects of a program; what is live is a thread's own.
 */
import { Barrier } from '../../barrier/barrier.ts';
import { Latch } from '../../latch/latch.ts';
import { ConditionVariable } from '../../condition-variable/condition-variable.ts';
import type { BasicLockable } from '../../lock/lockable.ts';
import { checkInteger } from '../../memory/checks.ts';
import { Mutex } from '../../mutex/mutex.ts';
import { RecursiveMutex } from '../../mutex/recursive.ts';
import { SharedMutex } from '../../mutex/shared.ts';
import { OnceFlag } from '../../once/once-flag.ts';
import { Semaphore } from '../../semaphore/semaphore.ts';
import type { SharedObject } from '../../share/shared-object.ts';
import type { Operation } from '../linearizable/operation.ts';
import type { Specification } from '../linearizable/specification.ts';
import * as specifications from '../linearizable/specifications/index.ts';
import { Counted, type CountedMemory } from './counted.ts';

/**
 * An object of a program.
 *
 * `'own'` is a lock of somebody's own: `module` is the URL of a module, `class` an export of it, which is
 * constructed in each thread with `words` zeroed words of shared memory and has `lock()` and `unlock()`.
 *
 * @example
 * ```ts
 * const slots: ProgramObject = { kind: 'semaphore', permits: 2 };
 * const module = new URL('spin.mjs', import.meta.url).href;
 * const spin: ProgramObject = { kind: 'own', module, class: 'SpinLock', words: 1 };
 * ```
 */
export type ProgramObject =
  | {
      /** `Mutex`, `RecursiveMutex`, `SharedMutex`. */
      readonly kind: 'mutex' | 'recursive' | 'shared';
      /** Of the mutex. */
      readonly fairness?: 'eventual' | 'fifo';
    }
  | {
      /** A lock of somebody's own. */
      readonly kind: 'own';
      /** The URL of its module. */
      readonly module: string;
      /** The export. */
      readonly class: string;
      /** Of shared memory, how many it is made with. */
      readonly words: number;
    }
  | {
      /** `Semaphore`. */
      readonly kind: 'semaphore';
      /** How many there are. */
      readonly permits: number;
    }
  | {
      /** `Latch`, `Barrier`. */
      readonly kind: 'latch' | 'barrier';
      /** How many arrivals. */
      readonly expected: number;
    }
  | {
      /** `OnceFlag`. */
      readonly kind: 'once';
    }
  | {
      /** `ConditionVariable`, together with a count that it is about. */
      readonly kind: 'condition';
      /** The name of a `'mutex'` that stands before it: it guards the count, and who waits holds it. */
      readonly mutex: string;
      /** How many there are to take at first. */
      readonly count: number;
    };

/** What an object of a program can be. */
export type ObjectKind = ProgramObject['kind'];

/** Objects by name, in the order in which `ScopedLock` takes them. */
export type ProgramObjects = Readonly<Record<string, ProgramObject>>;

/** What threads share of an object. */
export type Memory = Readonly<Record<string, SharedObject | Int32Array | CountedMemory>>;

/** What a thread calls. */
export type Live = Readonly<Record<string, object>>;

/** The classes of locks of somebody's own, by the name of the object. */
export type OwnClasses = Readonly<Record<string, new (words: Int32Array) => BasicLockable>>;

/** Makes them, in their order: that of their ids. */
export function makeMemory(objects: ProgramObjects): Memory {
  const made: Record<string, Memory[string]> = {};
  for (const [name, object] of Object.entries(objects)) made[name] = make(object, name, made);
  return made;
}

/** Loads the modules that `objects` name. */
export async function loadClasses(objects: ProgramObjects): Promise<OwnClasses> {
  const loaded: Record<string, OwnClasses[string]> = {};
  for (const [name, object] of Object.entries(objects)) {
    if (object.kind !== 'own') continue;
    const module = (await import(object.module)) as Record<string, OwnClasses[string]>;
    const found = module[object.class];
    if (typeof found !== 'function') {
      throw new TypeError(`'${name}': ${object.module} exports no class ${object.class}`);
    }
    loaded[name] = found;
  }
  return loaded;
}

/** What is live in this thread, of memory that arrived live. */
export function enliven(memory: Memory, classes: OwnClasses): Live {
  const live = ([name, shared]: [string, Memory[string]]): [string, object] => {
    if (shared instanceof Int32Array) return [name, new classes[name]!(shared)];
    return [name, 'count' in shared ? new Counted(shared) : shared];
  };
  return Object.fromEntries(Object.entries(memory).map(live));
}

/** What `object` is to do. */
export function specificationOf(object: ProgramObject): Specification<Operation, unknown> {
  return specify(object) as Specification<Operation, unknown>;
}

/** Whether one thread at most holds it, or one writer: what a cycle of waits can be made of. */
export function isLock({ kind }: ProgramObject): boolean {
  return kind === 'mutex' || kind === 'recursive' || kind === 'shared' || kind === 'own';
}

function make(object: ProgramObject, name: string, made: Memory): Memory[string] {
  switch (object.kind) {
    case 'mutex':
      return new Mutex({ ...object, name });
    case 'recursive':
      return new RecursiveMutex({ ...object, name });
    case 'shared':
      return new SharedMutex({ ...object, name });
    case 'own':
      return new Int32Array(new SharedArrayBuffer(object.words * Int32Array.BYTES_PER_ELEMENT));
    case 'semaphore':
      return new Semaphore(object.permits, { name });
    case 'latch':
      return new Latch(object.expected);
    case 'barrier':
      return new Barrier(object.expected);
    case 'once':
      return new OnceFlag();
    case 'condition':
      return makeCounted(object, name, made[object.mutex]);
    default:
      throw new RangeError(`'${name}' is of no kind: ${(object as ProgramObject).kind}`);
  }
}

function specify(object: ProgramObject): unknown {
  switch (object.kind) {
    case 'mutex':
    case 'own':
      return specifications.mutex();
    case 'recursive':
      return specifications.recursiveMutex();
    case 'shared':
      // A try to read fails also while others only wait to write, of which this specification knows nothing.
      return specifications.sharedMutex({ spurious: true });
    case 'semaphore':
      return specifications.semaphore(object.permits, { spurious: true });
    case 'latch':
      return specifications.latch(object.expected);
    case 'barrier':
      return specifications.barrier(object.expected);
    case 'once':
      return specifications.once();
    case 'condition':
      return countedSpecification(object.count);
  }
}

function makeCounted(
  { mutex, count }: ProgramObject & { readonly kind: 'condition' },
  name: string,
  guard: Memory[string] | undefined,
): CountedMemory {
  if (!(guard instanceof Mutex) || guard.constructor !== Mutex) {
    throw new RangeError(`'${name}' needs a mutex before it, and '${mutex}' is none`);
  }
  checkInteger('count', count, 0, 1 << 30);
  const words = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  words[0] = count;
  return { condition: new ConditionVariable({ name }), mutex: guard, count: words };
}

/** What is taken and brought is a semaphore's; who waits does not stand in line. */
function countedSpecification(count: number): Specification<Operation, number> {
  const semaphore = specifications.semaphore(count);
  const nameOf = (name: string): 'acquire' | 'release' => (name === 'wait' ? 'acquire' : 'release');
  const step = (
    left: number,
    { thread, call, name }: Operation,
  ): ReturnType<typeof semaphore.step> =>
    semaphore.step(left, { thread, call, name: nameOf(name) });
  return { ...semaphore, names: ['wait', 'notifyOne', 'notifyAll'], step };
}
