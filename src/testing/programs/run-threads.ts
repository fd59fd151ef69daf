/**
 * `runThreads`: programs on real workers. The caller's thread is the watchdog: it only awaits, and looks
 * into the journal now and then. A deadlock is told as soon as it is seen there, anything else that hangs
 * when the journal has stood still for the timeout.
 */
import { currentAgent } from '../../agent/home.ts';
import { RESCUES } from '../../agent/table.ts';
import { checkMilliseconds } from '../../memory/checks.ts';
import { giveBack, type Hand, takeHands } from './crew.ts';
import { ThreadFailedError, ThreadsHungError } from './failures.ts';
import { Journal } from './journal.ts';
import { makeMemory, type Memory } from './objects.ts';
import { ProgramRun } from './program-run.ts';
import { checkPrograms, type ThreadPrograms } from './programs.ts';
import type { ReportedError } from './task.ts';
import { Visits } from './visits.ts';
import { deadlocksIn, waitsOf } from './waits.ts';

/** How programs are run. */
export interface RunThreadsOptions {
  /**
   * Milliseconds without any call or return after which the threads are said to hang, from when all of
   * them have started. Default: 5000.
   */
  readonly timeout?: number;
  /**
   * The number of a thread for each operation that comes first: one returns before the next begins. After
   * these, all run on. Without it, all run as they like.
   */
  readonly order?: readonly number[];
}

const TIMEOUT = 5000; // ms: longer than a busy machine lets any thread stand
const STARTUP = 30_000; // ms: of workers that start, on a machine that is busy; nothing hangs yet
const LOOK = 5; // ms between two looks at the journal: a few times what most runs take

// Kept from load time on: fake timers do not stop the watchdog.
const later = globalThis.setTimeout;
const soon = globalThis.setImmediate;
const now = performance.now.bind(performance);

/**
 * Runs `programs`, each thread of them on a worker, on objects of their own. Workers are kept for the
 * next run.
 *
 * @throws ThreadsHungError when the threads hang, ThreadFailedError when a call throws; RangeError,
 * TypeError for what is no program.
 *
 * @example
 * ```ts
 * const run = await runThreads(programs, { timeout: 5000 });
 * run.assertLinearizable();
 * ```
 */
export async function runThreads(
  programs: ThreadPrograms,
  { timeout = TIMEOUT, order = [] }: RunThreadsOptions = {},
): Promise<ProgramRun> {
  checkPrograms(programs);
  checkMilliseconds('timeout', timeout);
  checkOrder(order, programs);
  const hands = takeHands(programs.threads.length);
  try {
    return await new Watch(programs, hands, timeout).run(order);
  } finally {
    await giveBack(hands);
  }
}

/** Threads that wait for a turn that nobody takes would seem to hang. */
function checkOrder(order: readonly number[], { threads }: ThreadPrograms): void {
  const strange = order.find((thread) => threads[thread] === undefined);
  if (strange !== undefined)
    throw new RangeError(`\`order\` has a thread ${strange}: there is none`);
  for (const [thread, { length }] of threads.entries()) {
    const turns = order.filter((each) => each === thread).length;
    if (turns > length)
      throw new RangeError(
        `\`order\` has thread ${thread} ${turns} times: it has ${length} operations`,
      );
  }
}

class Watch {
  readonly #programs: ThreadPrograms;
  readonly #hands: readonly Hand[];
  readonly #timeout: number;
  readonly #memory: Memory;
  readonly #journal: Journal;
  readonly #counts: Int32Array;
  readonly #rescues = rescuesSoFar();
  readonly #done = new Set<number>();
  #isOver = false;
  #error: { readonly thread: number; readonly error: ReportedError } | undefined;

  constructor(programs: ThreadPrograms, hands: readonly Hand[], timeout: number) {
    this.#programs = programs;
    this.#hands = hands;
    this.#timeout = timeout;
    this.#memory = makeMemory(programs.objects);
    this.#journal = new Journal(programs);
    const { length } = Object.keys(programs.objects);
    this.#counts = new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
  }

  async run(order: readonly number[]): Promise<ProgramRun> {
    const ends = this.#hands.map((hand, thread) => this.#perform(hand, thread, order));
    await Promise.race([Promise.all(ends), this.#watch()]);
    this.#isOver = true;
    if (this.#error)
      throw new ThreadFailedError(this.#read(), this.#error.thread, this.#error.error);
    return this.#read();
  }

  async #perform(hand: Hand, thread: number, order: readonly number[]): Promise<void> {
    const error = await hand.perform({
      programs: this.#programs,
      thread,
      memory: this.#memory,
      journal: this.#journal.buffer,
      counts: this.#counts,
      order,
    });
    this.#done.add(thread);
    if (error) this.#error ??= { thread, error };
  }

  /** Resolves when a thread has failed or all is done, throws when the threads hang. */
  async #watch(): Promise<void> {
    let clock = this.#journal.clock;
    let since = now();
    for (;;) {
      await sleep(LOOK);
      if (this.#error || this.#isOver) return;
      const cycles = deadlocksIn(() => this.#read(), this.#memory, this.#agents);
      if (cycles.length > 0) throw this.#hung(cycles);
      if (this.#journal.clock !== clock) since = now();
      clock = this.#journal.clock;
      const limit = this.#journal.hasBegun ? this.#timeout : Math.max(this.#timeout, STARTUP);
      if (now() - since > limit) throw this.#hung([]);
    }
  }

  get #agents(): readonly number[] {
    return this.#hands.map(({ agent }) => agent);
  }

  #hung(cycles: readonly (readonly number[])[]): ThreadsHungError {
    const run = this.#read();
    return new ThreadsHungError(run, waitsOf(run, this.#memory, this.#agents), cycles, {
      timeout: this.#timeout,
      isDone: (thread) => this.#done.has(thread),
    });
  }

  #read(): ProgramRun {
    return new ProgramRun(this.#programs, this.#journal, {
      objects: this.#memory,
      visits: new Visits(this.#programs.objects, this.#counts),
      rescues: rescuesSoFar() - this.#rescues,
    });
  }
}

/** And until what the threads have told by then is heard: timers that are always due would keep that from the loop. */
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void later(() => void soon(resolve), ms));
}

function rescuesSoFar(): number {
  return Atomics.load(currentAgent().table, RESCUES);
}
