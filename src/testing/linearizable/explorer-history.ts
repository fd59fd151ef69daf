/**
 * Histories of the threads of a model. What happened in which order is part of what a schedule has led
 * to: so it is kept as explored memory is. The search puts it back, and does not take two states for one
 * that differ in it.
 *
 * Words: one for each call and each return, in the order in which they came; 0 behind the last.
 *   bits 0      RETURN
 *   bits 1-8    OPERATION  number of the operation in its thread
 *   bits 9-13   THREAD
 *   bits 14-30  TOLD       where the input or the output stands in `#told`, plus one
 * Invariants
 *   H1  To record is no step: nothing comes between it and what its thread does before or after.
 *   H2  A call is recorded right before the first step of its operation, a return right after the last.
 *       Intervals are as short as they can be, and what took no step yet has not begun.
 *   H3  A word is recorded once, however often its body is run again.
 *   H4  `#told` only grows. What is equal stands there once, so that equal histories have equal words.
 *   H5  Steps with which something is recorded do not commute, whatever they touch besides.
 */
import { exploredWorld } from '../facade.ts';
import type { Run } from '../run.ts';
import type { World } from '../world.ts';
import type { InputOf, Operation, OutputOf } from './operation.ts';
import { textOf } from './text.ts';

const RETURN = 1;
const OPERATION_SHIFT = 1;
const OPERATIONS = 1 << 8; // of a thread
const THREAD_SHIFT = 9;
const THREADS = 1 << 5; // more than a model may have
const TOLD_SHIFT = 14;
const WHICH = (1 << TOLD_SHIFT) - 1; // without what was told
const CAPACITY = 1024; // words: more would not be explored anyhow

/** Addresses below those of all memory: of the first history from -2 on downwards. */
let nextAddress = -2;

interface Call {
  readonly name: string;
  readonly input: unknown;
}

/**
 * Records what the bodies of a model do. Made outside of the model, not shared: what is recorded goes
 * back with the search. One history serves any number of explorations.
 *
 * @example
 * ```ts
 * const history = new ExplorerHistory<RegisterOperation>();
 * const add = (words: Int32Array) => {
 *   history.record('add', 1, () => Atomics.add(words, 0, 1));
 * };
 * const { complete } = await explore({
 *   setup: () => new Int32Array(new SharedArrayBuffer(4)),
 *   threads: [add, add],
 *   check: () => assertLinearizable(history.operations, specifications.register(0)),
 * });
 * console.log(complete); // → true
 * ```
 */
export class ExplorerHistory<Op extends Operation = Operation> {
  readonly #words: Int32Array = new Int32Array(CAPACITY);
  readonly #address: number = nextAddress;
  readonly #told: unknown[] = [];
  readonly #places = new Map<string, number>();
  /** Operations that a run has begun. */
  readonly #begun = new WeakMap<Run, number>();

  /** An empty history. */
  constructor() {
    nextAddress -= CAPACITY;
  }

  /**
   * Runs `operation` and records it: what it returns, or what its promise is fulfilled with, is the
   * output. One that throws stays pending, as if its thread had died: who knows what it did. Input and
   * output are plain data.
   */
  record<Name extends Op['name'], Result extends OutputOf<Op, Name> | Promise<OutputOf<Op, Name>>>(
    name: Name,
    input: InputOf<Op, Name>,
    operation: () => Result,
  ): Result {
    const world = exploredWorld();
    if (!world?.running) throw new Error(`record('${name}') is for the bodies of a model`);
    const { running } = world;
    const which = this.#nextOf(running);
    const call = which | this.#tell({ name, input } satisfies Call);
    const end = <T>(output: T): T => {
      if (running.unwinding) return output;
      this.#append(world, call); // if it took no step
      this.#append(world, which | RETURN | this.#tell(output));
      return output;
    };
    running.beforeStep.push(() => this.#append(world, call));
    const result = operation();
    return result instanceof Promise ? (result.then(end) as Result) : end(result);
  }

  /** The history of the schedule that has just ended: for `check`. Times are places in the order. */
  get operations(): readonly Op[] {
    const operations = new Map<number, Operation>();
    for (const [time, word] of this.#words.subarray(0, this.#length).entries()) {
      const which = word & WHICH & ~RETURN;
      const told = this.#told[(word >> TOLD_SHIFT) - 1];
      const begun = operations.get(which);
      if (begun) operations.set(which, { ...begun, output: told, return: time });
      else operations.set(which, { thread: threadOf(word), ...(told as Call), call: time });
    }
    return [...operations.values()] as Op[];
  }

  get #length(): number {
    return this.#words.indexOf(0);
  }

  /** The bits of the next operation of a run. */
  #nextOf(run: Run): number {
    const number = this.#begun.get(run) ?? 0;
    if (number === OPERATIONS)
      throw new RangeError(`more than ${OPERATIONS} operations of a thread`);
    this.#begun.set(run, number + 1);
    return (run.thread.index << THREAD_SHIFT) | (number << OPERATION_SHIFT);
  }

  /** The bits of something told. */
  #tell(value: unknown): number {
    const text = textOf(value);
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.#told.push(value); // plus one: no word is 0
      this.#places.set(text, place);
    }
    return place << TOLD_SHIFT;
  }

  #append(world: World, word: number): void {
    const length = this.#length;
    for (let i = 0; i < length; i++) if ((this.#words[i]! & WHICH) === (word & WHICH)) return; // H3
    if (length === CAPACITY - 1) throw new RangeError(`a history of more than ${length} moments`);
    this.#words[length] = word;
    world.memory.wrote(this.#words, length, this.#address - length, 0, word);
    world.witness?.recorded();
  }
}

function threadOf(word: number): number {
  return (word >> THREAD_SHIFT) & (THREADS - 1);
}
