/**
 * An object adapter: the servants of one thread, by identity, and the connections of those who call them.
 *
 * States
 *   holding      requests wait in the rings
 *   active       they are carried out, in their order, on the event loop
 *   deactivated  they are refused; calls that have begun are still answered
 *   closed       connections are gone; once a deactivated one that is to be destroyed has answered all
 */
import { currentAgent } from '../agent/home.ts';
import { SyncError } from '../errors.ts';
import { labelOf } from '../share/shared-object.ts';
import type { Communicator } from './communicator.ts';
import { dispatch, type Entry, failure } from './dispatch.ts';
import {
  allLiveIn,
  type Answer,
  isBatch,
  ONEWAY,
  type Outbound,
  type Reply,
  type Request,
  Status,
} from './message.ts';
import { type ObjectPrx, proxyOf } from './object-prx.ts';
import { Listener, type Peer } from './transport/listener.ts';
import { AdapterMemory } from './transport/memory.ts';

const OBJECT = '::Ice::Object';

/** Why all requests are refused, and how. */
interface Refusal {
  readonly reason: unknown;
  replyTo(requestId: number): Reply;
}

/**
 * The objects of this thread that others call. Made by {@link Communicator.createObjectAdapter}, and by
 * {@link Communicator.startServant} in the thread that it starts.
 *
 * @example
 * ```ts
 * const adapter = communicator.createObjectAdapter('greeters');
 * const greeter = adapter.add({ greet: () => 'hello' }, 'greeter', ['::Demo::Greeter']);
 * adapter.activate();
 * console.log(greeter.ice_id(), String(greeter)); // → ::Demo::Greeter greeter -t @ greeters
 * adapter.destroy();
 * ```
 * C++: `Ice::ObjectAdapter`.
 */
export class ObjectAdapter {
  readonly #memory: AdapterMemory;
  readonly #communicator: () => Communicator;
  readonly #entries = new Map<string, Entry>();
  readonly #closed: Promise<void>;
  #endClosed!: () => void;
  #listener: Listener | undefined;
  #refusal: Refusal | undefined;
  #isDestroyed = false;
  /** Calls that were begun and not answered, by those who are still there. */
  readonly #begun = new Set<{ readonly peer: Peer | undefined }>();

  /** @internal */
  constructor(memory: AdapterMemory, communicator: () => Communicator) {
    this.#memory = memory;
    this.#communicator = communicator;
    this.#closed = new Promise((resolve) => (this.#endClosed = resolve));
    memory.appoint(currentAgent().id);
    memory.collocate(this);
  }

  /** The name it was created with. */
  getName(): string {
    return this.#memory.name!;
  }

  /**
   * Has `servant` carry out what `identity` is asked for: each method is an operation. Its types, for `ice_isA`
   * and the like, are `ids`, its own first, or else the static `ids` of its class.
   *
   * @throws SyncError `invalid_argument` when there is one of that identity.
   */
  add(servant: object, identity: string, ids: readonly string[] = idsOf(servant)): ObjectPrx {
    if (this.#entries.has(identity)) {
      throw new SyncError('invalid_argument', `${this.#label} has a servant for '${identity}'`);
    }
    this.#entries.set(identity, { servant, ids: [...ids, OBJECT] });
    return proxyOf(this.#communicator(), this.#memory, identity);
  }

  /** What `identity` is asked for from here on fails. Returns its servant. */
  remove(identity: string): object | undefined {
    const entry = this.#entries.get(identity);
    this.#entries.delete(identity);
    return entry?.servant;
  }

  /**
   * Carries out requests, on this thread's event loop, those that have waited first.
   *
   * @throws SyncError `operation_not_permitted` when it is deactivated.
   */
  activate(): void {
    if (this.#refusal || this.#isDestroyed) {
      throw new SyncError('operation_not_permitted', `${this.#label} is deactivated`);
    }
    this.#listen();
  }

  /** Refuses what comes from here on: `ObjectAdapterDeactivatedException`. What has begun is answered. */
  deactivate(): void {
    const reason = `${this.#label} is deactivated`;
    this.#refuse({ reason, replyTo: (id) => [id, Status.adapterDeactivated, reason] });
  }

  /** @internal Fails all requests, as if each had thrown `reason`. */
  fail(reason: unknown): void {
    this.#refuse({ reason, replyTo: (id) => failure(id, reason) });
  }

  /** As {@link deactivate}; and ends all connections as soon as all that has begun is answered. */
  destroy(): void {
    this.deactivate();
    this.#isDestroyed = true;
    this.#closeIfDone();
  }

  /**
   * @internal As {@link destroy}, by its event loop: what those have sent who have left before is carried out
   * first. So oneway requests are not lost that the communicator has sent which ends its servants.
   */
  finish(): void {
    if (!this.#refusal) this.#listener?.serveLeft();
    this.destroy();
  }

  /** Resolves when its connections have ended. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /**
   * @internal Carries out `request` in this call; `answer` gets the reply, at once unless the servant returns a
   * promise.
   */
  dispatch(request: Request, answer: Answer): void {
    this.#carryOut(request, answer, undefined);
  }

  get #label(): string {
    return labelOf(this.#memory.crossthread);
  }

  #refuse(refusal: Refusal): void {
    this.#refusal ??= refusal;
    this.#listen();
  }

  #listen(): void {
    if (this.#isDestroyed) return;
    this.#listener ??= new Listener(this.#memory, {
      received: (peer, message) => this.#receive(peer, message as Outbound),
      sent: () => this.#closeIfDone(),
      lost: (peer) => this.#forget(peer),
    });
  }

  #carryOut(request: Request, answer: Answer, peer: Peer | undefined): void {
    const [requestId, identity] = request;
    if (this.#refusal) {
      answer(this.#refusal.replyTo(requestId), this.#refusal.reason);
      return;
    }
    const entry = this.#entries.get(identity);
    if (!entry) {
      const text = `${this.#label} has no object '${identity}'`;
      answer([requestId, Status.objectNotExist, text], text);
      return;
    }
    const call = { peer };
    this.#begun.add(call);
    const unpack = peer ? allLiveIn : asTheyAre;
    dispatch(this, entry, request, unpack, (reply, thrown) => {
      answer(reply, thrown);
      this.#begun.delete(call);
      this.#closeIfDone();
    });
  }

  #receive(peer: Peer, message: Outbound): void {
    const requests = isBatch(message) ? message[1] : [message];
    for (const request of requests) {
      const answer: Answer = (reply, thrown) => this.#answer(peer, request, reply, thrown);
      this.#carryOut(request, answer, peer);
    }
  }

  #answer(peer: Peer, [id, identity, operation]: Request, reply: Reply, thrown: unknown): void {
    if (id === ONEWAY) {
      if (reply[1] !== Status.ok) {
        console.warn(`crossthread/ami: ${identity}.${operation}() failed`, thrown);
      }
      return;
    }
    try {
      peer.send(reply);
    } catch (error) {
      peer.send(failure(id, error)); // the result cannot travel
    }
  }

  /** Nobody waits for what it has called. */
  #forget(peer: Peer): void {
    for (const call of this.#begun) if (call.peer === peer) this.#begun.delete(call);
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (!this.#isDestroyed || this.#begun.size > 0 || this.#listener?.hasQueued) return;
    this.#listener?.close();
    this.#endClosed();
  }
}

/** Arguments of a call in this thread, which nobody has packed. */
function asTheyAre(args: readonly unknown[]): readonly unknown[] {
  return args;
}

function idsOf(servant: object): readonly string[] {
  type Typed = { readonly ids?: readonly string[] };
  return (servant.constructor as Typed | undefined)?.ids ?? []; // a module, say, has none
}
