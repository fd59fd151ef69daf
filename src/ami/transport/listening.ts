/**
 * The event loop's side of a bell. It is called with nothing else on the stack, as long as there is something
 * to do many times in a row, but lets timers and the rest of the loop have their turn now and then.
 */
import type { Agent } from '../../agent/agent.ts';
import { inboxOf, type Pending } from '../../wait/inbox.ts';
import { TAKEN, Turn, UNTIL_POKED, type Woken } from '../../wait/protocol.ts';
import { close, open, returnRecord, takeRecord, timestamp } from '../../wait/record.ts';
import type { Ringing } from './ringing.ts';

const CALLS = 16; // in a row, each for as much as is there: a few ms
const A_RING = 1;

export class Listening implements Pending {
  readonly #agent: Agent;
  readonly #ringing: Ringing;
  readonly #onRing: () => boolean;
  readonly #record: number;
  readonly #turn: Turn;
  #calls = 0;
  #isCalled = false;
  #isStopped = false;
  #stopPatience: (() => void) | undefined;

  constructor(agent: Agent, ringing: Ringing, onRing: () => boolean) {
    this.#agent = agent;
    this.#ringing = ringing;
    this.#onRing = onRing;
    this.#record = takeRecord(agent, ringing.object);
    this.#turn = new Turn(agent, this.#record, true, A_RING);
    open(agent, this.#record, ringing.object, ringing.ticket(), timestamp(agent), A_RING);
    inboxOf(agent).add(this);
  }

  get object(): number {
    return this.#ringing.object;
  }

  look(woken: Woken): void {
    if (this.#isCalled) return;
    this.#turn.woken = woken;
    const patience = this.#ringing.attempt(this.#turn);
    if (patience === TAKEN) {
      this.#call();
    } else if (patience === UNTIL_POKED) {
      this.#calls = 0;
    } else {
      this.#stopPatience?.();
      this.#stopPatience = this.#agent.host.after(patience, () => this.look('patience'));
    }
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopPatience?.();
    inboxOf(this.#agent).remove(this);
    close(this.#agent.table, this.#record);
    returnRecord(this.#agent.table, this.#record);
  }

  #call(): void {
    this.#isCalled = true;
    if (++this.#calls % CALLS === 0) this.#agent.host.after(0, this.#answer);
    else void Promise.resolve().then(this.#answer);
  }

  readonly #answer = (): void => {
    this.#isCalled = false;
    if (this.#isStopped) return;
    this.#ringing.look();
    const isMore = this.#onRing();
    if (this.#isStopped) return;
    if (isMore) this.#call();
    else this.look('poke');
  };
}
