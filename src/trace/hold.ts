/** One hold of an agent that was begun while tracing was on. */
import { type Counted, IS_HELD } from '../lock/lockable.ts';
import type { Mutex } from '../mutex/mutex.ts';
import type { Reading } from '../mutex/reading.ts';
import { labelOf, OBJECT_ID, type SharedObject } from '../share/shared-object.ts';
import { Stack } from './stack.ts';

/** What is held: a mutex, or the reading side of one. */
export type Side = Mutex | Reading;

export class Hold {
  /** Where it was begun. */
  readonly stack: Stack = new Stack();
  readonly side: Side;
  readonly number: number;
  /** By a task: it goes on while the thread does something else. */
  readonly isAsync: boolean;
  /** Somebody else than the guard that was handed out is to end it. */
  isAdopted = false;

  constructor(side: Side, number: number, isAsync: boolean) {
    this.side = side;
    this.number = number;
    this.isAsync = isAsync;
  }

  /** Nobody tells when a hold ends: the mutex knows. */
  get isCurrent(): boolean {
    return (this.side as Counted)[IS_HELD](this.number);
  }

  get object(): number {
    return objectOf(this.side);
  }

  get label(): string {
    return sideLabel(this.side);
  }
}

/** The id of the mutex. */
export function objectOf(side: Side): number {
  return mutexOf(side)[OBJECT_ID];
}

export function sideLabel(side: Side): string {
  return labelOf(mutexOf(side).crossthread);
}

function mutexOf(side: Side): SharedObject {
  return 'mutex' in side ? side.mutex : side;
}
