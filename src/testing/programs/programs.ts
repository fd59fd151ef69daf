/** Programs: what each of several threads calls, one after the other, on objects that they share. */
import { describe } from '../../memory/checks.ts';
import { callOf, CALL_NAMES, mutexOf, namesOf, type ProgramOperation, textOf } from './calls.ts';
import { makeMemory, type ProgramObjects } from './objects.ts';

/**
 * What several threads do with objects that they share: plain data, which can be posted and kept in a
 * file. The threads are called by their number, the objects by their name.
 *
 * @example
 * ```ts
 * const programs: ThreadPrograms = {
 *   objects: { a: { kind: 'mutex' } },
 *   threads: [
 *     [{ call: 'lock', on: 'a' }, { call: 'unlock', on: 'a' }],
 *     [{ call: 'tryLock', on: 'a' }, { call: 'unlock', on: 'a' }],
 *   ],
 * };
 * ```
 */
export interface ThreadPrograms {
  /** What they share. */
  readonly objects: ProgramObjects;
  /** What each thread calls, in order. */
  readonly threads: readonly (readonly ProgramOperation[])[];
}

/**
 * Where the section ends that each operation begins, if it begins one.
 *
 * @throws RangeError for locks that are not unlocked in the opposite order.
 */
export function endsOf(program: readonly ProgramOperation[]): readonly (number | undefined)[] {
  const ends: (number | undefined)[] = program.map(() => undefined);
  const open: number[] = [];
  for (const [i, operation] of program.entries()) {
    const { end } = callOf(operation.call);
    const last = open.at(-1);
    if (end !== undefined) {
      open.push(i);
    } else if (last !== undefined && isEnd(operation, program[last]!)) {
      ends[last] = i;
      open.pop();
    } else if (operation.call.startsWith('unlock')) {
      throw new RangeError(`${textOf(operation)}, operation ${i}, ends no section that is open`);
    }
  }
  const left = open.map((i) => program[i]!).find(({ call }) => !call.endsWith('cquire'));
  if (left) throw new RangeError(`${textOf(left)} has no end`);
  return ends;
}

/** @throws TypeError, RangeError for what is no program. */
export function checkPrograms({ objects, threads }: ThreadPrograms): void {
  if (!Array.isArray(threads)) {
    throw new TypeError(`\`threads\` must be an array, got ${describe(threads)}`);
  }
  makeMemory(objects); // which checks what they are made of
  for (const [thread, program] of threads.entries()) {
    for (const [i, operation] of program.entries()) {
      check(operation, objects, `thread ${thread}, operation ${i}`);
    }
    checkConditions(program, objects, thread);
  }
}

/**
 * A line for each thread; a section is in braces.
 *
 * @example
 * ```ts
 * const [objects, first] = formatPrograms(programs).split('\n');
 * console.log(objects, first); // → a: mutex thread 0  lock(a) { }
 * ```
 */
export function formatPrograms({ objects, threads }: ThreadPrograms): string {
  const named = Object.entries(objects).map(([name, { kind, ...options }]) => {
    const shown = Object.values(options).join(', ');
    return `${name}: ${kind}${shown && `(${shown})`}`;
  });
  const lines = threads.map((program, thread) => `thread ${thread}  ${formatProgram(program)}`);
  return [named.join(', '), ...lines].join('\n');
}

function formatProgram(program: readonly ProgramOperation[]): string {
  const ends = endsOf(program);
  const closing = new Set(ends);
  const words = program.map((operation, i) => {
    if (closing.has(i)) return '}';
    return ends[i] === undefined ? textOf(operation) : `${textOf(operation)} {`;
  });
  return words.join(' ');
}

function isEnd(operation: ProgramOperation, begin: ProgramOperation): boolean {
  return (
    operation.call === callOf(begin.call).end &&
    (operation.n ?? 1) === (begin.n ?? 1) &&
    namesOf(operation).join() === namesOf(begin).join()
  );
}

function check(operation: ProgramOperation, objects: ProgramObjects, where: string): void {
  if (!CALL_NAMES.includes(operation.call)) {
    throw new RangeError(`${where}: there is no call '${operation.call}'`);
  }
  const { kinds, isOnMany = false, runAsync } = callOf(operation.call);
  if (isOnMany === (typeof operation.on === 'string')) {
    const wanted = isOnMany ? 'the names of several' : 'the name of one';
    throw new TypeError(`${where}: ${operation.call} is on ${wanted}`);
  }
  for (const name of namesOf(operation)) {
    const object = Object.hasOwn(objects, name) ? objects[name] : undefined;
    if (!object) throw new RangeError(`${where}: there is no object '${name}'`);
    if (!kinds.includes(object.kind))
      throw new RangeError(`${where}: ${operation.call} is not for '${name}', a ${object.kind}`);
    if (operation.async && (!runAsync || object.kind === 'own'))
      throw new RangeError(`${where}: ${operation.call} of '${name}' has no async form`);
  }
}

/** What is called on a condition needs its mutex. */
function checkConditions(
  program: readonly ProgramOperation[],
  objects: ProgramObjects,
  thread: number,
): void {
  const ends = endsOf(program);
  for (const [i, operation] of program.entries()) {
    const mutex = mutexOf(operation, objects);
    if (mutex === undefined) continue;
    const isUnder = program.some(({ on }, j) => on === mutex && j < i && (ends[j] ?? -1) > i);
    if (!isUnder)
      throw new RangeError(
        `thread ${thread}, operation ${i}: ${textOf(operation)} not under ${mutex}`,
      );
  }
}
