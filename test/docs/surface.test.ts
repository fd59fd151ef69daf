/** All that is exported has an example in its comment, and a place in the dictionary for who ports C++. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Export, surfaceOf } from './surface.ts';

const ROOT = new URL('../../', import.meta.url);
const surface = surfaceOf(new URL('dist/', ROOT));

describe('comments', () => {
  const testing = surfaceOf(new URL('dist/testing/', ROOT));
  const programs = surfaceOf(new URL('dist/testing/programs/', ROOT));
  const adapters = surfaceOf(new URL('dist/interop/async-mutex/', ROOT));
  const parts = testing.flatMap((each) => each.parts ?? each);
  const ami = surfaceOf(new URL('dist/ami/', ROOT));
  const all = [...surface, ...ami, ...parts, ...programs, ...adapters];
  const withExamples = all.filter(({ kind }) => kind === 'class' || kind === 'function');

  it('are those of all entries', () => {
    expect(withExamples.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'Mutex',
        'explore',
        'sharedMutex',
        'runThreads',
        'AsyncMutexAdapter',
        'AsyncResult',
      ]),
    );
  });

  it.each(withExamples.map(({ name, comments }) => [name, comments] as const))(
    '%s: has an example, which is run',
    (_, comments) => {
      expect(comments).toContain('@example\n * ```ts\n');
    },
  );
});

describe('the dictionary', () => {
  const page = readFileSync(new URL('docs/porting-from-cpp.md', ROOT), 'utf8');
  // What the objects of a class are called there. What places an object is shown for `Mutex`.
  const names: Record<string, readonly string[]> = {
    Atomic: ['a', 'AtomicBigInt64'],
    AtomicBigInt64: ['a'],
    AtomicBool: ['a'],
    AtomicFlag: ['af'],
    AtomicIntegral: ['a'],
    AtomicRef: ['r'],
    Barrier: ['b'],
    Channel: ['ch'],
    ConditionVariable: ['cv'],
    DeadlockError: ['error'],
    Future: ['fu'],
    JThread: ['jt', 't'],
    Latch: ['l'],
    Mutex: ['m'],
    OnceFlag: ['flag'],
    OwnerDiedError: ['error'],
    Permit: ['permit'],
    RecursiveMutex: ['rm', 'm'],
    Semaphore: ['s'],
    SharedFuture: ['sf'],
    SharedLock: ['sl'],
    SharedMutex: ['sm', 'm'],
    SharedObject: ['m'],
    StdPromise: ['pr'],
    StopSource: ['ss'],
    StopToken: ['st'],
    Struct: ['p'],
    SyncError: ['error'],
    Thread: ['t'],
    ThreadLocal: ['log'],
    ThreadPool: ['pool'],
    UniqueLock: ['lk'],
  };
  const isOnPage = (code: string): boolean => new RegExp(`[^\\w.]${code}\\b`).test(page);
  const isShown = (name: string, member: string): boolean =>
    [name, ...(names[name] ?? []), 'Mutex'].some((each) => isOnPage(`${each}\\.${member}`));
  const missing = ({ name, kind, members }: Export): string[] =>
    members
      .filter((member) => kind === 'class' && !isShown(name, member))
      .map((member) => `${name}.${member}`);

  it('has every class, function and constant', () => {
    const exports = surface.filter(({ kind }) => kind !== 'type').map(({ name }) => name);
    expect(exports.length).toBeGreaterThan(30);
    expect(exports.filter((name) => !isOnPage(name))).toEqual([]);
  });

  it('has every member', () => {
    expect(surface.flatMap(missing)).toEqual([]);
  });
});
