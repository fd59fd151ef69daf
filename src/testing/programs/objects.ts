/**
 * The objects that programs are about. A kind is plain data, so that programs can be posted; memory is what
 * threads share of the objects of a program; what is live is a thread's own.
 */
import { Barrier } from '../../barrier/barrier.ts';
import { Latch } from '../../latch/latch.ts';
import type { BasicLockable } from '../../lock/lockable.ts';
import { Mutex } from '../../mutex/mutex.ts';
import { RecursiveMutex } from '../../mutex/recursive.ts';
import { SharedMutex } from '../../mutex/shared.ts';
import { OnceFlag } from '../../once/once-flag.ts';
import { Semaphore } from '../../semaphore/semaphore.ts';
import type { SharedObject } from '../../share/shared-object.ts';
import type { Operation } from '../linearizable/operation.ts';
import type { Specification } from '../linearizable/specification.ts';
import * as specifications from '../linearizable/specifications/index.ts';

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
    };

/** What an object of a program can be. */
export type ObjectKind = ProgramObject['kind'];

/** Objects by name, in the order in which `ScopedLock` takes them. */
export type ProgramObjects = Readonly<Record<string, ProgramObject>>;

/** What threads share of an object. */
export type Memory = Readonly<Record<string, SharedObject | Int32Array>>;

/** What a thread calls. */
export type Live = Readonly<Record<string, object>>;

/** The classes of locks of somebody's own, by the name of the object. */
export type OwnClasses = Readonly<Record<string, new (words: Int32Array) => BasicLockable>>;

/** Makes them, in their order: that of their ids. */
export function makeMemory(objects: ProgramObjects): Memory {
  return mapValues(objects, make);
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
  return mapValues(memory, (shared, name) =>
    shared instanceof Int32Array ? new classes[name]!(shared) : shared,
  );
}

/** What `object` is to do. */
export function specificationOf(object: ProgramObject): Specification<Operation, unknown> {
  return specify(object) as Specification<Operation, unknown>;
}

/** Whether one thread at most holds it, or one writer: what a cycle of waits can be made of. */
export function isLock({ kind }: ProgramObject): boolean {
  return kind === 'mutex' || kind === 'recursive' || kind === 'shared' || kind === 'own';
}

function make(object: ProgramObject, name: string): SharedObject | Int32Array {
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
  }
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, map(value, name)]),
  );
}
