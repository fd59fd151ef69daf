/** The run time of a thread: its settings, its connections, and what its batch proxies have collected. */
import { ThreadLocal } from '../thread/thread-local.ts';
import { checkOptions } from '../memory/checks.ts';
import type { ModuleRef } from '../thread/module-ref.ts';
import type { Origin } from './async-result.ts';
import type { Batch } from './batch.ts';
import { Connection } from './connection.ts';
import { CommunicatorDestroyedException, ConnectFailedException } from './exceptions.ts';
import { Flush, FlushAll } from './flush.ts';
import { Flushing } from './flushing.ts';
import type { Request } from './message.ts';
import { ObjectAdapter } from './object-adapter.ts';
import { type ObjectPrx, proxyOf } from './object-prx.ts';
import { Properties } from './properties.ts';
import type { ClassName, ConstructorArguments } from './servant.ts';
import { startServant } from './start-servant.ts';
import { AdapterMemory, type AdapterOptions } from './transport/memory.ts';

const KB = 1024;

/** What {@link initialize} is told. */
export interface InitializationData {
  /** How much memory its adapters have, where they are not told otherwise. */
  readonly adapters?: AdapterOptions;
  /** Settings, by Ice's names: see {@link Properties}. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** The communicators of this thread, in the order in which they were made; those that live. */
const communicators = new ThreadLocal<Communicator[]>(() => []);

/**
 * The run time of a thread. It starts servants, and its proxies share the connections that it has. Destroying it,
 * which `using` does, ends the servants that it has started.
 *
 * @example
 * ```ts
 * using own = initialize();
 * console.log(own.getProperties().getPropertyAsIntWithDefault('Ice.Warn.AMICallback', 1)); // → 1
 * ```
 * C++: `Ice::Communicator`.
 */
export class Communicator extends Flushing implements Disposable {
  readonly #properties: Properties;
  readonly #connections: Map<AdapterMemory, Connection> = new Map();
  readonly #batches: Set<Batch> = new Set();
  readonly #adapterOptions: AdapterOptions;
  /** The adapters and servants that it ends. */
  readonly #started = new Set<{ destroy(): void }>();
  #lastRequest = 0;
  #isDestroyed = false;

  /** @internal */
  constructor({ properties = {}, adapters = {} }: InitializationData) {
    super();
    this.#properties = new Properties(properties);
    this.#adapterOptions = adapters;
  }

  /**
   * Starts a thread with one servant: an object of the class that `module` exports as `name`, made there with
   * `args`. Returns at once; calls wait until the servant is there, and fail if it never will be. Its thread
   * serves until this communicator is destroyed, and does not keep the process alive.
   *
   * Throws as `Thread.start` does.
   *
   * @example
   * ```ts
   * const code = 'export class Greeter { constructor(word) { this.greet = (name) => word + name; } }';
   * type Code = { Greeter: new (word: string) => Servant<{ greet(name: string): string }> };
   * const prx = communicator.startServant(
   *   moduleRef<Code>(`data:text/javascript,${code}`),
   *   'Greeter',
   *   'hello ',
   * );
   * prx.ice_ping();
   * ```
   */
  startServant<M, K extends ClassName<M>>(
    module: ModuleRef<M>,
    name: K,
    ...args: ConstructorArguments<M[K]>
  ): ObjectPrx {
    this.checkAlive();
    const started = startServant(module, name, args, this.#adapterOptions);
    this.#endWithIt(started, started.ended);
    return proxyOf(this, started.memory, started.identity);
  }

  /** An adapter for servants of this thread, which begins to serve when it is activated. */
  createObjectAdapter(name: string, options: AdapterOptions = this.#adapterOptions): ObjectAdapter {
    this.checkAlive();
    const memory = AdapterMemory.create(name, options);
    const adapter = new ObjectAdapter(memory, () => this);
    this.#endWithIt(adapter, adapter.closed);
    return adapter;
  }

  /** Its settings. */
  getProperties(): Properties {
    return this.#properties;
  }

  /**
   * Ends the connections, and the servants that it has started. Calls that are outstanding fail, and later ones
   * throw a {@link CommunicatorDestroyedException}. Idempotent; never blocks.
   */
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    forget(this);
    for (const connection of this.#connections.values()) connection.destroy();
    this.#batches.clear();
    for (const each of this.#started) each.destroy();
  }

  /** Whether it was destroyed. C++: `isShutdown`. */
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** Calls {@link destroy}. */
  [Symbol.dispose](): void {
    this.destroy();
  }

  /** @internal */
  checkAlive(): void {
    if (this.#isDestroyed)
      throw new CommunicatorDestroyedException('the communicator was destroyed');
  }

  /** @internal */
  dealRequestId(): number {
    return ++this.#lastRequest;
  }

  /** @internal @throws LocalException where there is nobody. */
  connectTo(memory: AdapterMemory): Connection {
    this.checkAlive();
    if (memory.isGone) this.#connections.get(memory)?.look(); // it ends, for it hears of that
    const found = this.#connections.get(memory);
    if (found) return found;
    if (memory.isGone) {
      throw new ConnectFailedException(
        `the adapter '${memory.name}' is closed, or its thread is dead`,
      );
    }
    const connection = new Connection(this, memory);
    this.#connections.set(memory, connection);
    return connection;
  }

  /** @internal Its connection has ended. */
  forget(memory: AdapterMemory): void {
    this.#connections.delete(memory);
  }

  /** @internal Bytes. */
  get batchLimit(): number {
    return this.#properties.numberOf('Ice.BatchAutoFlushSize') * KB;
  }

  /** @internal A batch that is not empty. */
  remember(batch: Batch): void {
    this.#batches.add(batch);
  }

  /** @internal What it has collected. */
  take(batch: Batch): readonly Request[] {
    this.#batches.delete(batch);
    return batch.take();
  }

  /** @internal What was collected for that adapter. */
  takeAll(memory: AdapterMemory): readonly Request[] {
    const batches = [...this.#batches].filter((batch) => batch.memory === memory);
    return batches.flatMap((batch) => this.take(batch));
  }

  /** @internal What a callback has thrown is nobody's business else. */
  warnOfCallback(operation: string, error: unknown): void {
    if (this.#properties.numberOf('Ice.Warn.AMICallback') < 1) return;
    console.warn(`crossthread/ami: the callback of ${operation} threw`, error);
  }

  #endWithIt(started: { destroy(): void }, ended: Promise<void>): void {
    this.#started.add(started);
    void ended.then(() => this.#started.delete(started));
  }

  /** @internal */
  protected originOf(operation: string): Origin {
    return { owner: this, operation, communicator: this, proxy: null };
  }

  /** @internal */
  protected flush(): FlushAll {
    this.checkAlive();
    const memories = new Set([...this.#batches].map(({ memory }) => memory));
    const flushes = [...memories].map((memory) => {
      const target = { connect: () => this.connectTo(memory) };
      return new Flush(target, this.takeAll(memory));
    });
    return new FlushAll(flushes);
  }
}

/**
 * A communicator for this thread. Proxies that arrive from other threads belong to the first one that a thread has
 * made and not destroyed; if there is none when the first arrives, one is made.
 *
 * @example
 * ```ts
 * using mine = initialize({ properties: { 'Ice.Warn.AMICallback': '0' } });
 * console.log(mine.isDestroyed()); // → false
 * ```
 * C++: `Ice::initialize`.
 */
export function initialize(data: InitializationData = {}): Communicator {
  checkOptions(data);
  const communicator = new Communicator(data);
  communicators.value.push(communicator);
  return communicator;
}

/** The communicator of proxies that arrive in this thread. */
export function communicatorHere(): Communicator {
  return communicators.value[0] ?? initialize();
}

function forget(communicator: Communicator): void {
  communicators.value = communicators.value.filter((each) => each !== communicator);
}
