/**
 * A condition variable together with what it is about: a count that its mutex guards. Who waits takes one,
 * who notifies brings one. So whether a wait comes to its end hangs on the count alone, and not on who was
 * notified when: what a program means needs no order of notifications.
 */
import type { ConditionVariable } from '../../condition-variable/condition-variable.ts';
import { adoptLock } from '../../lock/tags.ts';
import { UniqueLock } from '../../lock/unique-lock.ts';
import type { Mutex } from '../../mutex/mutex.ts';

/** What threads share of a condition: an object of a program, its mutex, and the count. */
export interface CountedMemory {
  /** The condition variable. */
  readonly condition: ConditionVariable;
  /** Another object of the program. */
  readonly mutex: Mutex;
  /** How many there are to take: one word. */
  readonly count: Int32Array;
}

/** For a thread that holds the mutex, by `lock` or a try. */
export class Counted {
  readonly #condition: ConditionVariable;
  readonly #mutex: Mutex;
  readonly #count: Int32Array;

  constructor({ condition, mutex, count }: CountedMemory) {
    this.#condition = condition;
    this.#mutex = mutex;
    this.#count = count;
  }

  wait(): void {
    this.#condition.wait(this.#lock, this.#hasSome);
    this.#add(-1);
  }

  async waitAsync(): Promise<void> {
    await this.#condition.waitAsync(this.#lock, this.#hasSome);
    this.#add(-1);
  }

  notifyOne(): void {
    this.#add(1);
    this.#condition.notifyOne();
  }

  notifyAll(): void {
    this.#add(1);
    this.#condition.notifyAll();
  }

  get #lock(): UniqueLock {
    return new UniqueLock(this.#mutex, adoptLock);
  }

  readonly #hasSome = (): boolean => Atomics.load(this.#count, 0) > 0;

  /** In two steps: it needs the mutex. */
  #add(n: number): void {
    Atomics.store(this.#count, 0, Atomics.load(this.#count, 0) + n);
  }
}
