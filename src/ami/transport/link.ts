/** The client's end of a connection. */
import type { AdapterMemory } from './memory.ts';

/** What a link tells its owner: from inside its own calls or on the event loop, never during another. */
export interface LinkEvents {
  /** A queued message went into the ring. Not told of one that `send` returned `true` for. */
  sent(message: object): void;
  received(message: unknown): void;
  /** The servant's thread has died, or its adapter was closed: once, and nothing comes after it. */
  lost(): void;
}

export declare class Link {
  /** @throws SyncError `resource_unavailable_try_again` when all connections are taken. */
  static open(memory: AdapterMemory, events: LinkEvents): Link;
  /** `true`: it is in the ring. `false`: it is queued, and sent in the background. */
  send(message: object): boolean;
  /** Sends what has room, takes what has come; never blocks. */
  pump(): void;
  /** Blocks, and pumps, until `isDone()` or the link is lost. */
  waitUntil(isDone: () => boolean): void;
  /** Keeps the thread alive, and has the event loop pump, until what is returned is called. */
  hold(): () => void;
  get isLost(): boolean;
  /** Ends the connection: what is queued is dropped, and nothing is told any more. */
  close(): void;
}
