/** What an agent remembers of its holds and waits while tracing is on. */
import type { Agent } from '../agent/agent.ts';
import { currentAgent } from '../agent/home.ts';
import { publish, type Statement } from '../agent/statement.ts';
import { HOLD } from '../lock/lockable.ts';
import { isOlder, OBJECT, sinceOf, STATE, timestamp } from '../wait/record.ts';
import type { Watch } from '../wait/watch.ts';
import { Guards } from './guards.ts';
import { Hold, objectOf, type Side, sideLabel } from './hold.ts';
import { noteOrder } from './order.ts';
import { reportOf, SHOWN } from './report.ts';
import { printNow, warn } from './say.ts';
import { Stack } from './stack.ts';
import { nameOf, Wait } from './wait.ts';

/** What somebody wants to be told of. */
export interface Wishes {
  readonly locks: boolean;
  /** ms */
  readonly hang: number;
}

/** The blocked thread's wait, which is over when that word of its record has changed. */
interface Blocked {
  readonly wait: Wait;
  readonly word: number;
  readonly value: number;
}

const ORDER_WARNING =
  'mutexes are locked in an order that leads back to where it began: threads that do so at once can wait for each other for ever';

export class Tracer implements Watch {
  readonly wishes: Set<Wishes> = new Set();
  readonly guards: Guards = new Guards();
  readonly #tasks = new Set<Wait>();
  #holds: readonly Hold[] = [];
  #blocked: Blocked | undefined;
  #isAsked = false;
  #hasToldOfTasks = false;

  /** Runs `take`, a blocking form or a try of `side`. */
  ask<T>(side: Side, mayBlock: boolean, take: () => T): T {
    if (this.#isAsked) return take(); // a lock() calls that of its base class
    if (mayBlock) this.#noteOrders(side);
    this.#isAsked = true;
    try {
      return take();
    } finally {
      this.#isAsked = false;
    }
  }

  /** The newest hold of `side` has begun, and `guard` was made for it. */
  begin(side: Side, guard?: object): void {
    const held = this.#current();
    const object = objectOf(side);
    const written = held.find((each) => each.object === object && each.side !== side); // until now: downgrade()
    const hold = new Hold(side, side[HOLD], written?.isAsync ?? !this.#isAsked);
    this.#isAsked = false; // what recover() calls next is no part of it
    this.#holds = [...held, hold];
    if (guard) this.guards.add(guard, hold);
    this.#publish(currentAgent());
  }

  /** Somebody asks for the number of a hold of `side`, to end it. */
  adopt(side: Side, number: number): void {
    const hold = this.#holds.find((each) => each.side === side && each.number === number);
    if (hold) hold.isAdopted = true;
  }

  blockedForSlice(agent: Agent, record: number): void {
    const { table } = agent;
    const word = record + STATE;
    const value = Atomics.load(table, word);
    if (this.#blocked?.word !== word || this.#blocked.value !== value) {
      const wait = new Wait(Atomics.load(table, record + OBJECT), sinceOf(table, record));
      this.#blocked = { wait, word, value };
    }
    this.#publish(agent);
    this.#report(agent, [this.#blocked.wait]);
  }

  awaits(agent: Agent, object: number): () => void {
    const wait = new Wait(object, timestamp(agent));
    this.#tasks.add(wait);
    return () => {
      this.#tasks.delete(wait);
      if (this.#hasToldOfTasks && this.#tasks.size === 0) this.#publish(agent);
    };
  }

  awaitedForSlice(agent: Agent): void {
    if (this.#tasks.size === 0) return;
    this.#publish(agent);
    this.#report(agent, [...this.#tasks]);
  }

  tell(agent: Agent): string {
    const { wait, rest } = this.#state(agent);
    return wait + rest;
  }

  #publish(agent: Agent): void {
    this.#hasToldOfTasks = this.#tasks.size > 0;
    publish(agent, this.#state(agent));
  }

  #state(agent: Agent): Statement {
    const { wait, word = 0, value = 0 } = this.#blocked ?? {};
    const isBlocked = wait && Atomics.load(agent.table, word) === value;
    const waits = [...this.#tasks].slice(0, SHOWN);
    return {
      word: isBlocked ? word : 0,
      value,
      wait: lines(isBlocked ? [tellOf(agent, wait)] : []),
      rest: lines([
        ...this.#current().map(({ label, stack }) => `holds ${label}, locked${stack.text}`),
        ...waits.map((each) => tellOf(agent, each)),
      ]),
    };
  }

  #report(agent: Agent, waits: readonly Wait[]): void {
    const limit = Math.min(...[...this.wishes].map(({ hang }) => hang));
    const long = waits.filter(
      ({ isReported, since }) => !isReported && isOlder(agent, since, limit),
    );
    if (long.length === 0) return;
    for (const wait of long) wait.isReported = true;
    printNow(reportOf(agent, long, limit));
  }

  /** `side` is about to be locked. What tasks hold goes by no order: the next lock may be another task's. */
  #noteOrders(side: Side): void {
    const held = this.#current();
    const object = objectOf(side);
    if (held.some((hold) => hold.object === object)) return; // once more, or it throws
    const agent = currentAgent();
    for (const hold of held) {
      if (hold.isAsync) continue;
      const circle = noteOrder(agent.table, hold.object, object, () => account(agent, hold, side));
      if (circle) warn('LockOrderWarning', 'LOCK_ORDER', [ORDER_WARNING, ...circle].join('\n  '));
    }
  }

  #current(): readonly Hold[] {
    return this.#holds.filter(({ isCurrent }) => isCurrent);
  }
}

function tellOf(agent: Agent, wait: Wait): string {
  return `waits for ${wait.labelIn(agent)}${wait.stack.text}`;
}

function lines(of: readonly string[]): string {
  return of.map((each) => `    ${each}\n`).join('');
}

function account(agent: Agent, hold: Hold, side: Side): { line: string; full: string } {
  const [who, locked] = [nameOf(agent, agent.id), sideLabel(side)];
  return {
    line: `${who} held ${hold.label} and locked ${locked}`,
    full: `${who} held ${hold.label}, locked${hold.stack.text}\n    and locked ${locked}${new Stack().text}`,
  };
}
