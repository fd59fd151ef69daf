/**
 * The client's end of a connection. It has one bell for all that it waits for: an answer, room for what is
 * queued, the end of the servant's thread. So whenever it waits it sends what it can and takes what has come,
 * and two ends whose rings are both full let each other go on.
 *
 * Invariants
 *   C1  What has come is taken after it was seen that the server is gone, so nothing that it has sent is lost.
 *   C2  While something is queued the link holds itself, so that it is sent.
 *   C3  Nothing is told while something is being told.
 *   C4  Who has held it once listens until the end: to begin anew for each call would cost more than all that
 *       else a call takes. What comes in between is seen as soon as the event loop runs.
 */
import type { Agent } from '../../agent/agent.ts';
import { currentAgent } from '../../agent/home.ts';
import { inboxOf } from '../../wait/inbox.ts';
import type { Bell } from './bell.ts';
import { Inlet, Outlet } from './frames.ts';
import type { Listening } from './listening.ts';
import type { AdapterMemory, ConnectionPlace } from './memory.ts';

/** What a link tells its owner: from inside its own calls or on the event loop, never during another. */
export interface LinkEvents {
  /** A queued message went into the ring. Not told of one that `send` returned `true` for. */
  sent(message: object): void;
  received(message: unknown): void;
  /** The servant's thread has died, or its adapter was closed: once, and nothing comes after it. */
  lost(): void;
}

export class Link {
  readonly #agent: Agent;
  readonly #memory: AdapterMemory;
  readonly #events: LinkEvents;
  readonly #place: ConnectionPlace;
  readonly #bell: Bell;
  readonly #out: Outlet;
  readonly #in: Inlet;
  #listening: Listening | undefined;
  #holds = 0;
  #releaseQueue: (() => void) | undefined;
  #isTelling = false;
  #isLost = false;
  #isClosed = false;

  /** @throws SyncError `resource_unavailable_try_again` when all connections are taken. */
  static open(memory: AdapterMemory, events: LinkEvents): Link {
    return new Link(currentAgent(), memory, events);
  }

  private constructor(agent: Agent, memory: AdapterMemory, events: LinkEvents) {
    this.#agent = agent;
    this.#memory = memory;
    this.#events = events;
    this.#place = memory.takePlace(agent);
    this.#bell = this.#place.bell;
    this.#out = new Outlet(agent, this.#place.requests(memory.bell));
    this.#in = new Inlet(agent, this.#place.replies(memory.bell));
    memory.bell.ring();
  }

  /** Whether nothing comes any more, because of the other end. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * `true`: it is in the ring. `false`: it is queued, as it is now, and sent in the background; or the link is
   * lost or closed.
   *
   * @throws TypeError for what cannot travel; nothing is sent then.
   */
  send(message: object): boolean {
    if (this.#isOver) return false;
    if (!this.#out.isEmpty && !this.#isTelling) this.#tell(() => this.#flush());
    if (this.#out.send(message)) return true;
    this.#releaseQueue ??= this.hold(); // C2
    return false;
  }

  /** Sends what has room, takes what has come; never blocks. */
  pump(): void {
    if (this.#isOver || this.#isTelling) return; // C3
    const isGone = this.#memory.isGone;
    this.#tell(() => {
      this.#flush();
      this.#takeAll();
      if (isGone && !this.#isClosed) this.#lose(); // C1
    });
  }

  /**
   * Blocks, and pumps, until `isDone()` or the link is lost or closed.
   *
   * @throws SyncError `blocking_not_allowed` where the thread may not sleep and would have to.
   */
  waitUntil(isDone: () => boolean): void {
    for (;;) {
      const seen = this.#bell.count;
      this.pump();
      if (isDone() || this.#isOver) return;
      this.#bell.wait(seen, this.#isServerGone);
    }
  }

  /** Keeps the thread alive, and has the event loop pump, until what is returned is called. */
  hold(): () => void {
    if (this.#isOver) return ignore;
    if (this.#holds++ === 0) inboxOf(this.#agent).keep();
    this.#listening ??= this.#listen(); // C4
    let isHeld = true;
    return () => {
      if (!isHeld || this.#isOver) return;
      isHeld = false;
      if (--this.#holds === 0) inboxOf(this.#agent).release();
    };
  }

  /** Ends the connection: what is queued is dropped, and nothing is told any more. */
  close(): void {
    if (this.#isOver) return;
    this.#isClosed = true;
    this.#out.clear();
    this.#endListening();
    this.#place.leave();
    this.#memory.bell.ring();
  }

  get #isOver(): boolean {
    return this.#isLost || this.#isClosed;
  }

  readonly #isServerGone = (): boolean => this.#memory.isGone;

  #listen(): Listening {
    return this.#bell.listen(this.#isServerGone, () => {
      this.pump();
      return false;
    });
  }

  #endListening(): void {
    this.#listening?.stop();
    if (this.#holds > 0) inboxOf(this.#agent).release();
  }

  #tell(work: () => void): void {
    this.#isTelling = true;
    try {
      work();
    } finally {
      this.#isTelling = false;
    }
  }

  #flush(): void {
    if (this.#out.isEmpty) return;
    this.#out.flush((message) => {
      if (!this.#isClosed) this.#events.sent(message);
    });
    if (!this.#out.isEmpty) return;
    this.#releaseQueue?.();
    this.#releaseQueue = undefined;
  }

  #takeAll(): void {
    while (!this.#isClosed) {
      const message = this.#in.take();
      if (message === undefined) return;
      this.#events.received(message);
    }
  }

  #lose(): void {
    this.#isLost = true;
    this.#endListening();
    this.#events.lost();
  }
}

function ignore(): void {}
