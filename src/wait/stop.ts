/**
 * Stops: how a request reaches whoever waits with a token or has callbacks, in all agents.
 *
 * Words
 *   STATE  bit 0  STOPPED   requested
 *          bit 1  POSSIBLE  there is a source; zeroed memory is a token without one
 * Invariants
 *   W1  STOPPED comes once and stays. Who sets it is the one requester.
 *   W2  A record is WAITING before its owner reads STATE, and stays so until the owner heeds the
 *       token no more. The requester sets STOPPED before it scans the records.
 *   W3  A callback leaves the set before it runs. What was removed is not there to run.
 *   W4  Callbacks run inside the requester's call, or with nothing else on the stack: never while they
 *       are added, when what they are to cancel may not be there yet.
 *
 * No stop is lost: the scan finds the record and pokes its owner, or the owner reads STOPPED (W2). A
 * blocked thread has a record for its token beside the one of its wait, an event loop one for each
 * token that it has callbacks for. A requester killed before it has woken all costs the others a slice.
 */
import type { Agent } from '../agent/agent.ts';
import { SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import { Callbacks } from './callbacks.ts';
import { inboxOf, type Pending, wakeAll } from './inbox.ts';
import { TAKEN, Turn, type Woken } from './protocol.ts';
import { close, HEED, open, returnRecord, takeRecord, timestamp } from './record.ts';

export const STATE = 0;
const STOPPED = 1 << 0;
export const POSSIBLE: number = 1 << 1;

const NONE = 0; // no record, no order

/** What waits need of a stop token. */
export const STOP: unique symbol = Symbol.for('crossthread.stop') as never;

/** By brand: a token may come from another copy of this module. */
export function stopWatchOf(value: unknown): StopWatch | undefined {
  return (value as { readonly [STOP]?: StopWatch } | null | undefined)?.[STOP];
}

export function canceled(label: string): SyncError<'operation_canceled'> {
  return new SyncError('operation_canceled', `${label}: a stop was requested`);
}

/** One token in one agent: its state, and the callbacks that wait for a stop. */
export class StopWatch extends Callbacks implements Pending {
  readonly object: number;
  readonly label: string;
  readonly #words: Words;
  readonly #token: object;
  #record = NONE;
  #turn: Turn | undefined;
  #leave: (() => void) | undefined;

  constructor(agent: Agent, words: Words, object: number, label: string, token: object) {
    super(agent);
    this.#words = words;
    this.object = object;
    this.label = label;
    this.#token = token;
  }

  get isStopped(): boolean {
    return (Atomics.load(this.#words, STATE) & STOPPED) !== 0;
  }

  get isPossible(): boolean {
    return Atomics.load(this.#words, STATE) !== 0;
  }

  throwIfStopped(): void {
    if (this.isStopped) throw canceled(this.label);
  }

  /** Sets STOPPED, wakes all, runs this agent's callbacks. `false`: somebody has before. */
  request(): boolean {
    if (Atomics.or(this.#words, STATE, STOPPED) & STOPPED) return false; // W1
    wakeAll(this.agent, this.object); // W2
    this.runAll();
    return true;
  }

  /** Calls `leave` when this agent hears of the stop. It has no record for that alone: nobody waits for it. */
  leaveWhenHeard(leave: () => void): void {
    this.#leave = leave;
  }

  override add(callback: () => void): void {
    this.#record ||= takeRecord(this.agent, this.object); // may throw: nothing is added then
    super.add(callback);
  }

  look(woken: Woken): void {
    if (!this.#turn || !this.isStopped) return;
    this.#turn.woken = woken;
    if (this.#turn.isDoubtful(STOPPED)) {
      this.agent.host.after(Turn.GRACE, () => this.look('patience'));
    } else {
      void Promise.resolve().then(() => this.runAll()); // W4
    }
  }

  protected override runAll(): void {
    this.#leave?.();
    this.#leave = undefined;
    super.runAll();
  }

  protected override begin(): void {
    const { agent } = this;
    agent.kept.add(this.#token); // another live object would know of no callbacks
    open(agent, this.#record, this.object, NONE, timestamp(agent), HEED);
    this.#turn = new Turn(agent, this.#record, true, HEED);
    inboxOf(agent).add(this); // looks: W2
  }

  protected override end(): void {
    inboxOf(this.agent).remove(this);
    this.#turn = undefined;
    putBack(this.agent, this.#record);
    this.#record = NONE;
    this.agent.kept.delete(this.#token);
  }
}

/** For a thread that is to block, if there can be a stop. */
export function lookOutFor(agent: Agent, stop: StopWatch | undefined): Lookout | undefined {
  return stop?.isPossible ? new Lookout(agent, stop) : undefined;
}

/** A blocked thread's look at a token, beside what it waits for. */
export class Lookout {
  readonly #agent: Agent;
  readonly #stop: StopWatch;
  readonly #record: number;

  constructor(agent: Agent, stop: StopWatch) {
    this.#agent = agent;
    this.#stop = stop;
    this.#record = takeRecord(agent, stop.object);
    open(agent, this.#record, stop.object, NONE, timestamp(agent), HEED);
  }

  /** After PARK was cleared: `TAKEN` is a stop, `undefined` is none, else how many ms to doubt it. */
  attempt(turn: Turn): number | undefined {
    if (!this.#stop.isStopped) return undefined;
    return turn.isDoubtful(STOPPED) ? Turn.GRACE : TAKEN;
  }

  close(): void {
    putBack(this.#agent, this.#record);
  }
}

function putBack({ table }: Agent, record: number): void {
  close(table, record);
  returnRecord(table, record);
}
