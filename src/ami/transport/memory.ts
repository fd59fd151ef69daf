/**
 * The memory of an object adapter, which its proxies carry along: who serves, and a place for each
 * connection.
 *
 * Words
 *   STATE        of the adapter, below
 *   AGENT        the servants' agent; 0: there is none yet
 *   class        (share/shared-object.ts)
 *   object id
 *   CONNECTIONS  how many places there are
 *   MESSAGES     that a ring has room for
 *   BYTES        of room for each of them
 *   HIGH         places that were ever used
 *   BELL         of the server (bell.ts), in a cache line of its own
 * and for each place
 *   CLIENT       the client's agent; 0: free
 *   PHASE        of the connection, below
 *   BELL         of the client
 *   WANTS_ROOM   of requests and of replies: see frames.ts
 *   then two channels, of requests and of replies
 * States of STATE: STARTING, OPEN, CLOSED for ever
 * States of a place
 *   0        NONE   free
 *   client   NONE   a client sets it up
 *   client   READY  connected
 *   client   LEFT   the client is gone, what it has sent may still be there
 * Invariants
 *   A1  A client takes a place by a compare-exchange from 0, and alone writes to it until it is READY.
 *       After LEFT it touches it no more. HIGH covers a place before it is taken.
 *   A2  The server alone frees a place: PHASE first, then CLIENT. It does so when the client has left or is
 *       dead and all that it has sent was taken, so whoever connects next meets nothing of it.
 */
import type { Agent } from '../../agent/agent.ts';
import { currentAgent } from '../../agent/home.ts';
import { isDead } from '../../agent/table.ts';
import { makeAttachable } from '../../attach.ts';
import { Channel } from '../../channel/channel.ts';
import { roundUp } from '../../channel/layout.ts';
import { SyncError } from '../../errors.ts';
import { checkInteger, checkOptions } from '../../memory/checks.ts';
import { CACHE_LINE, newWords, WORD, type Words } from '../../memory/words.ts';
import { labelOf, Place, SharedObject } from '../../share/shared-object.ts';
import type { Answer, Request } from '../message.ts';
import { Bell } from './bell.ts';
import type { Lane } from './frames.ts';

const KIND = 'ObjectAdapter';

const STATE = 0;
const AGENT = 1;
const CONNECTIONS = 4;
const MESSAGES = 5;
const BYTES = 6;
const HIGH = 7;
const SERVER_BELL = 16;
const PLACES = 32;

const CLIENT = 0;
const PHASE = 1;
const CLIENT_BELL = 2;
const WANTS_ROOM = 5; // of requests, then of replies
const RINGS = 16;

const OPEN = 1;
const CLOSED = 2;

const NONE = 0;
const READY = 1;
const LEFT = 2;

const MOST_CONNECTIONS = 1024;
const MESSAGE_BYTES = 256; // of room for each message: more are short than long
const LEAST_BYTES = 32; // of room in a ring: of a piece
const PIECE_HEAD = 24; // bytes that a piece takes beside its own: V8's

/** How much memory an adapter has for connections. It is taken as it is used. */
export interface AdapterOptions {
  /** How many threads may be connected at a time; 64 unless told otherwise. */
  connections?: number;
  /** Bytes of room for requests, and as many for replies, of each connection; 256 KiB unless told otherwise. */
  ringBytes?: number;
}

/** Carries out requests of this thread without the transport. */
export interface Collocated {
  dispatch(request: Request, answer: Answer): void;
}

export class AdapterMemory extends SharedObject {
  /** @internal */
  static readonly kind: string = KIND;
  static readonly BYTE_LENGTH: number = PLACES * WORD;
  readonly #words: Words;
  readonly #bell: Bell;
  readonly #table: Words;
  #collocated: Collocated | undefined;

  /** @internal */
  constructor(place: Place) {
    super(KIND, place);
    const agent = currentAgent();
    this.#words = place.words;
    this.#table = agent.table;
    this.#bell = new Bell(agent, place.words, SERVER_BELL, labelOf(this.crossthread));
  }

  /** Fresh memory, for servants of this thread or of one that is about to start. */
  static create(name: string, options: AdapterOptions = {}): AdapterMemory {
    checkOptions(options);
    const { connections = 64, ringBytes = 256 * 1024 } = options;
    checkInteger('connections', connections, 1, MOST_CONNECTIONS);
    checkInteger('ringBytes', ringBytes, LEAST_BYTES, 2 ** 30 / connections / 4);
    const bytes = Math.min(MESSAGE_BYTES, roundUp(ringBytes, 8));
    const messages = Math.floor(ringBytes / bytes);
    const words = newWords(PLACES * WORD + connections * bytesOfPlace(messages, bytes));
    Atomics.store(words, CONNECTIONS, connections);
    Atomics.store(words, MESSAGES, messages);
    Atomics.store(words, BYTES, bytes);
    const memory = new AdapterMemory(new Place(words, name));
    memory.bell.found();
    return memory;
  }

  get words(): Words {
    return this.#words;
  }

  get bell(): Bell {
    return this.#bell;
  }

  /** The adapter, where its servants are of this very thread. */
  get collocated(): Collocated | undefined {
    return this.#collocated;
  }

  collocate(adapter: Collocated): void {
    this.#collocated = adapter;
  }

  /** @throws SyncError where the servants are this thread's. */
  checkElsewhere(): void {
    if (!this.#collocated) return;
    throw new SyncError(
      'resource_deadlock_would_occur',
      `'${this.name}' has its servants in the own thread, which must not block for them`,
    );
  }

  /** The servants are those of agent `id`. */
  appoint(id: number): void {
    Atomics.store(this.#words, AGENT, id);
  }

  get server(): number {
    return Atomics.load(this.#words, AGENT);
  }

  open(): void {
    Atomics.store(this.#words, STATE, OPEN);
  }

  /** For good: who is connected is told by who calls. */
  close(): void {
    Atomics.store(this.#words, STATE, CLOSED);
  }

  /** Whether nobody serves any more. */
  get isGone(): boolean {
    return Atomics.load(this.#words, STATE) === CLOSED || isDead(this.#table, this.server);
  }

  /** The places that were ever used. */
  get places(): number {
    return Atomics.load(this.#words, HIGH);
  }

  placeAt(index: number): ConnectionPlace {
    return new ConnectionPlace(this, index);
  }

  /**
   * A place of this thread's own, ready for messages (A1).
   *
   * @throws SyncError `resource_unavailable_try_again` when all are taken.
   */
  takePlace(agent: Agent): ConnectionPlace {
    const connections = Atomics.load(this.#words, CONNECTIONS);
    for (let index = 0; index < connections; index++) {
      const place = this.placeAt(index);
      if (place.client !== 0) continue;
      this.#cover(index);
      if (!place.take(agent.id)) continue;
      place.setUp();
      return place;
    }
    throw new SyncError(
      'resource_unavailable_try_again',
      `${labelOf(this.crossthread)}: all ${connections} connections are taken`,
    );
  }

  #cover(index: number): void {
    for (;;) {
      const high = Atomics.load(this.#words, HIGH);
      if (high > index) return;
      if (Atomics.compareExchange(this.#words, HIGH, high, index + 1) === high) return;
    }
  }
}

makeAttachable(AdapterMemory);

/** Where a connection is. */
export class ConnectionPlace {
  readonly #words: Words;
  readonly #table: Words;
  readonly #base: number;
  readonly #messages: number;
  readonly #bytes: number;
  readonly #label: string;

  /** @internal */
  constructor({ words, crossthread }: AdapterMemory, index: number) {
    this.#words = words;
    this.#table = crossthread.table;
    this.#label = labelOf(crossthread);
    this.#messages = Atomics.load(words, MESSAGES);
    this.#bytes = Atomics.load(words, BYTES);
    this.#base = PLACES + (index * bytesOfPlace(this.#messages, this.#bytes)) / WORD;
  }

  get client(): number {
    return Atomics.load(this.#words, this.#base + CLIENT);
  }

  get isClientDead(): boolean {
    return isDead(this.#table, this.client);
  }

  /** Whether there may be messages. */
  get isInUse(): boolean {
    return Atomics.load(this.#words, this.#base + PHASE) !== NONE;
  }

  /** Whether the client sends no more. */
  get isLeft(): boolean {
    return Atomics.load(this.#words, this.#base + PHASE) === LEFT || this.isClientDead;
  }

  get bell(): Bell {
    return new Bell(currentAgent(), this.#words, this.#base + CLIENT_BELL, this.#label);
  }

  /** Requests, where `bell` is the server's, who takes them, or the client's, who sends them. */
  requests(bell: Bell): Lane {
    return this.#lane(this.#requests, this.#base + WANTS_ROOM, bell);
  }

  /** The same the other way. */
  replies(bell: Bell): Lane {
    return this.#lane(this.#replies, this.#base + WANTS_ROOM + 1, bell);
  }

  take(client: number): boolean {
    return Atomics.compareExchange(this.#words, this.#base + CLIENT, 0, client) === 0;
  }

  setUp(): void {
    const options = { messageBytes: this.#bytes };
    const { buffer } = this.#words;
    Channel.init(buffer, this.#requests, this.#messages, options);
    Channel.init(buffer, this.#replies, this.#messages, options);
    Atomics.store(this.#words, this.#base + WANTS_ROOM, 0);
    Atomics.store(this.#words, this.#base + WANTS_ROOM + 1, 0);
    this.bell.found();
    Atomics.store(this.#words, this.#base + PHASE, READY);
  }

  leave(): void {
    Atomics.store(this.#words, this.#base + PHASE, LEFT);
  }

  free(): void {
    Atomics.store(this.#words, this.#base + PHASE, NONE);
    Atomics.store(this.#words, this.#base + CLIENT, 0); // A2
  }

  #lane(channel: number, wantsRoom: number, bell: Bell): Lane {
    const half = Math.floor(((this.#messages + 1) * this.#bytes) / 2);
    return {
      channel: Channel.at(this.#words.buffer, channel),
      words: this.#words,
      wantsRoom,
      bell,
      pieceBytes: half - PIECE_HEAD,
    };
  }

  get #requests(): number {
    return (this.#base + RINGS) * WORD;
  }

  get #replies(): number {
    return this.#requests + bytesOfRing(this.#messages, this.#bytes);
  }
}

function bytesOfRing(messages: number, messageBytes: number): number {
  return roundUp(Channel.byteLength(messages, { messageBytes }), CACHE_LINE);
}

function bytesOfPlace(messages: number, messageBytes: number): number {
  return RINGS * WORD + 2 * bytesOfRing(messages, messageBytes);
}
