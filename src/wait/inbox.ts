/**
 * An agent's inbox: the one engine-level async wait of its event loop, on its park word. Behind it
 * stands everything of this agent that waits without blocking.
 *
 * Invariants
 *   I1  Outside of `#attend`, whenever something is pending the engine's wait is armed, or its answer
 *       is due. So a poke always brings the event loop to look.
 *   I2  `#attend` clears PARK once, then lets everybody look, then arms; a poke in between makes it
 *       begin again.
 *   I3  Waits for what this agent has itself do not keep the process alive beyond a slice: if nothing is left
 *       to run then, none can ever end, and they end with a `DeadlockError`.
 *   I4  A slice clears PARK before it lets everybody look. Who set it may have died before its notify, and all
 *       that poke after it leave the notify to that one.
 * An armed wait cannot be withdrawn; it is used by whoever is pending next.
 *
 * The slice timer is the async waits' slice and what keeps the process alive for them: the engine's
 * wait alone does not.
 */
import type { Agent } from '../agent/agent.ts';
import type { SliceTimer } from '../agent/host.ts';
import { bury } from './burial.ts';
import { clearPark, parkAsync, poke } from './park.ts';
import type { Woken } from './protocol.ts';
import { type Waiting, waitersOf } from './record.ts';

/** Something of an agent that waits without blocking. */
export interface Pending {
  /** What it waits for. */
  readonly object: number;
  /** Looks whether its wait is over. */
  look(woken: Woken): void;
  /** How many of the waits that keep the process alive nobody but this agent can end, by giving up what it has. */
  countSelfMade?(): number;
  /** Ends those. */
  endSelfMade?(): void;
}

export class Inbox {
  readonly #agent: Agent;
  /** By object: there may be many, and a poke by this agent itself is for one. */
  readonly #pending: Map<number, Set<Pending>> = new Map();
  #armed = false;
  readonly #called: Set<number> = new Set();
  #kept = 0;
  #slices: SliceTimer | undefined;

  constructor(agent: Agent) {
    this.#agent = agent;
    agent.host.onIdle(() => this.#endSelfMade());
  }

  /** `pending` looks now and at every poke, until it is removed. */
  add(pending: Pending): void {
    const alike = this.#pending.get(pending.object);
    if (alike) alike.add(pending);
    else this.#pending.set(pending.object, new Set([pending]));
    this.#slices ??= this.#startSlices();
    if (this.#armed) pending.look('poke');
    else this.#attend();
  }

  remove(pending: Pending): void {
    const alike = this.#pending.get(pending.object);
    alike?.delete(pending);
    if (alike?.size === 0) this.#pending.delete(pending.object);
    if (this.#pending.size > 0) return;
    this.#slices?.stop();
    this.#slices = undefined;
  }

  /** A poke by this agent itself, for one object: once the running code is done, without the engine. */
  call(object: number): void {
    if (this.#called.size === 0) void Promise.resolve().then(() => this.#answer());
    this.#called.add(object);
  }

  #answer(): void {
    const called = [...this.#called];
    this.#called.clear(); // whoever looks may call again
    for (const object of called) this.#look(object, 'poke');
  }

  /** One wait more that the process is to stay alive for. */
  keep(): void {
    this.#kept++;
    this.#slices?.keepAlive(true);
  }

  release(): void {
    if (--this.#kept === 0) this.#slices?.keepAlive(false);
  }

  /** Whether all waits that keep the process alive are for what this agent has itself. */
  #isSelfMade(): boolean {
    let selfMade = 0;
    for (const alike of this.#pending.values()) {
      for (const pending of alike) selfMade += pending.countSelfMade?.() ?? 0;
    }
    return selfMade > 0 && selfMade === this.#kept;
  }

  /** Nothing is left to run that could end them. */
  #endSelfMade(): void {
    if (this.#isSelfMade()) for (const pending of this.#all()) pending.endSelfMade?.();
    else if (this.#kept > 0) this.#slices?.keepAlive(true);
  }

  #attend(): void {
    do {
      clearPark(this.#agent);
      this.#lookAll('poke');
      if (this.#pending.size === 0) return;
    } while (!parkAsync(this.#agent, this.#awake));
    this.#armed = true; // I1
  }

  readonly #awake = (): void => {
    this.#armed = false;
    this.#attend();
  };

  #lookAll(woken: Woken): void {
    for (const object of this.#pending.keys()) this.#look(object, woken);
  }

  #look(object: number, woken: Woken): void {
    for (const pending of this.#pending.get(object) ?? []) pending.look(woken);
  }

  #all(): readonly Pending[] {
    return [...this.#pending.values()].flatMap((alike) => [...alike]);
  }

  #startSlices(): SliceTimer {
    const slices = this.#agent.host.everySlice(() => {
      bury(this.#agent);
      this.#agent.watch?.awaitedForSlice(this.#agent);
      this.#lookAll(clearPark(this.#agent) ? 'poke' : 'slice'); // I4
      slices.keepAlive(this.#kept > 0 && !this.#isSelfMade()); // I3
    });
    slices.keepAlive(this.#kept > 0);
    return slices;
  }
}

export function inboxOf(agent: Agent): Inbox {
  return (agent.inbox ??= new Inbox(agent));
}

/** Tells a waiter to look again, after what it is to see was written. */
export function wake(agent: Agent, waiting: Waiting): void {
  if (waiting.isAsync && waiting.slot === agent.slot) inboxOf(agent).call(waiting.object);
  else poke(agent.table, waiting.slot);
}

/** As {@link wake}, all that wait for `object`. */
export function wakeAll(agent: Agent, object: number): void {
  for (const waiting of waitersOf(agent.table, object)) wake(agent, waiting);
}
