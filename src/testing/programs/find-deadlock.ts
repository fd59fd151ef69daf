/**
 * `findDeadlock`: whether programs of mutexes can deadlock. It tries all orders of their operations on
 * what a mutex is by definition, not on an implementation: what `explore` and `runThreads` find can be
 * held against it.
 *
 * A state is how far each thread is, who owns each mutex, and what there is to take where threads wait for a
 * condition. One that was seen is not tried again.
 */
import { cyclesOf } from './cycles.ts';
import { callOf, mutexOf, namesOf, type ProgramOperation } from './calls.ts';
import { checkPrograms, endsOf, type ThreadPrograms } from './programs.ts';

/** One thread that waits in a deadlock. */
export interface DeadlockWait {
  /** The number of the thread. */
  readonly thread: number;
  /** The number of its operation. */
  readonly operation: number;
  /** The name of the mutex, or of the condition. */
  readonly object: string;
  /** The number of the thread that holds it; missing of a condition. */
  readonly holder?: number;
}

/**
 * What {@link findDeadlock} found: that there is none, or one; or that it did not finish.
 *
 * `order` has the number of a thread for each operation up to the deadlock: one returns before the next
 * begins. Given to `runThreads`, it leads there, unless it hangs on how far a `scopedLock` or a `wait` came.
 */
export type DeadlockSearch =
  | {
      /** What was found. */
      readonly verdict: 'none' | 'not-finished';
      /** How many states were looked at. */
      readonly states: number;
    }
  | {
      /** What was found. */
      readonly verdict: 'possible';
      /** How many states were looked at. */
      readonly states: number;
      /** The number of a thread for each step that leads there, for `runThreads`. */
      readonly order: readonly number[];
      /** Who waits for what then. */
      readonly waits: readonly DeadlockWait[];
      /** Each a circle of threads, in which each waits for the next. */
      readonly cycles: readonly (readonly number[])[];
    };

const MOST_STATES = 200_000; // a second or two

interface Place {
  /** The next operation. */
  at: number;
  /** Mutexes of it that are taken already, by a scopedLock; of a wait, whether the mutex is given back. */
  taken: number;
}

interface State {
  readonly places: readonly Place[];
  /** Owner and depth of each mutex that is held. */
  readonly owners: Readonly<Record<string, { readonly thread: number; readonly depth: number }>>;
  /** What there is to take, by condition. */
  readonly counts: Readonly<Record<string, number>>;
}

interface Path {
  readonly state: State;
  readonly thread: number | undefined;
  readonly before: Path | undefined;
}

/**
 * Looks for a deadlock among programs of mutexes, recursive ones and those of your own among them, and
 * conditions: a wait that nobody will end is one too.
 *
 * @throws RangeError for other objects: theirs hangs on who is in line before whom, which is for
 * `explore(await modelOf(programs))`.
 *
 * @example
 * ```ts
 * const found = findDeadlock(programs);
 * if (found.verdict === 'possible') await runThreads(programs, { order: found.order }); // rejects
 * ```
 */
export function findDeadlock(
  programs: ThreadPrograms,
  { maxStates = MOST_STATES }: { readonly maxStates?: number } = {},
): DeadlockSearch {
  checkPrograms(programs);
  const other = Object.entries(programs.objects).find(([, { kind }]) => !KINDS.includes(kind));
  if (other)
    throw new RangeError(
      `findDeadlock is for mutexes and conditions, and '${other[0]}' is a ${other[1].kind}`,
    );
  const world = new Steps(programs);
  const start = world.start;
  const seen = new Set([keyOf(start)]);
  const open: Path[] = [{ state: start, thread: undefined, before: undefined }];
  for (let path = open.pop(); path; path = open.pop()) {
    const { state } = path;
    const next = world.after(state);
    if (next.length === 0 && !world.isOver(state)) return found(path, world, seen.size);
    for (const { state, thread } of next) {
      const key = keyOf(state);
      if (seen.has(key)) continue;
      if (seen.size === maxStates) return { verdict: 'not-finished', states: seen.size };
      seen.add(key);
      open.push({ state, thread, before: path });
    }
  }
  return { verdict: 'none', states: seen.size };
}

const KINDS = ['mutex', 'recursive', 'own', 'condition'];

/** What can happen. */
class Steps {
  readonly #programs: ThreadPrograms;
  readonly #ends: readonly ReturnType<typeof endsOf>[];
  /** In the order in which a scopedLock takes them. */
  readonly #names: readonly string[];

  constructor(programs: ThreadPrograms) {
    this.#programs = programs;
    this.#ends = programs.threads.map(endsOf);
    this.#names = Object.keys(programs.objects);
  }

  get start(): State {
    const { objects, threads } = this.#programs;
    const counts = Object.entries(objects).flatMap(([name, object]) =>
      object.kind === 'condition' ? [[name, object.count] as const] : [],
    );
    const places = threads.map(() => ({ at: 0, taken: 0 }));
    return { places, owners: {}, counts: Object.fromEntries(counts) };
  }

  isOver({ places }: State): boolean {
    return places.every(({ at }, thread) => at === this.#programs.threads[thread]!.length);
  }

  /** The states that one step leads to, with the thread whose operation has returned then. */
  after(state: State): { readonly state: State; readonly thread: number | undefined }[] {
    return state.places.flatMap((place, thread) => {
      const operation = this.#programs.threads[thread]![place.at];
      return operation ? this.#step(state, thread, place, operation) : [];
    });
  }

  waits(state: State): DeadlockWait[] {
    return state.places.flatMap((place, thread) => {
      const operation = this.#programs.threads[thread]![place.at];
      if (!operation) return [];
      const object = this.#wanted(state, place, operation);
      const holder = ownerIn(state, object)?.thread;
      const wait = { thread, operation: place.at, object };
      return [holder === undefined ? wait : { ...wait, holder }];
    });
  }

  /** What a thread waits for that is stuck. */
  #wanted(state: State, { taken }: Place, operation: ProgramOperation): string {
    const mutex = mutexOf(operation, this.#programs.objects);
    if (mutex === undefined) return this.#inOrder(operation)[taken]!;
    const [condition = ''] = namesOf(operation);
    return state.counts[condition] === 0 ? condition : mutex;
  }

  #step(
    state: State,
    thread: number,
    place: Place,
    operation: ProgramOperation,
  ): ReturnType<Steps['after']> {
    const { end, isTry } = callOf(operation.call);
    const names = this.#inOrder(operation);
    const mutex = mutexOf(operation, this.#programs.objects);
    if (mutex !== undefined) return this.#count(state, thread, place, { operation, mutex });
    if (end === undefined) {
      const owners = names.reduce((all, name) => without(all, name), state.owners);
      return [{ state: move(state, thread, { at: place.at + 1, taken: 0 }, owners), thread }];
    }
    const name = names[place.taken]!;
    const owner = ownerIn(state, name);
    const isRecursive = this.#programs.objects[name]!.kind === 'recursive' && !operation.async;
    if (owner && !(owner.thread === thread && isRecursive)) {
      if (!isTry) return [];
      const at = (this.#ends[thread]![place.at] ?? place.at) + 1;
      return [{ state: move(state, thread, { at, taken: 0 }, state.owners), thread }];
    }
    const owners = { ...state.owners, [name]: { thread, depth: (owner?.depth ?? 0) + 1 } };
    const isLast = place.taken === names.length - 1;
    const to = isLast ? { at: place.at + 1, taken: 0 } : { at: place.at, taken: place.taken + 1 };
    return [{ state: move(state, thread, to, owners), thread: isLast ? thread : undefined }];
  }

  /** A wait keeps the mutex if there is something to take at once; else it needs that and the mutex. */
  #count(
    state: State,
    thread: number,
    { at, taken }: Place,
    { operation, mutex }: { operation: ProgramOperation; mutex: string },
  ): ReturnType<Steps['after']> {
    const [condition = ''] = namesOf(operation);
    const isWait = operation.call === 'wait';
    const count = state.counts[condition]! + (isWait ? -1 : 1);
    if (isWait && taken === 0 && count < 0) {
      const owners = without(state.owners, mutex);
      return [{ state: move(state, thread, { at, taken: 1 }, owners), thread: undefined }];
    }
    if (count < 0 || (taken === 1 && ownerIn(state, mutex))) return [];
    const owners = { ...state.owners, [mutex]: { thread, depth: 1 } };
    const moved = move(state, thread, { at: at + 1, taken: 0 }, owners);
    return [{ state: { ...moved, counts: { ...state.counts, [condition]: count } }, thread }];
  }

  #inOrder(operation: ProgramOperation): readonly string[] {
    const names = namesOf(operation);
    return names.length === 1 ? names : this.#names.filter((name) => names.includes(name));
  }
}

function move(state: State, thread: number, to: Place, owners: State['owners']): State {
  return { ...state, places: state.places.with(thread, to), owners };
}

/** Objects may be called as what all JavaScript objects have. */
function ownerIn({ owners }: State, name: string): State['owners'][string] | undefined {
  return Object.hasOwn(owners, name) ? owners[name] : undefined;
}

function without(owners: State['owners'], name: string): State['owners'] {
  const { [name]: held, ...others } = owners;
  return held && held.depth > 1
    ? { ...others, [name]: { ...held, depth: held.depth - 1 } }
    : others;
}

function keyOf({ places, owners, counts }: State): string {
  const held = Object.keys(owners)
    .toSorted()
    .map((name) => `${name}=${owners[name]!.thread}x${owners[name]!.depth}`);
  const taken = places.map(({ at, taken }) => `${at}.${taken}`).join();
  return `${taken} ${held.join()} ${Object.values(counts).join()}`;
}

function found(path: Path, world: Steps, states: number): DeadlockSearch {
  const order: number[] = [];
  for (let at: Path | undefined = path; at; at = at.before) {
    if (at.thread !== undefined) order.unshift(at.thread);
  }
  const waits = world.waits(path.state);
  const edges = waits.flatMap(({ thread, holder }) =>
    holder === undefined ? [] : [{ thread, holder }],
  );
  return { verdict: 'possible', states, order, waits, cycles: cyclesOf(edges) };
}
