/** `threadPrograms`: programs at random, which fast-check makes smaller where one fails. */
import * as fc from 'fast-check';
import { checkInteger } from '../../memory/checks.ts';
import { CALL_NAMES, callOf, type CallName, namesOf, type ProgramOperation } from './calls.ts';
import type { ProgramObject, ProgramObjects } from './objects.ts';
import { checkPrograms, formatPrograms, type ThreadPrograms } from './programs.ts';
import { type Wish, Writer } from './writer.ts';

/**
 * An object that programs may use. Some count what the program has: a latch opens with its last arrival, a
 * barrier waits for the threads that use it, a condition has at first what notifications fall short of waits.
 */
export type ProgramObjectChoice =
  | Exclude<ProgramObject, { readonly kind: 'latch' | 'barrier' | 'condition' }>
  | {
      /** `ConditionVariable`. */
      readonly kind: 'condition';
      /** The name of a `'mutex'` that stands before it. */
      readonly mutex: string;
    }
  | 'mutex'
  | 'recursive'
  | 'shared'
  | 'latch'
  | 'barrier'
  | 'once';

/** What programs are made of. */
export interface ThreadProgramsOptions {
  /** Objects by name. Their order is that of {@link lockOrder}. */
  readonly objects: Readonly<Record<string, ProgramObjectChoice>>;
  /** How many threads at most. Default: 3. */
  readonly threads?: number;
  /** Calls of each thread at most, without those that end what others began. Default: 6. */
  readonly maxOperations?: number;
  /** Which calls. Default: all that the objects have. */
  readonly operations?: readonly CallName[];
  /** Whether some of the calls are awaited, where they have such a form. Default: true. */
  readonly async?: boolean;
  /**
   * `'respected'`: who waits for an object holds only objects before it, so that no program can
   * deadlock. `'any'`: some can; {@link findDeadlock} tells which. Default: `'respected'`.
   */
  readonly lockOrder?: 'respected' | 'any';
}

const DEEPEST = 4; // wishes that one section may ask for
const RARELY_NOTHING = 20; // one wish of so many is for nothing, which all others shrink to
const LONGEST_TRY = 2; // ms: of tryLockFor, longer than most sections and short to a test
const MOST_ARRIVALS = 2; // of a countDown

/**
 * Programs of several threads over the objects given. What fails is made smaller: fewer threads, calls
 * and objects. A program is plain data, and printed as text.
 *
 * @throws RangeError if nothing can be called.
 *
 * @example
 * ```ts
 * const programs = threadPrograms({ objects: { a: 'mutex', b: 'mutex' }, threads: 3 });
 * await fc.assert(fc.asyncProperty(programs, async (each) => void (await runThreads(each))));
 * ```
 */
export function threadPrograms({
  objects,
  threads = 3,
  maxOperations = 6,
  operations = CALL_NAMES,
  async = true,
  lockOrder = 'respected',
}: ThreadProgramsOptions): fc.Arbitrary<ThreadPrograms> {
  checkInteger('threads', threads, 1, 26);
  checkInteger('maxOperations', maxOperations, 1, 1000);
  if (lockOrder !== 'respected' && lockOrder !== 'any') {
    throw new RangeError(`\`lockOrder\` must be 'respected' or 'any', got '${String(lockOrder)}'`);
  }
  const specified: ProgramObjects = Object.fromEntries(
    Object.entries(objects).map(([name, choice]) => [name, specify(choice)]),
  );
  checkPrograms({ objects: specified, threads: [] });
  const wishes = fc.array(wishOf(specified, operations, async), {
    minLength: 1,
    maxLength: maxOperations,
  });
  const isRespected = lockOrder === 'respected';
  return fc
    .array(wishes, { minLength: Math.min(threads, 2), maxLength: threads })
    .map((all) => printable(write(specified, all, isRespected)));
}

function specify(choice: ProgramObjectChoice): ProgramObject {
  if (typeof choice !== 'string')
    return choice.kind === 'condition' ? { ...choice, count: 0 } : choice;
  // How many arrivals there are is known when the program is.
  return choice === 'latch' || choice === 'barrier'
    ? { kind: choice, expected: 0 }
    : { kind: choice };
}

function wishOf(
  objects: ProgramObjects,
  allowed: readonly CallName[],
  isAsync: boolean,
): fc.Arbitrary<Wish> {
  const all = Object.entries(objects).flatMap(([name, object]) =>
    allowed
      .filter((call) => callOf(call).kinds.includes(object.kind) && !isEnding(call))
      .filter((call) => !callOf(call).isOnMany)
      .map((call) => {
        const plain = operationOn(name, object, call);
        const hasForm = callOf(call).runAsync && object.kind !== 'own';
        return isAsync && hasForm ? inBothForms(plain) : plain;
      }),
  );
  const scoped = Object.entries(objects)
    .filter(([, { kind }]) => callOf('scopedLock').kinds.includes(kind))
    .map(([name]) => name);
  if (allowed.includes('scopedLock') && scoped.length > 1) {
    const plain = scopedLockOf(scoped);
    all.push(isAsync ? inBothForms(plain) : plain);
  }
  if (all.length === 0) throw new RangeError('`operations` has none that the objects have');
  const inside = fc.nat({ max: DEEPEST });
  const operation = fc.option(fc.oneof(...all), { nil: undefined, freq: RARELY_NOTHING });
  return fc.record({ operation, inside }, { noNullPrototype: true });
}

/** Shrinks to the form that blocks. */
function inBothForms(plain: fc.Arbitrary<ProgramOperation>): fc.Arbitrary<ProgramOperation> {
  return fc
    .tuple(plain, fc.boolean())
    .map(([operation, async]) => (async ? { ...operation, async } : operation));
}

function isEnding(call: CallName): boolean {
  return call === 'arriveAndDrop' || CALL_NAMES.some((name) => callOf(name).end === call);
}

function operationOn(
  name: string,
  object: ProgramObject,
  call: CallName,
): fc.Arbitrary<ProgramOperation> {
  const plain = { call, on: name } as const;
  const most = object.kind === 'semaphore' ? object.permits : MOST_ARRIVALS;
  if (callOf(call).isCounted) {
    return fc.integer({ min: 1, max: Math.max(1, most) }).map((n) => ({ ...plain, n }));
  }
  if (call === 'tryLockFor') {
    return fc.integer({ min: 0, max: LONGEST_TRY }).map((ms) => ({ ...plain, ms }));
  }
  if (call === 'callOnce') return fc.boolean().map((throws) => ({ ...plain, throws }));
  return fc.constant(plain);
}

function scopedLockOf(names: readonly string[]): fc.Arbitrary<ProgramOperation> {
  return fc
    .shuffledSubarray([...names], { minLength: 2 })
    .map((on) => ({ call: 'scopedLock', on }) as const);
}

/** Threads that do nothing are left out, and objects that nobody uses. */
function write(
  objects: ProgramObjects,
  wishes: readonly (readonly Wish[])[],
  isRespected: boolean,
): ThreadPrograms {
  const threads = wishes
    .map((each) => {
      const writer = new Writer(objects, isRespected);
      for (const wish of each) writer.add(wish);
      return writer.finish();
    })
    .filter((program) => program.length > 0);
  const used = new Set(threads.flat().flatMap(namesOf));
  const counted = Object.entries(objects)
    .filter(([name]) => used.has(name))
    .map(([name, object]) => [name, expecting(name, object, threads)] as const);
  return { objects: Object.fromEntries(counted), threads };
}

/** With the arrivals that there are. */
function expecting(
  name: string,
  object: ProgramObject,
  threads: ThreadPrograms['threads'],
): ProgramObject {
  if (object.kind === 'condition') {
    const calls = threads.flat().filter(({ on }) => on === name);
    const waits = calls.filter(({ call }) => call === 'wait').length;
    return { ...object, count: Math.max(0, 2 * waits - calls.length) };
  }
  if (object.kind !== 'latch' && object.kind !== 'barrier') return object;
  const arrivals = threads.map((program) =>
    program
      .filter(({ call, on }) => on === name && call !== 'wait' && call !== 'tryWait')
      .reduce((sum, { n = 1 }) => sum + n, 0),
  );
  const expected =
    object.kind === 'latch'
      ? arrivals.reduce((sum, n) => sum + n, 0)
      : arrivals.filter((n) => n > 0).length;
  return { ...object, expected };
}

/** fast-check shows it as text; whoever else looks sees the data alone. */
function printable(programs: ThreadPrograms): ThreadPrograms {
  return Object.defineProperty(programs, fc.toStringMethod, {
    value: () => `\n${formatPrograms(programs)}`,
  });
}
