/**
 * Writes the program of one thread, out of wishes: each becomes an operation, or nothing where it does not
 * fit. So any list of wishes is a program, and a shorter list is a shorter one: fast-check can shrink it.
 *
 * Invariants
 *   G1  Sections are nested, and none is left open.
 *   G2  No thread takes what it has already, but for a recursive mutex.
 *   G3  A thread that has arrived at a barrier drops out of it in the end: how often others arrive need
 *       not be how often it does.
 * and where the order is respected, so that nothing can wait for ever:
 *   G4  Who waits for something holds only what comes before it in the order of the objects. What is
 *       tried is not waited for.
 *   G5  Latches and barriers are used in that order too, by who holds nothing: a thread owes no arrival
 *       to what comes before the one it is at, and none to a latch that it has waited for.
 */
import { callOf, type CallName, namesOf, type ProgramOperation } from './calls.ts';
import type { ObjectKind } from './objects.ts';

export interface Wish {
  /** Missing where fast-check has taken it out: what comes after it stays as it was. */
  readonly operation: ProgramOperation | undefined;
  /** Of the wishes that follow, how many are for its section. */
  readonly inside: number;
}

/** The objects in their order. */
export type Order = ReadonlyMap<string, { readonly place: number; readonly kind: ObjectKind }>;

interface Section {
  readonly end: ProgramOperation;
  left: number;
}

export class Writer {
  readonly program: ProgramOperation[] = [];
  readonly #order: Order;
  readonly #isRespected: boolean;
  readonly #open: Section[] = [];
  /** Barriers that it has arrived at, and not dropped out of. */
  readonly #joined = new Set<string>();
  readonly #waitedFor = new Set<string>();
  /** The place of the latch or barrier that it is at. */
  #stage = -1;

  constructor(order: Order, isRespected: boolean) {
    this.#order = order;
    this.#isRespected = isRespected;
  }

  add({ operation, inside }: Wish): void {
    while (this.#open.at(-1)?.left === 0) this.#close();
    const section = this.#open.at(-1);
    if (section) section.left--;
    if (!operation || !this.#fits(operation)) return;
    if (isMeeting(operation, this.#order)) this.#meet(operation);
    this.program.push(operation);
    const { end } = callOf(operation.call);
    if (end) this.#open.push({ end: endOf(operation, end), left: inside });
  }

  /** Ends what is open: G1, G3. */
  finish(): readonly ProgramOperation[] {
    while (this.#open.length > 0) this.#close();
    for (const barrier of this.#joined) this.#drop(barrier);
    return this.program;
  }

  #close(): void {
    this.program.push(this.#open.pop()!.end);
  }

  #fits(operation: ProgramOperation): boolean {
    const { end, isBlocking } = callOf(operation.call);
    const names = namesOf(operation);
    const held = this.#open.flatMap(({ end }) => namesOf(end));
    if (end !== undefined) {
      const again = names.filter((name) => held.includes(name)); // G2
      if (again.length > 0) return names.length === 1 && this.#isRecursive(names[0]!);
      if (!this.#isRespected || !isBlocking) return true;
      return Math.min(...names.map(this.#placeOf)) > Math.max(-1, ...held.map(this.#placeOf)); // G4
    }
    if (!this.#isRespected || !isMeeting(operation, this.#order)) return true;
    const [name = ''] = names;
    const isOver = this.#waitedFor.has(name) && operation.call !== 'wait'; // G5
    return held.length === 0 && this.#placeOf(name) >= this.#stage && !isOver;
  }

  /** At a latch or a barrier. */
  #meet({ call, on }: ProgramOperation): void {
    const name = on as string;
    const { kind } = this.#order.get(name)!;
    if (this.#isRespected) {
      this.#stage = this.#placeOf(name);
      for (const barrier of this.#joined) if (barrier !== name) this.#drop(barrier);
    }
    if (kind === 'barrier') this.#joined.add(name);
    else if (callOf(call).isBlocking) this.#waitedFor.add(name);
  }

  #drop(barrier: string): void {
    this.#joined.delete(barrier);
    this.program.push({ call: 'arriveAndDrop', on: barrier });
  }

  #isRecursive(name: string): boolean {
    return this.#order.get(name)!.kind === 'recursive';
  }

  readonly #placeOf = (name: string): number => this.#order.get(name)!.place;
}

function endOf({ on, n }: ProgramOperation, call: CallName): ProgramOperation {
  return n === undefined ? { call, on } : { call, on, n };
}

/** Whether it is where threads wait for each other's arrival, not for what one of them has. */
function isMeeting(operation: ProgramOperation, order: Order): boolean {
  const [name = ''] = namesOf(operation);
  const { kind } = order.get(name)!;
  const isTry = operation.call === 'tryWait';
  return (kind === 'latch' || kind === 'barrier') && !isTry;
}
