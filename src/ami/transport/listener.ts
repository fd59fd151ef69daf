/**
 * The server's end of all connections of an adapter. It has one bell for all of them, and serves them in turns.
 *
 * Invariants
 *   S1  Who is done, dead or gone, is seen so before what it has sent is taken. So all of that is taken
 *       before its place is free.
 *   S2  Nothing is taken from a client that has answers queued: it must take those first. So a client's
 *       requests are bounded by its own memory. While it waits for anything it takes answers.
 */
import type { Agent } from '../../agent/agent.ts';
import { currentAgent } from '../../agent/home.ts';
import { Inlet, Outlet } from './frames.ts';
import type { Listening } from './listening.ts';
import type { AdapterMemory, ConnectionPlace } from './memory.ts';

const BATCH = 64; // messages of one client before the next has its turn

export interface ListenerEvents {
  received(peer: Peer, message: unknown): void;
  /** All that was queued for a client has been sent. */
  sent(): void;
  /** The client has left or died: all that it has sent was received. */
  lost(peer: Peer): void;
}

export class Listener {
  readonly #agent: Agent = currentAgent();
  readonly #memory: AdapterMemory;
  readonly #events: ListenerEvents;
  readonly #known: ConnectionPlace[] = [];
  readonly #peers = new Map<number, Peer>();
  readonly #listening: Listening;
  #isClosed = false;

  /** This thread serves from here on; what has come before is received, on its event loop. */
  constructor(memory: AdapterMemory, events: ListenerEvents) {
    this.#memory = memory;
    this.#events = events;
    memory.open();
    this.#listening = memory.bell.listen(
      () => this.#hasLost(),
      () => this.#serveAll(),
    );
  }

  /** Receives all that those have sent who have left by now. Not to be called while anything is received. */
  serveLeft(): void {
    for (const [index, place] of this.#places.entries()) {
      while (!this.#isClosed && place.isLeft && this.#serve(index, place));
    }
  }

  /** Whether answers wait for room. */
  get hasQueued(): boolean {
    return [...this.#peers.values()].some((peer) => peer.hasQueued);
  }

  /** Ends all connections: who waits hears of it at once, and what is queued for it is dropped. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listening.stop();
    this.#memory.close();
    for (const place of this.#places) if (place.isInUse) place.bell.ring();
  }

  /** Whether somebody has died whose place is to be free. */
  #hasLost(): boolean {
    return this.#places.some((place) => place.client !== 0 && place.isClientDead);
  }

  /** Everybody's turn. Returns whether somebody has more to be taken. */
  #serveAll(): boolean {
    let isMore = false;
    for (const [index, place] of this.#places.entries()) {
      if (this.#isClosed) return false;
      if (place.client !== 0 && this.#serve(index, place)) isMore = true;
    }
    return isMore;
  }

  #serve(index: number, place: ConnectionPlace): boolean {
    const isLeft = place.isLeft; // S1
    if (place.isInUse) {
      const peer = this.#peerAt(index, place);
      if (isLeft) peer.leave();
      if (peer.flush()) this.#events.sent();
      if (this.#takeFrom(peer)) return true;
      if (isLeft) this.#lose(index, peer);
    }
    if (isLeft && !this.#isClosed) place.free();
    return false;
  }

  #takeFrom(peer: Peer): boolean {
    for (let taken = 0; taken < BATCH; taken++) {
      const message = this.#isClosed ? undefined : peer.take();
      if (message === undefined) return false;
      this.#events.received(peer, message);
    }
    return true;
  }

  #peerAt(index: number, place: ConnectionPlace): Peer {
    const found = this.#peers.get(index);
    if (found) return found;
    const made = new Peer(this.#agent, place);
    this.#peers.set(index, made);
    return made;
  }

  #lose(index: number, peer: Peer): void {
    this.#peers.delete(index);
    this.#events.lost(peer);
  }

  /** Those that were ever used. */
  get #places(): readonly ConnectionPlace[] {
    const { places } = this.#memory;
    while (this.#known.length < places) this.#known.push(this.#memory.placeAt(this.#known.length));
    return this.#known;
  }
}

/** A client, as the server has it. */
export class Peer {
  readonly #out: Outlet;
  readonly #in: Inlet;
  #hasLeft = false;

  constructor(agent: Agent, place: ConnectionPlace) {
    const { bell } = place;
    this.#out = new Outlet(agent, place.replies(bell));
    this.#in = new Inlet(agent, place.requests(bell));
  }

  /** Sends at once or as soon as there is room; nothing to who has left. @throws TypeError for what cannot travel. */
  send(message: object): void {
    if (!this.#hasLeft) this.#out.send(message);
  }

  take(): unknown {
    return this.hasQueued ? undefined : this.#in.take(); // S2
  }

  /** Whether there is something that it still has to be sent. */
  get hasQueued(): boolean {
    return !this.#hasLeft && !this.#out.isEmpty;
  }

  /** Sends what has room. Returns whether that was the last of what was queued. */
  flush(): boolean {
    if (!this.hasQueued) return false;
    this.#out.flush(ignore);
    return this.#out.isEmpty;
  }

  /** Nobody takes its answers any more. */
  leave(): void {
    this.#hasLeft = true;
  }
}

function ignore(): void {}
