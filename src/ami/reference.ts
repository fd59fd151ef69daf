/**
 * What a proxy refers to, and how it is invoked. Proxies of one reference are the same proxy, of another type
 * perhaps; so it is by the reference that an `end_` method knows the results of its proxy.
 */
import { currentAgent } from '../agent/home.ts';
import { checkMayBlock } from '../wait/park.ts';
import { Batch } from './batch.ts';
import type { Communicator } from './communicator.ts';
import type { Connection } from './connection.ts';
import { callHere, Collocated } from './collocated.ts';
import type { Context } from './context.ts';
import { asLocalException, type Exception } from './exceptions.ts';
import { Flush } from './flush.ts';
import { Invocation, type Target } from './invocation.ts';
import { ONEWAY, type Request } from './message.ts';
import { Outcome } from './outcome.ts';
import type { AdapterMemory } from './transport/memory.ts';

/** What a proxy refers to. A symbol: operations may have any name. */
export const REFERENCE: unique symbol = Symbol('reference');

/** How requests are sent: to be answered, not to be, or together with others. */
type Mode = 'twoway' | 'oneway' | 'batchOneway';

/** What of a reference travels to other threads, beside the memory of the adapter. */
export interface Address {
  readonly identity: string;
  readonly mode: Mode;
  readonly context: Context | undefined;
  readonly isCollocationOptimized: boolean;
}

/** An operation as its proxy knows it. */
export interface Operation {
  readonly name: string;
  /** Whether there is anything to wait for but its end. */
  readonly isTwowayOnly: boolean;
}

export class Reference implements Target {
  readonly communicator: Communicator;
  readonly memory: AdapterMemory;
  readonly address: Address;
  readonly #batch: Batch | undefined;
  #connection: Connection | undefined;

  constructor(communicator: Communicator, memory: AdapterMemory, address: Address) {
    this.communicator = communicator;
    this.memory = memory;
    this.address = address;
    if (address.mode === 'batchOneway') this.#batch = new Batch(memory);
  }

  /** This one with changes; itself if they are none. */
  with(changes: Partial<Address>): Reference {
    const address = { ...this.address, ...changes };
    const isSame = sameAddress(address, this.address);
    return isSame ? this : new Reference(this.communicator, this.memory, address);
  }

  equals(other: Reference): boolean {
    return this.memory === other.memory && sameAddress(this.address, other.address);
  }

  /** @throws LocalException where there is nobody. */
  connect(): Connection {
    if (!this.#connection?.isOpen || this.memory.isGone) {
      this.#connection = this.communicator.connectTo(this.memory);
    }
    return this.#connection;
  }

  /**
   * @throws CommunicatorDestroyedException, and `TwowayOnly` where there is a result to wait for but no answer
   * will come.
   */
  check({ name, isTwowayOnly }: Operation, TwowayOnly: new (message: string) => Exception): void {
    this.communicator.checkAlive();
    const { mode } = this.address;
    if (mode === 'twoway' || !isTwowayOnly) return;
    throw new TwowayOnly(`${name} has a result, and a ${mode} proxy gets none`);
  }

  /** Whether the servant is in this thread, and is to be called as it is. */
  get isCollocated(): boolean {
    const { mode, isCollocationOptimized } = this.address;
    if (mode === 'batchOneway' || !isCollocationOptimized) return false;
    return this.memory.collocated !== undefined;
  }

  /** @throws SyncError where this thread must not block for an answer. Asked first, so that nothing is sent then. */
  checkMayWait(): void {
    if (this.address.mode !== 'twoway') return;
    this.memory.checkElsewhere();
    checkMayBlock(currentAgent());
  }

  /** What is to become of a call. It starts later. */
  invoke({ name }: Operation, args: readonly unknown[], context: Context | undefined): Outcome {
    if (this.isCollocated) return new Collocated(name);
    const request = this.#request(name, args, context);
    if (this.#batch) return new Batched(this, request);
    return new Invocation(this, request, request[0] === ONEWAY);
  }

  /** Calls the servant of this very thread. */
  callHere({ name }: Operation, args: readonly unknown[], context: Context | undefined): unknown {
    return callHere(this.memory.collocated!, this.#request(name, args, context));
  }

  /** Sends what the batch has collected. */
  flush(): Outcome {
    this.communicator.checkAlive();
    return new Flush(this, this.#batch ? this.communicator.take(this.#batch) : []);
  }

  /** Has the batch take `request`, and sends what it has no room for beside it. */
  collect(request: Request): void {
    const batch = this.#batch!;
    const overfull = batch.add(request, this.communicator.batchLimit);
    if (overfull.length > 0) new Flush(this, overfull).start();
    this.communicator.remember(batch);
  }

  #request(operation: string, args: readonly unknown[], context: Context | undefined): Request {
    const { identity, mode } = this.address;
    const id = mode === 'twoway' ? this.communicator.dealRequestId() : ONEWAY;
    const entries = context ?? this.address.context;
    return entries
      ? [id, identity, operation, args, Object.fromEntries(entries)]
      : [id, identity, operation, args];
  }
}

function sameAddress(a: Address, b: Address): boolean {
  return (
    a.identity === b.identity &&
    a.mode === b.mode &&
    a.isCollocationOptimized === b.isCollocationOptimized &&
    sameContext(a.context, b.context)
  );
}

function sameContext(a: Context | undefined, b: Context | undefined): boolean {
  if (a === b) return true;
  if (a?.size !== b?.size) return false;
  return [...(a ?? [])].every(([key, value]) => b?.get(key) === value);
}

/** A request that a batch takes: that is all that is done with it here. */
class Batched extends Outcome {
  readonly #reference: Reference;
  readonly #request: Request;

  constructor(reference: Reference, request: Request) {
    super(true);
    this.#reference = reference;
    this.#request = request;
  }

  start(): void {
    try {
      this.#reference.collect(this.#request);
    } catch (error) {
      this.fail(asLocalException(error));
      return;
    }
    this.sent(true);
  }

  protected wait(): void {} // it is done as soon as it is started
}
