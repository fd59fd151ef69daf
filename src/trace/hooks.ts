/**
 * What stands in the way of locking while locks are traced, and is not there else: methods of the prototypes,
 * replaced.
 */
import { currentAgent } from '../agent/home.ts';
import { ADOPT, HOLD } from '../lock/lockable.ts';
import { UniqueLock } from '../lock/unique-lock.ts';
import { Mutex } from '../mutex/mutex.ts';
import { Reading } from '../mutex/reading.ts';
import { RecursiveMutex } from '../mutex/recursive.ts';
import { SharedMutex } from '../mutex/shared.ts';
import type { Side } from './hold.ts';
import { Patches } from './patches.ts';
import type { Tracer } from './tracer.ts';

type Method<T> = (this: T, ...args: unknown[]) => unknown;

const SIDES = [Mutex, RecursiveMutex, SharedMutex, Reading].map(({ prototype }) => prototype);
const BLOCKING = ['lock', 'recover'];
const TRIES = ['tryLock', 'tryLockFor'];

/** Returns what puts back all that was there. */
export function hookLocks(): () => void {
  const patches = new Patches();
  for (const side of SIDES) {
    for (const name of BLOCKING) if (Object.hasOwn(side, name)) ask(patches, side, name, true);
    for (const name of TRIES) if (Object.hasOwn(side, name)) ask(patches, side, name, false);
    if (Object.hasOwn(side, 'guard')) begin(patches, side, 'guard');
    for (const name of [HOLD, ADOPT]) if (Object.hasOwn(side, name)) adopt(patches, side, name);
  }
  begin(patches, Reading.prototype, 'downgrade');
  for (const name of [HOLD, 'swap', 'release']) handOn(patches, name);
  return () => patches.undo();
}

function ask(patches: Patches, owner: object, name: string, mayBlock: boolean): void {
  patches.replace<Method<Side>>(
    owner,
    name,
    (original) =>
      function (...args) {
        const take = (): unknown => original.apply(this, args);
        const asked = tracer();
        return asked ? asked.ask(this, mayBlock, take) : take();
      },
  );
}

function begin(patches: Patches, owner: object, name: string): void {
  patches.replace<Method<Side>>(
    owner,
    name,
    (original) =>
      function (...args) {
        const guard = original.apply(this, args) as object | undefined;
        tracer()?.begin(this, guard);
        return guard;
      },
  );
}

/** Who asks for the number of a hold is going to end it. */
function adopt(patches: Patches, owner: object, name: symbol): void {
  patches.replace<Method<Side>>(
    owner,
    name,
    (original) =>
      function () {
        const number = original.call(this) as number;
        tracer()?.adopt(this, number);
        return number;
      },
  );
}

function handOn(patches: Patches, name: PropertyKey): void {
  patches.replace<Method<UniqueLock>>(
    UniqueLock.prototype,
    name,
    (original) =>
      function (...args) {
        for (const guard of [this, ...args]) tracer()?.guards.adopt(guard as object);
        return original.apply(this, args);
      },
  );
}

function tracer(): Tracer | undefined {
  return currentAgent().watch as Tracer | undefined;
}
