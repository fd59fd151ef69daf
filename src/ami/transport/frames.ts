/**
 * Messages in one direction of a connection. Each goes into the channel whole if it fits there, else in pieces,
 * which are put together again on the other side. What finds no room is queued, in order, as it was when it was
 * sent.
 *
 * Words
 *   WANTS_ROOM  1: the sender waits for its bell to be rung when something was taken
 * Invariants
 *   F1  Nothing overtakes: who has something queued sends that first.
 *   F2  A sender sets WANTS_ROOM before it tries for the last time, and a receiver looks at it after it has
 *       taken something. One of the two sees the other.
 *   F3  While it is set there is something in the channel to be taken; whoever takes that clears it before it
 *       rings. So a sender that finds it set need not try.
 *   F4  Who has sent something rings after that.
 */
import type { Agent } from '../../agent/agent.ts';
import { CloneCodec } from '../../channel/codec.ts';
import type { Channel } from '../../channel/channel.ts';
import { Message } from '../../channel/ring.ts';
import type { Words } from '../../memory/words.ts';
import type { Bell } from './bell.ts';

/** A direction of a connection, as one of its ends has it. */
export interface Lane {
  readonly channel: Channel<unknown>;
  readonly words: Words;
  readonly wantsRoom: number;
  /** Of the other end. */
  readonly bell: Bell;
  /** Bytes of a piece. */
  readonly pieceBytes: number;
}

/** Bytes in place of a message, which is an array. The last piece of one is its end. */
type Piece = { readonly more: Uint8Array } | { readonly end: Uint8Array };

interface Queued {
  readonly message: object;
  readonly pieces: Piece[];
  next: Queued | undefined;
}

export class Outlet {
  readonly #lane: Lane;
  readonly #codec: CloneCodec;
  #first: Queued | undefined;
  #last: Queued | undefined;

  constructor({ table }: Agent, lane: Lane) {
    this.#lane = lane;
    this.#codec = new CloneCodec(table.buffer);
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** `false`: it is queued. @throws TypeError for what cannot travel; nothing is sent then. */
  send(message: object): boolean {
    if (this.isEmpty && this.#putWhole(message)) return true;
    const pieces = this.#cut(message);
    if (this.isEmpty) this.#putAll(pieces);
    if (pieces.length === 0) return true;
    this.#enqueue({ message, pieces, next: undefined }); // F1
    return false;
  }

  /** Sends what is queued, as far as there is room, and tells of each message that is sent. */
  flush(sent: (message: object) => void): void {
    for (let first = this.#first; first; first = this.#first) {
      this.#putAll(first.pieces);
      if (first.pieces.length > 0) return;
      this.#first = first.next;
      sent(first.message);
    }
  }

  /** Forgets what is queued. */
  clear(): void {
    this.#first = undefined;
  }

  #enqueue(queued: Queued): void {
    if (this.#first) this.#last!.next = queued;
    else this.#first = queued;
    this.#last = queued;
  }

  #putAll(pieces: Piece[]): void {
    while (pieces[0] && !this.#isRoomWanted && this.#put(pieces[0])) pieces.shift();
  }

  get #isRoomWanted(): boolean {
    return Atomics.load(this.#lane.words, this.#lane.wantsRoom) !== 0; // F3
  }

  #putWhole(message: object): boolean {
    try {
      return this.#put(message);
    } catch (error) {
      if (error instanceof RangeError) return false; // it is larger than the channel
      throw error;
    }
  }

  #put(value: object): boolean {
    const { channel, words, wantsRoom, bell } = this.#lane;
    if (!channel.trySend(value)) {
      Atomics.store(words, wantsRoom, 1);
      if (!channel.trySend(value)) return false; // F2
    }
    bell.ring(); // F4
    return true;
  }

  #cut(message: object): Piece[] {
    const { message: encoded, length } = this.#codec.encode(message);
    const bytes = encoded.bytes.slice(0, length);
    const pieces: Piece[] = [];
    const { pieceBytes } = this.#lane;
    let from = 0;
    for (; from + pieceBytes < length; from += pieceBytes) {
      pieces.push({ more: bytes.subarray(from, from + pieceBytes) });
    }
    return [...pieces, { end: bytes.subarray(from) }];
  }
}

export class Inlet {
  readonly #lane: Lane;
  readonly #codec: CloneCodec;
  #pieces: Uint8Array[] = [];

  constructor({ table }: Agent, lane: Lane) {
    this.#lane = lane;
    this.#codec = new CloneCodec(table.buffer);
  }

  /** The next message, if all of it has come. */
  take(): unknown {
    for (;;) {
      const found = this.#takeOne();
      if (found === undefined || Array.isArray(found)) return found;
      const piece = found as Piece;
      if ('end' in piece) return this.#join(piece.end);
      this.#pieces.push(piece.more);
    }
  }

  #takeOne(): unknown {
    const { channel, words, wantsRoom, bell } = this.#lane;
    const found = channel.tryReceive();
    if (found !== undefined && Atomics.load(words, wantsRoom) !== 0) {
      Atomics.store(words, wantsRoom, 0);
      bell.ring(); // F3
    }
    return found;
  }

  #join(end: Uint8Array): unknown {
    if (this.#pieces.length === 0) return this.#codec.decode(new Message(end), end.byteLength);
    const pieces = [...this.#pieces, end];
    this.#pieces = [];
    const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const whole = Message.of(length);
    let from = 0;
    for (const piece of pieces) {
      whole.bytes.set(piece, from);
      from += piece.byteLength;
    }
    return this.#codec.decode(whole, length);
  }
}
