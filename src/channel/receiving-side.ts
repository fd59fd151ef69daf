/** Moves the head of a channel: see side.ts. */
import type { Agent } from '../agent/agent.ts';
import type { Words } from '../memory/words.ts';
import { Message, type Ring } from './ring.ts';
import { OneSide } from './side.ts';
import { CLOSED, next, POSITION, positionOf, RECEIVERS } from './word.ts';

/** Where a message is received: in one piece of memory again and again, if it is short. */
export class Incoming {
  /** Of what was received; `undefined`: the end. */
  length: number | undefined;
  readonly #short: Message;
  #long: Message | undefined;

  constructor(short: number) {
    this.#short = Message.of(short);
  }

  /** Memory for so many bytes. */
  room(length: number): Message {
    if (length <= this.#short.bytes.byteLength) return this.#short;
    return (this.#long = Message.of(length));
  }

  /** What was received: until the next message is, if it is short. */
  take(): Message {
    const message = this.#long ?? this.#short;
    this.#long = undefined;
    return message;
  }
}

export class ReceivingSide extends OneSide<Incoming> {
  constructor(agent: Agent, words: Words, ring: Ring, object: number, label: string) {
    super(agent, words, ring, object, label, RECEIVERS);
  }

  protected move(incoming: Incoming): boolean {
    const { tail, head } = this;
    if (positionOf(tail) === head) {
      incoming.length = undefined;
      return (tail & CLOSED) !== 0; // L2
    }
    const length = this.ring.lengthAt(head);
    this.ring.read(head, length, incoming.room(length));
    incoming.length = length;
    Atomics.store(this.words, RECEIVERS + POSITION, next(head, this.capacity)); // L1
    return true;
  }

  protected get isAble(): boolean {
    const { tail, head } = this;
    return positionOf(tail) !== head || (tail & CLOSED) !== 0;
  }

  protected isUsual(): boolean {
    return true;
  }
}
