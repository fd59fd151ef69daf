/**
 * The state of a world as two numbers: memory, what each thread has seen, where it is, what it waits
 * for, and what the schedule may still do; and if views are tracked, who has heard of what. Two states
 * with the same have the same future.
 */
import { ANSWER, OVER } from './events.ts';
import { fold, stirA, stirB } from './hash.ts';
import { isSpinning } from './spin.ts';
import { ASLEEP, DEAD, LOOP, type Thread } from './thread.ts';
import { bedOf, isWaitingAt, rankOf } from './waiters.ts';
import type { World } from './world.ts';

const SALT = 0x5bd1e995;

export class Fingerprint {
  a = 0;
  b = 0;

  /** Whether it matters who ran last: only if it costs something to run another. */
  take(world: World, isBounded: boolean): void {
    const { memory, left } = world;
    // Stirred, with a start of its own: a thread that has seen what some word holds must not cancel it out.
    this.a = stirA(SALT, memory.hashA);
    this.b = stirB(SALT, memory.hashB);
    for (const thread of world.threads) this.#takeThread(world, thread);
    if (world.races) {
      this.a = stirA(this.a, world.races.clocks.hashA);
      this.b = stirB(this.b, world.races.clocks.hashB);
    }
    this.#stir(left.timeouts);
    this.#stir(left.aborts);
    this.#stir(left.spurious);
    this.#stir(left.kills);
    this.#stir(fold(world.clock));
    this.#stir(world.idleSlices);
    if (isBounded) this.#stir(world.current);
  }

  #takeThread(world: World, thread: Thread): void {
    if (thread.where === DEAD) return this.#stir(DEAD);
    if (isAtEnd(thread)) return this.#stir(LOOP);
    this.a = stirA(this.a, thread.hashA);
    this.b = stirB(this.b, thread.hashB);
    const spins = isSpinning(world, thread) ? 1 : 0;
    this.#stir(thread.where + 4 * thread.done + 8 * thread.started + 16 * spins);
    if (thread.where === ASLEEP) {
      this.#stir(rankOf(world, bedOf(thread), thread.ticket));
      if (thread.due < Infinity) this.#stir(fold(thread.due));
    }
    if (thread.events.length > 0) this.#takeEvents(world, thread);
  }

  #takeEvents(world: World, thread: Thread): void {
    const { events } = thread;
    for (let i = 0; i < events.length; i++) {
      this.#stir(events.stages[i]!);
      if (events.kinds[i] === ANSWER && isWaitingAt(thread, i, events.addresses[i]!)) {
        this.#stir(rankOf(world, events.addresses[i]!, events.tickets[i]!));
      }
      if (events.dues[i]! < Infinity) this.#stir(fold(events.dues[i]!));
    }
  }

  #stir(value: number): void {
    this.a = stirA(this.a, value);
    this.b = stirB(this.b, value);
  }
}

/** Whether nothing of it will ever run again: then it does not matter what it has seen. */
function isAtEnd({ where, done, events }: Thread): boolean {
  if (where !== LOOP || !done) return false;
  for (let i = 0; i < events.length; i++) if (events.stages[i] !== OVER) return false;
  return true;
}
