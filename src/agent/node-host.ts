/** The {@link Host} of a real thread: clocks, timers, and evidence of who has died. */
import type { Words } from '../memory/words.ts';
import type { Host, Look, SliceTimer } from './host.ts';
import { hasThread, startedAt } from './os-thread.ts';
import {
  coreCount,
  LONGEST_TIMER,
  monotonicNow,
  nodeProcess,
  startInterval,
  startTimeout,
  stopInterval,
  stopTimeout,
  wholeMilliseconds,
} from './runtime.ts';
import { Evidence } from './web-locks.ts';
import { EXITED, isExiting, LEAVING, START, SWEPT, TID } from './table.ts';

const SLICE = 250; // ms: how late a lost wake-up may be seen
const SLICE_WHILE_LEAVING = 5; // ms: somebody's exit hook has run, its end is a matter of time
const SWEEP_WHILE_LEAVING = 1; // ms
const SWEEP = 200; // ms: how often the whole process looks for the dead while somebody waits
const PERIOD = 4096; // ms: once in each a look is thorough
const EXIT = 50; // ms: what exit handlers after ours may take, where nothing tells when they end
const SKEW = 1000; // ms: how far the clocks of two threads may be apart
const LONGEST_EXIT = 5000; // ms: an end that takes longer is not looked for so often

/**
 * How to look for the dead. A brief look costs a fifth: it sees that there is a thread of that number. That
 * it is the same thread needs a thorough one, which can wait: the system gives all other numbers first.
 */
type Depth = 'none' | 'brief' | 'thorough';

export class NodeHost implements Host {
  readonly #table: Words;
  readonly #evidence: Evidence | undefined;
  readonly cores: number = coreCount;
  readonly canBlock: boolean = mayBlock();

  constructor(table: Words) {
    this.#table = table;
    this.#evidence = Evidence.of(table);
  }

  get slice(): number {
    return this.#isSomebodyLeaving() ? SLICE_WHILE_LEAVING : SLICE;
  }

  now(): number {
    return monotonicNow();
  }

  isOlder(age: number, ms: number): boolean {
    return age > ms;
  }

  after(ms: number, fn: () => void, keepAlive = false): () => void {
    const due = monotonicNow() + ms;
    let timer = set(ms);
    function set(left: number): ReturnType<typeof setTimeout> {
      const next = startTimeout(ring, Math.min(Math.ceil(left), LONGEST_TIMER));
      if (!keepAlive) next.unref?.();
      return next;
    }
    function ring(): void {
      const left = due - monotonicNow(); // a timer may ring a little early, or be a part of a long one
      if (left <= 0) fn();
      else timer = set(left);
    }
    return () => stopTimeout(timer);
  }

  everySlice(fn: () => void): SliceTimer {
    const timer = startInterval(fn, SLICE);
    return {
      keepAlive: (on) => void (on ? timer.ref?.() : timer.unref?.()),
      stop: () => stopInterval(timer),
    };
  }

  onIdle(fn: () => void): void {
    nodeProcess?.on('beforeExit', fn);
  }

  nextLook(): Look | undefined {
    const depth = this.#nextDepth();
    if (depth === 'none' && !this.#evidence) return undefined;
    return (id, slot) => this.#evidence?.isReleased(id) || this.#isGone(slot, depth);
  }

  uncaught(error: unknown): void {
    queueMicrotask(() => {
      throw error;
    });
  }

  /** What all can see, one agent looks at for all. */
  #nextDepth(): Depth {
    const now = wholeMilliseconds();
    const last = Atomics.load(this.#table, SWEPT);
    const pause = this.#isSomebodyLeaving() ? SWEEP_WHILE_LEAVING : SWEEP;
    if (last !== 0 && isWithin(last, pause)) return 'none';
    if (Atomics.compareExchange(this.#table, SWEPT, last, now) !== last) return 'none';
    return Math.floor(now / PERIOD) === Math.floor(last / PERIOD) ? 'brief' : 'thorough';
  }

  #isGone(slot: number, depth: Depth): boolean {
    if (depth === 'none') return false;
    const tid = Atomics.load(this.#table, slot + TID);
    if (tid !== 0) {
      if (depth === 'brief' && hasThread(tid)) return false;
      const started = startedAt(tid);
      return started !== undefined && started !== Atomics.load(this.#table, slot + START);
    }
    const exited = Atomics.load(this.#table, slot + EXITED);
    return exited !== 0 && !isWithin(exited, EXIT);
  }

  /** After an exit hook has run everybody looks more often, until that thread is gone. */
  #isSomebodyLeaving(): boolean {
    const last = Atomics.load(this.#table, LEAVING);
    if (last === 0) return false;
    return isWithin(last, 2 * EXIT) || (isWithin(last, LONGEST_EXIT) && isExiting(this.#table));
  }
}

/** Whether it is at most `ms` since `then`, of which there are the low 32 bits: what is long ago may seem to come. */
function isWithin(then: number, ms: number): boolean {
  const ago = (wholeMilliseconds() - then) | 0;
  return ago > -SKEW && ago <= ms;
}

/** Browser pages may not sleep. There is no telling but by trying. */
function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}
