/** Proxies: what stands in a thread for a servant of another. */
import { makeAttachable } from '../attach.ts';
import { Face } from '../share/face.ts';
import { live, Place } from '../share/shared-object.ts';
import type { AsyncResult } from './async-result.ts';
import { type Callback, newTypedCallback, type TypedCallback } from './callback.ts';
import { type Communicator, communicatorHere } from './communicator.ts';
import type { Connection } from './connection.ts';
import { Context } from './context.ts';
import { begin, call, callAsync, end, takeTrailing } from './forms.ts';
import { addOperations } from './operations.ts';
import type {
  FailureMethod,
  NewCallback,
  NewVoidCallback,
  ObjectOperations,
  Operations,
  SentMethod,
} from './proxy.ts';
import { type Address, REFERENCE, Reference } from './reference.ts';
import { AdapterMemory } from './transport/memory.ts';

const KIND = 'ObjectPrx';
const FLUSH = 'ice_flushBatchRequests';

/** Ice's, of the modes. */
const FLAGS = { twoway: '-t', oneway: '-o', batchOneway: '-O' } as const;

/** A class of proxies. */
interface ProxyType<P extends ObjectPrx = ObjectPrx> {
  readonly prototype: P;
  readonly typeId: string;
  new (reference: Reference): P;
}

/** What of a proxy travels to other threads, beside the memory of the adapter. */
interface Travelling extends Address {
  readonly typeId: string;
}

/** Those that were defined, by type id. */
const types = new Map<string, ProxyType>();

/** The operations that every servant has. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- they are added to the prototype below
export interface ObjectPrx extends Operations<ObjectOperations> {}

/**
 * A proxy of a servant of any interface: what {@link Communicator.startServant} returns, and what all proxies have.
 *
 * It can be sent to other threads, and works there with a connection of their own. It is never waited for nor
 * disposed of.
 *
 * @example
 * ```ts
 * const prx: ObjectPrx = employees.ice_oneway();
 * console.log(prx.ice_isOneway(), prx.ice_twoway().equals(employees)); // → true true
 * await employees.ice_pingAsync();
 * ```
 * C++: `Ice::ObjectPrx`.
 */
export class ObjectPrx extends Face {
  /** @internal */
  static readonly kind: string = KIND;
  /** @internal */
  static readonly typeId: string = '::Ice::Object';
  /** As those that {@link defineProxy} makes. */
  declare static readonly newCallback_ice_ping: NewVoidCallback<'ice_ping'>;
  /** As those that {@link defineProxy} makes. */
  declare static readonly newCallback_ice_isA: NewCallback<'ice_isA', boolean>;
  /** As those that {@link defineProxy} makes. */
  declare static readonly newCallback_ice_id: NewCallback<'ice_id', string>;
  /** As those that {@link defineProxy} makes. */
  declare static readonly newCallback_ice_ids: NewCallback<'ice_ids', string[]>;
  readonly #reference: Reference;

  /** @internal */
  constructor(reference: Reference) {
    const { memory, address } = reference;
    const schema: Travelling = { ...address, typeId: new.target.typeId };
    super({ kind: KIND, of: { crossthread: { ...memory.crossthread, schema } } });
    this.#reference = reference;
  }

  /** @internal A proxy class of that type id was defined: proxies that arrive are of it. */
  static define(type: ProxyType): void {
    types.set(type.typeId, type);
  }

  /** @internal What `attach` makes of a handle. */
  static attach({ words, name, schema }: Place): ObjectPrx {
    const { typeId, context, ...address } = schema as Travelling;
    const type = types.get(typeId) ?? ObjectPrx;
    const memory = live(AdapterMemory, new Place(words, name));
    const entries = context && new Context(context); // a plain map by now
    return new type(new Reference(communicatorHere(), memory, { ...address, context: entries }));
  }

  /** The type id of the interface: `'::Ice::Object'`. */
  static ice_staticId(): string {
    return this.typeId;
  }

  /**
   * `prx` as a proxy of this class, without asking the servant. What was begun with the one can be ended with
   * the other.
   */
  static uncheckedCast<P extends ObjectPrx>(this: ProxyType<P>, prx: ObjectPrx): P {
    return prx instanceof this ? prx : new this(prx[REFERENCE]);
  }

  /** `prx` as a proxy of this class, or `null`: asks the servant by `ice_isA`, and blocks for the answer. */
  static checkedCast<P extends ObjectPrx>(
    this: ProxyType<P>,
    prx: ObjectPrx,
    ...context: [Context?]
  ): P | null {
    const isOne = prx.ice_isA(this.typeId, ...(context as [Context]));
    return isOne ? (ObjectPrx.uncheckedCast.call(this, prx) as P) : null;
  }

  /** As {@link checkedCast}, with the event loop free. */
  static async checkedCastAsync<P extends ObjectPrx>(
    this: ProxyType<P>,
    prx: ObjectPrx,
    ...context: [Context?]
  ): Promise<P | null> {
    const isOne = await prx.ice_isAAsync(this.typeId, ...(context as [Context]));
    return isOne ? (ObjectPrx.uncheckedCast.call(this, prx) as P) : null;
  }

  /** A callback for `ice_flushBatchRequests`, and for `flushBatchRequests` of connections and communicators. */
  static newCallback_ice_flushBatchRequests<T extends object, C = undefined>(
    object: T,
    failure: FailureMethod<T, C> | null,
    sent?: SentMethod<T, C>,
  ): TypedCallback<'ice_flushBatchRequests', C> {
    return newTypedCallback(FLUSH, true, [object, null, failure, sent]) as never;
  }

  /** @internal */
  get [REFERENCE](): Reference {
    return this.#reference;
  }

  /** The name of the servant in its adapter. */
  ice_getIdentity(): string {
    return this.#reference.address.identity;
  }

  /** A proxy of the servant `identity` of the same adapter. */
  ice_identity(identity: string): ObjectPrx {
    return this.#with({ identity });
  }

  /** What requests carry along, unless they are given a context of their own. */
  ice_getContext(): Context {
    return new Context(this.#reference.address.context);
  }

  /** This proxy with `context` for all its requests. */
  ice_context(context: Context): ObjectPrx {
    return this.#with({ context: new Context(context) });
  }

  /** This proxy for requests that are answered. */
  ice_twoway(): ObjectPrx {
    return this.#with({ mode: 'twoway' });
  }

  /** Whether requests are answered. */
  ice_isTwoway(): boolean {
    return this.#reference.address.mode === 'twoway';
  }

  /** This proxy for requests that are not answered: operations without a result, that raise nothing. */
  ice_oneway(): ObjectPrx {
    return this.#with({ mode: 'oneway' });
  }

  /** Whether requests are sent and not answered. */
  ice_isOneway(): boolean {
    return this.#reference.address.mode === 'oneway';
  }

  /** This proxy for oneway requests that are collected, and sent together by a flush. */
  ice_batchOneway(): ObjectPrx {
    return this.#with({ mode: 'batchOneway' });
  }

  /** Whether requests are collected. */
  ice_isBatchOneway(): boolean {
    return this.#reference.address.mode === 'batchOneway';
  }

  /**
   * This proxy, calling a servant of its own thread as it is, which only blocking calls can, or, with `false`,
   * like any other.
   */
  ice_collocationOptimized(isCollocationOptimized: boolean): ObjectPrx {
    return this.#with({ isCollocationOptimized });
  }

  /** Whether servants of this thread are called as they are. */
  ice_isCollocationOptimized(): boolean {
    return this.#reference.address.isCollocationOptimized;
  }

  /**
   * The connection that requests go over, made if there is none; `null` for a servant that is called as it is.
   *
   * @throws ConnectFailedException where there is nobody to connect to.
   */
  ice_getConnection(): Connection | null {
    this.#reference.communicator.checkAlive();
    return this.#reference.isCollocated ? null : this.#reference.connect();
  }

  /** The communicator of this thread that the proxy belongs to. */
  ice_getCommunicator(): Communicator {
    return this.#reference.communicator;
  }

  /** Sends what this proxy has collected. Blocks until it is sent. */
  ice_flushBatchRequests(): void {
    call(this.#reference.flush());
  }

  /** As {@link ice_flushBatchRequests}, with the event loop free. */
  async ice_flushBatchRequestsAsync(): Promise<void> {
    await callAsync(() => this.#reference.flush());
  }

  /** As {@link ice_flushBatchRequests}, without waiting. The callback hears of its being sent, and of failures. */
  begin_ice_flushBatchRequests(
    callback?: Callback | TypedCallback<'ice_flushBatchRequests'>,
  ): AsyncResult;
  begin_ice_flushBatchRequests(callback: Callback, cookie: unknown): AsyncResult;
  begin_ice_flushBatchRequests<C>(
    callback: TypedCallback<'ice_flushBatchRequests', C>,
    cookie: C,
  ): AsyncResult;
  begin_ice_flushBatchRequests(...args: unknown[]): AsyncResult {
    const trailing = takeTrailing(FLUSH, args); // before anything is taken out of the batch
    const { communicator } = this.#reference;
    const origin = { owner: this.#reference, operation: FLUSH, communicator, proxy: this };
    return begin(this.#reference.flush(), origin, trailing);
  }

  /** Blocks until what that began is sent. Throws why it could not be. */
  end_ice_flushBatchRequests(result: AsyncResult): void {
    end(result, this.#reference, FLUSH);
  }

  /** Whether `other` calls the same servant in the same way. C++: `==`. */
  equals(other: ObjectPrx): boolean {
    return this.#reference.equals(other.#reference);
  }

  /** Who is called, and how: `'greeter -t @ here'`, by identity, mode and adapter. */
  override toString(): string {
    const { address, memory } = this.#reference;
    return `${address.identity} ${FLAGS[address.mode]} @ ${memory.name}`;
  }

  #with(changes: Partial<Address>): ObjectPrx {
    const reference = this.#reference.with(changes);
    return reference === this.#reference ? this : new ObjectPrx(reference);
  }
}

/** A proxy of the servant `identity`, as nobody has changed it. */
export function proxyOf(
  communicator: Communicator,
  memory: AdapterMemory,
  identity: string,
): ObjectPrx {
  const how = { mode: 'twoway', context: undefined, isCollocationOptimized: true } as const;
  return new ObjectPrx(new Reference(communicator, memory, { identity, ...how }));
}

addOperations(ObjectPrx, {
  ice_ping: 'void',
  ice_isA: 'returns',
  ice_id: 'returns',
  ice_ids: 'returns',
});
makeAttachable(ObjectPrx);
