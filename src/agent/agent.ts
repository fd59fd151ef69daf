/**
 * An agent: a JavaScript thread as the others see it, and all that is local to it.
 *
 * Everything agent-local hangs here and nowhere else: the explorer runs many agents in one thread by
 * changing which one is current.
 */
import { SyncError } from '../errors.ts';
import type { Words } from '../memory/words.ts';
import type { DepotLine as Depot } from '../future/depot-line.ts';
import type { AbortFan } from '../wait/cancel.ts';
import type { Store } from '../future/store.ts';
import type { StopToken } from '../stop/stop-token.ts';
import type { Inbox } from '../wait/inbox.ts';
import type { Spin } from '../wait/spin.ts';
import type { Watch } from '../wait/watch.ts';
import type { Host } from './host.ts';
import { lookForDead } from './liveness.ts';
import { CLAIM, HIGH, ID, MAX_AGENT_ID, slotAt, SLOT_COUNT, slotOf } from './table.ts';

/** Values by variable; and what disposes of them, in the order they were made. */
export interface Locals {
  readonly values: WeakMap<object, unknown>;
  readonly disposals: (() => void)[];
}

/** A thread between its start and its slot. */
interface Newborn {
  /** Whether it runs no more. */
  isGone(): boolean;
  /** It has ended: what went to it and never arrived. */
  end(): void;
}

/** What a thread is to this library: how far it is, and what it has started. */
export interface Life {
  /** Whether the module whose export it is to run is being loaded. */
  isLoading: boolean;
  /** The ends of the threads it has started, those that run. */
  readonly children: Set<Promise<void>>;
  /** Those that had no slot yet when somebody looked, by id. */
  readonly newborns: Map<number, Newborn>;
  /** Its own, if it was started with one; else made when asked for. */
  stopToken: StopToken | undefined;
  /** Where its tasks wait for a thread of the pool; made when first needed. */
  depot: Depot | undefined;
}

export class Agent {
  readonly id: number;
  readonly table: Words;
  /** Where this agent's words start in the table. */
  readonly slot: number;
  readonly host: Host;
  /** The live objects of this agent by object id: one for each memory. */
  readonly objects: Map<number, WeakRef<object>> = new Map();
  /** Which of them agents can hold. */
  readonly lockables: Set<number> = new Set();
  // What is weak is made when it is needed: the explorer makes agents by the million.
  #forgotten: FinalizationRegistry<number> | undefined;
  #aborts: WeakMap<AbortSignal, AbortFan> | undefined;
  #locals: Locals | undefined;
  /** The event loop's side of waiting; made by `wait/` when first needed, as is {@link spin}. */
  inbox: Inbox | undefined;
  spin: Spin | undefined;
  /** Who looks on at its waits; nobody unless tracing is on. */
  watch: Watch | undefined;
  /** Where its futures and their values are: see future/store.ts. */
  store: Store | undefined;
  /** Live objects that know what this agent holds of them: not to be collected before that ends. */
  readonly kept: Set<object> = new Set();
  /** What is to be done when the thread exits by itself. */
  readonly lastWills: (() => void)[];
  readonly life: Life;

  /** `before`: what this thread was before it met others. */
  constructor(table: Words, id: number, host: Host, before?: Agent) {
    if (id >= MAX_AGENT_ID) {
      throw new SyncError('resource_unavailable_try_again', `${MAX_AGENT_ID} threads were started`);
    }
    this.lastWills = before?.lastWills ?? [];
    this.watch = before?.watch;
    if (before) this.#locals = before.#locals;
    this.life = before?.life ?? {
      isLoading: false,
      children: new Set(),
      newborns: new Map(),
      stopToken: undefined,
      depot: undefined,
    };
    this.table = table;
    this.id = id;
    this.host = host;
    this.slot = slotOf(table, id) || takeSlot(table, id) || this.#takeSlotOfDead();
  }

  /** All slots are in use, perhaps by agents whose death nobody has told of. */
  #takeSlotOfDead(): number {
    lookForDead(this);
    const slot = takeSlot(this.table, this.id);
    if (slot !== 0) return slot;
    throw new SyncError(
      'resource_unavailable_try_again',
      `${SLOT_COUNT} agents are alive, no room for another`,
    );
  }

  /** How its waits hear of aborts: see wait/cancel.ts. */
  get aborts(): WeakMap<AbortSignal, AbortFan> {
    return (this.#aborts ??= new WeakMap());
  }

  /** The variables that each thread has its own of: see thread/thread-local.ts. */
  get locals(): Locals {
    return (this.#locals ??= { values: new WeakMap(), disposals: [] });
  }

  remember(objectId: number, live: object): void {
    this.objects.set(objectId, new WeakRef(live));
    this.#forgotten ??= new FinalizationRegistry((id) => this.#forget(id));
    this.#forgotten.register(live, objectId);
  }

  /** What was live under this id is collected; another may be live by now. */
  #forget(objectId: number): void {
    if (this.objects.get(objectId)?.deref() !== undefined) return;
    this.objects.delete(objectId);
    this.lockables.delete(objectId);
  }
}

function takeSlot(table: Words, id: number): number {
  for (let i = 0; i < SLOT_COUNT; i++) {
    const slot = slotAt(i);
    if (Atomics.compareExchange(table, slot + ID, 0, id) !== 0) continue;
    Atomics.store(table, slot + CLAIM, 0); // of a burier that died over it
    raise(table, HIGH, i + 1);
    return slot;
  }
  return 0;
}

function raise(table: Words, index: number, least: number): void {
  for (;;) {
    const found = Atomics.load(table, index);
    if (found >= least) return;
    if (Atomics.compareExchange(table, index, found, least) === found) return;
  }
}
