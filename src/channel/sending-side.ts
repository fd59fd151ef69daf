/** Moves the tail of a channel: see side.ts. */
import type { Agent } from '../agent/agent.ts';
import { SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import type { Message, Ring } from './ring.ts';
import { OneSide } from './side.ts';
import { between, CLOSED, MESSAGE, next, POSITION, SENDERS } from './word.ts';

/** A message to be sent. */
export interface Outgoing {
  readonly message: Message;
  readonly length: number;
}

export class SendingSide extends OneSide<Outgoing> {
  constructor(agent: Agent, words: Words, ring: Ring, object: number, label: string) {
    super(agent, words, ring, object, label, SENDERS);
  }

  /** @throws SyncError `broken_pipe` when it is closed. */
  checkOpen(tail: number = this.tail): void {
    if (tail & CLOSED)
      throw new SyncError('broken_pipe', `${this.label}: send() when it is closed`);
  }

  protected move({ message, length }: Outgoing): boolean {
    const { tail, head } = this;
    this.checkOpen(tail);
    if (between(head, tail, this.capacity) === this.capacity) return false;
    if (!this.ring.write(head, tail, message, length)) return false;
    const sent = next(tail, this.capacity);
    const found = Atomics.compareExchange(this.words, SENDERS + POSITION, tail, sent); // L1
    this.checkOpen(found); // nobody else changes it
    return true;
  }

  protected get isAble(): boolean {
    const { tail, head } = this;
    return (tail & CLOSED) !== 0 || between(head, tail, this.capacity) < this.capacity;
  }

  protected isUsual({ length }: Outgoing): boolean {
    return length <= Atomics.load(this.words, MESSAGE);
  }
}
