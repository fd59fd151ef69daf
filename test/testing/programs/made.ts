/** Programs, made by hand: `lock(a) lock(b) -b -a`. */
import type {
  CallName,
  ObjectKind,
  ProgramObject,
  ProgramOperation,
  ThreadPrograms,
} from 'crossthread/testing/fast-check';

export const ownLock = (name: string): ProgramObject => ({
  kind: 'own',
  module: new URL('./locks.mjs', import.meta.url).href,
  class: name,
  words: 1,
});

export function program(text: string): ProgramOperation[] {
  return text.split(' ').map((word) => {
    const [, call = '', suffix, args = ''] = /^(\w+?)(Async)?\((.*)\)$/.exec(
      word.replace(/^-(.*)$/, 'unlock($1)'),
    )!;
    const names = args.split(',').filter((arg) => Number.isNaN(Number(arg)));
    const numbers = args.split(',').map(Number).filter(Number.isInteger);
    const isMany = call === 'scopedLock' || call === 'unlockAll';
    const on = isMany ? names : names[0]!;
    const form = suffix && { async: true };
    const operation: ProgramOperation = { call: call as CallName, on, ...form };
    const [number] = numbers;
    if (number === undefined) return operation;
    return call === 'tryLockFor' ? { ...operation, ms: number } : { ...operation, n: number };
  });
}

/** All objects are of one kind, unless it is told. */
export function programs(
  objects: string | Record<string, ProgramObject>,
  ...threads: readonly string[]
): ThreadPrograms {
  const named =
    typeof objects === 'string'
      ? Object.fromEntries(
          objects.split(' ').map((word) => {
            const [name = '', kind = 'mutex'] = word.split(':');
            return [name, { kind: kind as ObjectKind } as ProgramObject];
          }),
        )
      : objects;
  return { objects: named, threads: threads.map(program) };
}

/** Two mutexes in opposite orders, and how to get stuck with them. */
export const OPPOSITE: ThreadPrograms = programs(
  'a b',
  'lock(a) lock(b) -b -a',
  'lock(b) lock(a) -a -b',
);
export const STUCK = [0, 1];
