/**
 * Writes the program of one thread, out of wishes: each becomes an operation, or nothing where it does not
 * fit. So any list of wishes is a program, and a shorter list is a shorter one: fast-check can shrink it.
 *
 * Invariants
 *   G1  Sections are nested, and none is left open.
 *   G2  No thread takes what it has already, but for a recursive mutex, which it does not await.
 *   G3  A thread that has arrived at a barrier drops out of it in the end: how often others arrive need
 *       not be how often it does.
 *   G4  What is called on a condition is called under its mutex: where that is not held, it is locked for it.
 * and where the order is respected, so that nothing can wait for ever:
 *   G5  Who waits for something holds only what comes before it in the order of the objects. What is
 *       tried is not waited for.
 *   G6  Latches, barriers and conditions are used in that order too, by who holds nothing, but surely
 *       the mutex of the condition: a thread owes no arrival and no notification to what comes before
 *       the one it is at, and none to a latch or condition that it has waited for.
 */
import { callOf, type CallName, mutexOf, namesOf, type ProgramOperation } from './calls.ts';
import type { ProgramObjects } from './objects.ts';

export interface Wish {
  /** Missing where fast-check has taken it out: what comes after it stays as it was. */
  readonly operation: ProgramOperation | undefined;
  /** Of the wishes that follow, how many are for its section. */
  readonly inside: number;
}

interface Section {
  readonly end: ProgramOperation;
  /** Whether it may be left out. */
  readonly isTry: boolean;
  left: number;
}

export class Writer {
  readonly program: ProgramOperation[] = [];
  readonly #objects: ProgramObjects;
  /** In the order of the objects. */
  readonly #names: readonly string[];
  readonly #isRespected: boolean;
  readonly #open: Section[] = [];
  /** Barriers that it has arrived at, and not dropped out of. */
  readonly #joined = new Set<string>();
  readonly #waitedFor = new Set<string>();
  /** The place of the latch or barrier that it is at. */
  #stage = -1;

  constructor(objects: ProgramObjects, isRespected: boolean) {
    this.#objects = objects;
    this.#names = Object.keys(objects);
    this.#isRespected = isRespected;
  }

  add({ operation, inside }: Wish): void {
    while (this.#open.at(-1)?.left === 0) this.#close();
    const section = this.#open.at(-1);
    if (section) section.left--;
    if (!operation) return;
    if (this.#fits(operation)) return this.#write(operation, inside);
    const mutex = mutexOf(operation, this.#objects);
    if (mutex === undefined) return;
    const { async } = operation;
    const lock: ProgramOperation = { call: 'lock', on: mutex, ...(async && { async }) }; // G4
    const locked = [...this.#open, sectionOf(lock, 'unlock', 0)];
    if (!this.#fits(lock) || !this.#fits(operation, locked)) return;
    this.#write(lock, 0);
    this.#write(operation, 0);
    this.#close();
  }

  /** Ends what is open: G1, G3. */
  finish(): readonly ProgramOperation[] {
    while (this.#open.length > 0) this.#close();
    for (const barrier of this.#joined) this.#drop(barrier);
    return this.program;
  }

  #write(operation: ProgramOperation, inside: number): void {
    if (isMeeting(operation, this.#objects)) this.#meet(operation);
    this.program.push(operation);
    const { end } = callOf(operation.call);
    if (end) this.#open.push(sectionOf(operation, end, inside));
  }

  #close(): void {
    this.program.push(this.#open.pop()!.end);
  }

  #fits(operation: ProgramOperation, open: readonly Section[] = this.#open): boolean {
    const { end, isBlocking } = callOf(operation.call);
    const names = namesOf(operation);
    const held = open.flatMap(({ end }) => namesOf(end));
    if (end !== undefined) {
      const again = names.filter((name) => held.includes(name)); // G2
      if (again.length > 0)
        return names.length === 1 && this.#isRecursive(names[0]!) && !operation.async;
      if (!this.#isRespected || !isBlocking) return true;
      return Math.min(...names.map(this.#placeOf)) > Math.max(-1, ...held.map(this.#placeOf)); // G5
    }
    const mutex = mutexOf(operation, this.#objects);
    const under = open.find(({ end }) => end.call === 'unlock' && end.on === mutex);
    if (mutex !== undefined && !under) return false;
    if (!this.#isRespected || !isMeeting(operation, this.#objects)) return true;
    const [name = ''] = names;
    const isOver = this.#waitedFor.has(name) && operation.call !== 'wait'; // G6
    if (isOver || this.#placeOf(name) < this.#stage) return false;
    return open.every((section) => section === under && !section.isTry);
  }

  /** At a latch, a barrier or a condition. */
  #meet({ call, on }: ProgramOperation): void {
    const name = on as string;
    const { kind } = this.#objects[name]!;
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
    return this.#objects[name]!.kind === 'recursive';
  }

  readonly #placeOf = (name: string): number => this.#names.indexOf(name);
}

function sectionOf({ call, on, n }: ProgramOperation, end: CallName, inside: number): Section {
  const { isTry = false } = callOf(call);
  return { end: { call: end, on, ...(n !== undefined && { n }) }, isTry, left: inside };
}

/** Whether it is where threads wait for each other's arrival, not for what one of them has. */
function isMeeting(operation: ProgramOperation, objects: ProgramObjects): boolean {
  const [name = ''] = namesOf(operation);
  const { kind } = objects[name]!;
  const isTry = operation.call === 'tryWait';
  return (kind === 'latch' || kind === 'barrier' || kind === 'condition') && !isTry;
}
