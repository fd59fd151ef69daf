/**
 * The reading side of a shared mutex in one agent: blocking, timed, awaited, and counted, as its writing
 * side is.
 */
import type { Agent } from '../agent/agent.ts';
import { SyncError } from '../errors.ts';
import {
  ADOPT,
  type AsyncLockable,
  END,
  HOLD,
  IS_HELD,
  type TimedLockable,
} from '../lock/lockable.ts';
import { adoptLock } from '../lock/tags.ts';
import { UniqueLock } from '../lock/unique-lock.ts';
import { checkMilliseconds } from '../memory/checks.ts';
import { block } from '../wait/block.ts';
import {
  type Deadline,
  deadlineIn,
  type Milliseconds,
  millisecondsUntil,
  NEVER,
  type TimePoint,
} from '../wait/deadline.ts';
import {
  checkSignalOptions,
  checkWaitOptions,
  NO_OPTIONS,
  type SignalOptions,
  stopOf,
  type StopOptions,
  type WaitOptions,
} from '../wait/options.ts';
import type { SharedObject } from '../share/shared-object.ts';
import type { Queue } from '../wait/queue.ts';
import type { StopWatch } from '../wait/stop.ts';
import { Holds } from './holds.ts';
import { SHARE, type SharedTurnstile } from './shared-turnstile.ts';

/** What it needs to know of the mutex. */
export interface Writing {
  readonly queue: () => Queue;
  readonly checkNotOwner: (call: string) => void;
}

export class Reading implements TimedLockable, AsyncLockable {
  readonly #agent: Agent;
  readonly #turnstile: SharedTurnstile;
  readonly #writing: Writing;
  readonly #holds: Holds;
  /** What it is the reading side of. */
  readonly mutex: SharedObject;

  constructor(agent: Agent, turnstile: SharedTurnstile, mutex: SharedObject, writing: Writing) {
    this.#agent = agent;
    this.#turnstile = turnstile;
    this.#writing = writing;
    this.mutex = mutex;
    this.#holds = new Holds(agent, mutex);
  }

  /** How many readers this agent has inside. */
  get depth(): number {
    return this.#holds.depth;
  }

  lock(options?: StopOptions): UniqueLock<this> {
    this.#take('lockShared', NEVER, stopOf(options));
    return this.guard();
  }

  tryLock(): UniqueLock<this> | null {
    return this.#enterAgain() || this.#tryEnter() ? this.guard() : null;
  }

  tryLockFor(ms: Milliseconds): UniqueLock<this> | null {
    checkMilliseconds('ms', ms);
    if (ms <= 0) return this.tryLock();
    return this.#take('tryLockSharedFor', deadlineIn(this.#agent, ms)) ? this.guard() : null;
  }

  tryLockUntil(t: TimePoint): UniqueLock<this> | null {
    return this.tryLockFor(millisecondsUntil('t', t));
  }

  async lockAsync(options: WaitOptions = NO_OPTIONS): Promise<UniqueLock<this>> {
    checkWaitOptions(options);
    if (this.#tryInTurn()) return this.guard();
    return this.#writing.queue().wait(SHARE, () => this.guard(), options);
  }

  /** As {@link lockAsync}, but `null` when `ms` have passed. */
  async tryLockForAsync(
    ms: Milliseconds,
    options: SignalOptions,
  ): Promise<UniqueLock<this> | null> {
    checkMilliseconds('ms', ms);
    checkSignalOptions(options);
    if (this.#tryInTurn()) return this.guard();
    if (ms <= 0) return null;
    return this.#writing.queue().waitFor(SHARE, () => this.guard(), ms, options);
  }

  unlock(): void {
    if (this[END](this.#holds.newest)) return;
    throw new SyncError(
      'operation_not_permitted',
      `${this.#turnstile.label}: unlockShared() in a thread that does not read`,
    );
  }

  /** The agent, which writes, reads from now on. */
  downgrade(): void {
    this.#turnstile.shareAgain();
    this.#holds.begin();
  }

  /** @internal */
  get [HOLD](): number {
    return this.#holds.newest;
  }

  /** @internal */
  [ADOPT](): number {
    return this.#holds.adopt();
  }

  /** @internal */
  [IS_HELD](hold: number): boolean {
    return this.#holds.has(hold);
  }

  /** @internal */
  [END](hold: number): boolean {
    if (!this.#holds.end(hold)) return false;
    this.#turnstile.leaveShared();
    return true;
  }

  #take(call: string, deadline: Deadline, stop?: StopWatch): boolean {
    if (this.#enterAgain() || this.#turnstile.tryShare()) return true;
    this.#writing.checkNotOwner(call);
    return block(this.#agent, this.#turnstile, SHARE, deadline, stop);
  }

  /** Who reads already never waits: a writer that does would wait for it. */
  #enterAgain(): boolean {
    if (this.#holds.depth === 0) return false;
    this.#turnstile.shareAgain();
    return true;
  }

  #tryEnter(): boolean {
    return this.#turnstile.tryShare() || this.#turnstile.tryTake(SHARE);
  }

  /** A task overtakes nobody, not even if others of its thread read: writers would starve. */
  #tryInTurn(): boolean {
    return !this.#writing.queue().isWaiting && this.#tryEnter();
  }

  /** Begins a hold, of a share that is this agent's now. */
  protected guard(): UniqueLock<this> {
    return new UniqueLock<this>(this, adoptLock, this.#holds.begin());
  }
}
