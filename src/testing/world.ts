/**
 * The simulated world: threads, memory, clock, and what each operation of a running body does to
 * them. Who runs is the {@link Scheduler}'s business; it is asked before every live operation.
 *
 * Invariants
 *   W1  A step is one operation on explored memory. Nothing comes between the operation and what
 *       the body does up to its next one, plain accesses included (races.ts tells why that is enough),
 *       but for those before which {@link access} asks for a turn.
 *   W2  All that changes is in memory and event lists (undo log), in what `snapshot.ts` saves, or behind
 *       the `length` of a log.
 */
import { ANSWER, OVER, WAITING } from './events.ts';
import type { Step } from './failure.ts';
import { QUEUES, READS, WAKES, type Witness, WRITES } from './footprint.ts';
import { refuseForeign } from './foreign.ts';
import { fold } from './hash.ts';
import { Memory, NOWHERE } from './memory.ts';
import {
  asElement,
  CHOOSE,
  COMPARE_EXCHANGE,
  LOAD,
  NOT_EQUAL,
  NOTIFY,
  OPERATIONS,
  PENDING,
  perform,
  PLAIN_READ,
  PLAIN_WRITE,
  STORE,
  TIMED_OUT,
  type Value,
  type View,
  WAIT,
  WAIT_ASYNC,
} from './operations.ts';
import type { Races } from './races.ts';
import type { Run } from './run.ts';
import { isStaring, noteGlance, noteLook } from './spin.ts';
import { ASLEEP, Thread } from './thread.ts';
import type { Trace } from './trace.ts';
import { wake } from './waiters.ts';

export interface Scheduler {
  /** Whether `thread`, which is about to act, is the one to go on. */
  mayGoOn(thread: Thread): boolean;
  /** One of `n` answers, all of which are explored. */
  choose(thread: Thread, n: number): number;
}

/** How many moves of a kind a schedule may still have. */
export interface Budgets {
  preemptions: number;
  timeouts: number;
  aborts: number;
  spurious: number;
  kills: number;
}

/** What stays as it is for a whole exploration. */
export interface Setting {
  readonly budgets: Budgets;
  /** ms: a wait as long as this is a slice of a longer one, and ends only when nothing else can run. */
  readonly slice: number;
  /** Slices end as other finite waits do, whether or not somebody was killed. */
  readonly slicesAlways: boolean;
  /** Bits of the threads that kill moves may choose. */
  readonly killable: number;
}

// Entries of the log of a thread that reads and writes plainly and does nothing else
const STRIDE = 16; // that count as one step: long loops over data are no livelock
const BURST = 1024; // between two turns, if it changes anything

const NO_EVENT = -1;

const START = 1000; // ms: not 0, which code may take for "never"

export class World {
  readonly memory: Memory = new Memory();
  readonly threads: readonly Thread[];
  /** Budgets left. */
  left: Budgets;
  readonly slice: number;
  readonly slicesAlways: boolean;
  readonly killable: number;
  /** Whether a move was left out for want of preemptions. */
  isHeldBack = false;
  scheduler!: Scheduler;
  trace: Trace | undefined;
  witness: Witness | undefined;
  /** If `setup` has tracked anything. */
  races: Races | undefined;

  running: Run | undefined;
  /** The running thread was chosen and has not acted yet. */
  granted = false;
  /** Index of the thread that ran last. */
  current = -1;
  clock: number = START;
  /** Operations of this schedule. */
  steps = 0;
  /** Operations of all schedules. */
  performed = 0;
  /** Bits of the threads that were killed. */
  killed = 0;
  /** Slices that have come while memory was `calmA`, `calmB`. */
  idleSlices = 0;
  calmA = 0;
  calmB = 0;
  /** Waits that were ever begun: who began before stands before. */
  tickets = 0;

  constructor(threads: number, setting: Setting) {
    this.threads = Array.from({ length: threads }, (_, index) => new Thread(index));
    this.left = { ...setting.budgets };
    this.slice = setting.slice;
    this.slicesAlways = setting.slicesAlways;
    this.killable = setting.killable;
  }

  /** Any operation that neither waits nor notifies. */
  step(op: number, view: View, index: number, a: Value, b: Value): Value {
    const run = this.running;
    if (run === undefined) return perform(op, view, index, a, b);
    const address = this.memory.addressOf(view, index);
    if (address === NOWHERE) {
      refuseForeign(this, op, view);
      return perform(op, view, index, a, b);
    }
    const { thread } = run;
    const key = address * OPERATIONS + op;
    const operand = fold(a) ^ Math.imul(fold(b), 31);
    if (run.knows(key, operand)) return thread.results[run.cursor++]!;
    this.#awaitTurn(run);
    const before = view[index]!;
    const result = perform(op, view, index, a, b);
    const after = view[index]!;
    if (after !== before) this.memory.wrote(view, index, address, before, after);
    this.#acted(run, key, operand, result);
    if (after === before) noteLook(thread, this.memory.version);
    this.#touched(op === LOAD ? READS : READS | WRITES, address, view);
    const step = this.trace?.operation(thread, op, address, [a, b], result, before, after);
    if (this.races) {
      const isLook = op === COMPARE_EXCHANGE && asElement(view, a) !== before;
      const writes = op !== LOAD && !isLook;
      const size = view.BYTES_PER_ELEMENT;
      run.judge(this.races.atomic(thread, address, size, op !== STORE, writes, step));
    }
    return result;
  }

  /**
   * A plain read or write of tracked memory. It comes with the operation before it, but somebody else may
   * have to run first: where a thread may be killed with half of it written, and where it would read or
   * write for ever.
   */
  access(op: number, view: View, index: number, value: Value): Value {
    const run = this.running;
    if (run === undefined) return op === PLAIN_WRITE ? (view[index] = value) : view[index]!;
    const { thread } = run;
    const address = this.memory.addressOf(view, index);
    const key = address * OPERATIONS + op;
    const operand = fold(value);
    if (run.knows(key, operand)) return thread.results[run.cursor++]!;
    const isStep = this.#needsTurn(op, thread);
    const isBurst = thread.length % BURST === BURST - 1;
    if (isStep || isBurst) {
      this.#awaitTurn(run);
      this.#touched(op === PLAIN_READ ? READS : READS | WRITES, address, view);
      this.steps += isStep ? 1 : BURST / STRIDE;
    }
    const before = view[index]!;
    const after = op === PLAIN_WRITE ? value : before;
    if (Object.is(before, after)) {
      noteGlance(thread, this.memory.version);
    } else {
      view[index] = after;
      this.memory.wrote(view, index, address, before, after);
    }
    thread.observe(key, operand, after);
    run.cursor++;
    const step = this.trace?.operation(thread, op, address, [value], after, before, after);
    const size = view.BYTES_PER_ELEMENT;
    run.judge(this.races!.plain(thread, address, size, op === PLAIN_WRITE, step));
    return after;
  }

  /** `Atomics.wait`; a number of `OUTCOMES`. */
  wait(view: View, index: number, value: Value, ms: number): number {
    const run = this.running!;
    const address = this.memory.addressOf(view, index);
    const { thread } = run;
    const key = address * OPERATIONS + WAIT;
    const operand = fold(value) ^ Math.imul(fold(ms), 31);
    if (run.knows(key, operand)) return Number(thread.results[run.cursor++]);
    this.#awaitTurn(run);
    const found = view[index]!;
    const outcome = this.#beginWait(found, value, ms);
    this.#touched(READS | QUEUES, address, view);
    const step = this.trace?.operation(thread, WAIT, address, [value, ms], outcome, found, found);
    this.#looked(run, view, address, step);
    if (outcome !== PENDING) {
      this.#acted(run, key, operand, outcome);
      noteLook(thread, this.memory.version);
      return outcome;
    }
    this.steps++;
    this.performed++;
    this.memory.version++; // whoever tries to wake somebody finds more than before
    thread.where = ASLEEP;
    thread.ticket = this.tickets++;
    thread.due = this.clock + ms;
    thread.sliced = ms === this.slice ? 1 : 0;
    thread.keys[thread.length] = key;
    thread.operands[thread.length] = operand;
    thread.sleptOn[thread.length] = found;
    return run.unwind();
  }

  /** `Atomics.waitAsync`; `answer` is called with how a wait that is PENDING has ended. */
  waitAsync(
    view: View,
    index: number,
    value: Value,
    ms: number,
    answer: (outcome: number) => void,
  ): number {
    const run = this.running!;
    const address = this.memory.addressOf(view, index);
    const { thread } = run;
    const key = address * OPERATIONS + WAIT_ASYNC;
    const operand = fold(value) ^ Math.imul(fold(ms), 31);
    let outcome: number;
    if (run.knows(key, operand)) {
      outcome = Number(thread.results[run.cursor++]);
    } else {
      this.#awaitTurn(run);
      const found = view[index]!;
      outcome = this.#beginWait(found, value, ms);
      this.#acted(run, key, operand, outcome);
      if (outcome === PENDING) this.memory.version++;
      else noteLook(thread, this.memory.version);
      this.#touched(READS | QUEUES, address, view);
      const operands = [value, ms];
      const step = this.trace?.operation(
        thread,
        WAIT_ASYNC,
        address,
        operands,
        outcome,
        found,
        found,
      );
      this.#looked(run, view, address, step);
    }
    if (outcome === PENDING) this.addEvent(run, ANSWER, this.clock + ms, answer, address, value);
    return outcome;
  }

  notify(view: View, index: number, count: number): number {
    const run = this.running!;
    const address = this.memory.addressOf(view, index);
    const { thread } = run;
    const key = address * OPERATIONS + NOTIFY;
    const operand = fold(count);
    if (run.knows(key, operand)) return Number(thread.results[run.cursor++]);
    this.#awaitTurn(run);
    this.races?.meet(thread, address);
    const woken = wake(this, address, count);
    this.#acted(run, key, operand, woken);
    if (woken > 0) this.memory.version++;
    else noteLook(thread, this.memory.version);
    this.#touched(QUEUES | WAKES, address, view);
    const value = view[index]!;
    this.trace?.operation(thread, NOTIFY, address, [count], woken, value, value);
    return woken;
  }

  /** What the running agent learns without a step. */
  observe(op: number, operand: number, answer: (thread: Thread) => number): number {
    const run = this.running!;
    const { thread } = run;
    if (run.knows(op, operand)) return Number(thread.results[run.cursor++]);
    const result = answer(thread);
    thread.observe(op, operand, result);
    run.cursor++;
    return result;
  }

  /** One of `n` answers; the search tries them all. */
  choose(n: number): number {
    return this.observe(CHOOSE, n, (thread) => this.scheduler.choose(thread, n));
  }

  /** Has `fire` run by the event loop of the running agent. Returns the number of the event. */
  addEvent(
    run: Run,
    kind: number,
    due: number,
    fire: (outcome: number) => void,
    address = 0,
    value: Value = 0,
  ): number {
    if (run.unwinding) {
      run.callsOn();
      return NO_EVENT;
    }
    const { events } = run.thread;
    const event = run.addEvent(fire);
    if (event === events.length) events.add(kind, due, address, this.tickets++, value);
    return event;
  }

  /** The running body no longer wants this event. */
  callOff(run: Run, event: number): void {
    if (run.unwinding || run.cursor < run.thread.length) return; // recorded when it was first done
    this.setStage(run.thread, event, OVER);
  }

  setStage(thread: Thread, event: number, stage: number): void {
    const { stages } = thread.events;
    if (stages[event] === stage) return;
    this.memory.undo.remember(stages, event, stages[event] ?? WAITING);
    stages[event] = stage;
  }

  /** Returns once the running thread is to act; unwinds it if another is. */
  #awaitTurn(run: Run): void {
    if (this.granted) this.granted = false;
    else if (!this.scheduler.mayGoOn(run.thread)) run.unwind();
    if (run.beforeStep.length > 0) run.aboutToStep();
  }

  #acted(run: Run, key: number, operand: number, result: Value): void {
    run.thread.observe(key, operand, result);
    run.cursor++;
    this.steps++;
    this.performed++;
  }

  #touched(how: number, address: number, view: View): void {
    this.witness?.acted(how, address, view.BYTES_PER_ELEMENT);
  }

  #needsTurn(op: number, thread: Thread): boolean {
    if (op === PLAIN_READ) {
      return thread.length % STRIDE === 0 && isStaring(thread, this.memory.version);
    }
    return this.left.kills > 0 && (this.killable & (1 << thread.index)) !== 0;
  }

  /** A wait has looked at its word. */
  #looked(run: Run, view: View, address: number, step: Step | undefined): void {
    if (!this.races) return;
    const { thread } = run;
    run.judge(this.races.atomic(thread, address, view.BYTES_PER_ELEMENT, true, false, step));
    this.races.meet(thread, address);
  }

  #beginWait(found: Value, value: Value, ms: number): number {
    if (found !== value) return NOT_EQUAL;
    return ms > 0 ? PENDING : TIMED_OUT;
  }
}
