/** Programs over one barrier, for the explorer. */
import type { Barrier, Latch } from '../../dist/index.js';
import type { Model, ScheduleEnd } from '../../dist/testing/index.js';
import type { Bounded } from './depth.ts';
import type { Library } from './library.ts';

export interface Shared {
  readonly barrier: Barrier;
  /** Never opens: who waits for it sleeps longer than a slice. */
  readonly never: Latch;
  /** How many have arrived in each phase, how often it was completed, and who is done. */
  readonly words: Int32Array;
}

export interface Program extends Bounded {
  readonly expected: number;
  readonly threads: (library: Library) => readonly Body[];
  /** Throws if something is wrong at the end. */
  readonly check?: (shared: Shared, end: ScheduleEnd) => void;
}

type Body = (shared: Shared) => void | Promise<void>;

const ARRIVED = 0;
const COMPLETED = 4;
const GONE = 8;
const BEGUN = 9;
const ABORTED = 10;

const LOW = 4; // in STATE, where two or three are expected

const isBrokenError = (error: unknown): boolean => (error as Error).name === 'BrokenBarrierError';

const arrived = ({ words }: Shared, phase: number, n = 1): void =>
  void Atomics.add(words, ARRIVED + phase, n);

/** Whoever is let through finds that all have arrived. */
function expectAll({ words }: Shared, phase: number, expected: number): void {
  const found = Atomics.load(words, ARRIVED + phase);
  if (found < expected) throw new Error(`let through phase ${phase} with ${found} of ${expected}`);
}

const meeting =
  (phases: number, expected = 2): Body =>
  (shared) => {
    for (let phase = 0; phase < phases; phase++) {
      arrived(shared, phase);
      shared.barrier.arriveAndWait();
      expectAll(shared, phase, expected);
    }
  };

const awaiting =
  (phases: number, expected = 2): Body =>
  async (shared) => {
    for (let phase = 0; phase < phases; phase++) {
      arrived(shared, phase);
      await shared.barrier.arriveAndWaitAsync();
      expectAll(shared, phase, expected);
    }
  };

/** With a token, which stays good when it has been waited with: B3. */
const withToken =
  (phases: number): Body =>
  (shared) => {
    for (let phase = 0; phase < phases; phase++) {
      arrived(shared, phase);
      const token = shared.barrier.arrive();
      shared.barrier.wait(token);
      shared.barrier.wait(token);
      expectAll(shared, phase, 2);
    }
  };

/** Twice, without waiting in between: both may count in one phase. */
const twiceAtOnce: Body = ({ barrier }) => {
  barrier.arrive();
  barrier.arrive();
};

const twoTasks: Body = async (shared) => {
  await Promise.all([awaiting(1, 3)(shared), awaiting(1, 3)(shared)]);
};

const dropping: Body = (shared) => {
  arrived(shared, 0);
  shared.barrier.arriveAndDrop();
};

/** Gets through all its phases, or finds the barrier broken, and for ever. */
const orBroken =
  (body: Body): Body =>
  async (shared) => {
    try {
      await body(shared);
    } catch (error) {
      if (!isBrokenError(error)) throw error;
      if (!shared.barrier.isBroken) throw new Error('broken, and whole again', { cause: error });
    }
  };

/** The blocking form of {@link orBroken}, which nobody may await. */
const orBrokenNow =
  (body: Body): Body =>
  (shared) => {
    try {
      void body(shared);
    } catch (error) {
      if (!isBrokenError(error)) throw error;
      if (!shared.barrier.isBroken) throw new Error('broken, and whole again', { cause: error });
    }
  };

const aborting: Body = ({ barrier }) => barrier.abort();

const completing =
  (body: Body): Body =>
  (shared) => {
    const { barrier, words } = shared;
    let phase = 0;
    barrier.onCompletion(() => {
      while (Atomics.load(words, COMPLETED + phase) > 0) phase++;
      expectAll(shared, phase, 2);
      Atomics.add(words, COMPLETED + phase, 1);
    });
    return body(shared);
  };

/** Each phase is completed before anybody is let through, and once. */
const meetingCompleted =
  (phases: number): Body =>
  (shared) => {
    for (let phase = 0; phase < phases; phase++) {
      arrived(shared, phase);
      shared.barrier.arriveAndWait();
      const times = Atomics.load(shared.words, COMPLETED + phase);
      if (times !== 1) throw new Error(`phase ${phase} was completed ${times} times`);
    }
  };

const completingBadly = (body: Body): Body =>
  orBrokenNow((shared) => {
    shared.barrier.onCompletion(() => {
      throw new RangeError('not today');
    });
    void body(shared);
    throw new Error('let through a phase that was not completed');
  });

/** One that may die. Before it has arrived once nobody can miss it: it says when it has. */
const mortal =
  (who: number, rest: Body): Body =>
  (shared) => {
    arrived(shared, 0);
    const token = shared.barrier.arrive();
    Atomics.or(shared.words, BEGUN, 1 << who);
    shared.barrier.wait(token);
    return rest(shared);
  };

/** Goes on if those that may die have begun; else it would wait for ever, and says that it does not. */
const following =
  (whom: number, rest: Body): Body =>
  (shared) => {
    arrived(shared, 0);
    const token = shared.barrier.arrive();
    if (Atomics.load(shared.words, BEGUN) !== whom) {
      Atomics.store(shared.words, ABORTED, 1);
      return shared.barrier.abort();
    }
    shared.barrier.wait(token);
    return rest(shared);
  };

const twiceMore: Body = (shared) => {
  for (const phase of [1, 2]) {
    arrived(shared, phase);
    shared.barrier.arriveAndWait();
    expectAll(shared, phase, 2);
  }
};

const twiceMoreAwaited: Body = async (shared) => {
  for (const phase of [1, 2]) {
    arrived(shared, phase);
    await shared.barrier.arriveAndWaitAsync();
    expectAll(shared, phase, 2);
  }
};

const onceCompleted: Body = ({ barrier, words }) => {
  barrier.arriveAndWait();
  const times = Atomics.load(words, COMPLETED + 1);
  if (times !== 1) throw new Error(`phase 1 was completed ${times} times`);
};

const onceMore: Body = ({ barrier }) => barrier.arriveAndWait();

/** Its last arrival is all that is expected of it; then it may die. */
const leaving = (leave: (barrier: Barrier) => void): Body =>
  mortal(0, (shared) => {
    arrived(shared, 1);
    leave(shared.barrier);
    Atomics.store(shared.words, GONE, 1);
  });

/** Long enough for the others to have noticed who is dead. */
const late =
  (body: Body): Body =>
  (shared) => {
    shared.never.waitFor(200); // twice: what is longer than a slice is taken for one
    shared.never.waitFor(200);
    return body(shared);
  };

/** Of three, one leaves in phase 1: that phase ends, and others after it if it has dropped out. */
const remaining =
  (phases: number): Body =>
  (shared) => {
    try {
      for (let phase = 1; phase <= phases; phase++) shared.barrier.arriveAndWait();
    } catch (cause) {
      if (!isBrokenError(cause)) throw cause;
      if (Atomics.load(shared.words, ABORTED) === 1) return;
      const owedNothing = Atomics.load(shared.words, GONE) === 1;
      if (owedNothing) throw new Error('broken by who owed nothing', { cause });
    }
  };

const abortable =
  ({ anyTimeSignal }: Library): Body =>
  async (shared) => {
    arrived(shared, 0);
    try {
      await shared.barrier.arriveAndWaitAsync({ signal: anyTimeSignal() });
      expectAll(shared, 0, 2);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };

/** Two are refused where one is to come; nothing is counted. */
const arrivingInVain: Body = ({ barrier }) => {
  try {
    barrier.arrive(3);
  } catch (error) {
    if ((error as { code?: string }).code === 'invalid_argument') return;
    throw error;
  }
  throw new Error('counted more than were to come');
};

/** A third thread where two are expected: it takes a place in a phase, or is refused. */
const intruding: Body = ({ barrier }) => {
  try {
    barrier.arrive();
  } catch (error) {
    if ((error as { code?: string }).code !== 'invalid_argument') throw error;
  }
};

const expectWhole = ({ barrier }: Shared): void => {
  if (barrier.isBroken) throw new Error('broken');
};
/** How many phases are over stands in the words. */
const expectPhase =
  (phase: number) =>
  (shared: Shared): void => {
    expectWhole(shared);
    const found = (Atomics.load(new Int32Array(shared.barrier.buffer), 0) >> LOW) & 0xff;
    if (found !== phase) throw new Error(`${found} phases are over, not ${phase}`);
  };
const expectBroken = ({ barrier }: Shared): void => {
  if (!barrier.isBroken) throw new Error('not broken');
};
/** A phase that was completed, was so once, whoever died over it. */
const expectOnce = ({ words }: Shared): void => {
  for (let phase = 0; phase < 4; phase++)
    if (Atomics.load(words, COMPLETED + phase) > 1) throw new Error('completed twice');
};

export const PROGRAMS = {
  'two meet twice': {
    expected: 2,
    threads: () => [meeting(2), meeting(2)],
    bounds: { preemptions: 2 },
    deep: {},
    check: expectWhole,
  },
  'three meet twice': {
    expected: 3,
    threads: () => [meeting(2, 3), meeting(2, 3), meeting(2, 3)],
    bounds: { preemptions: 1 },
    deep: { preemptions: 2 },
    check: expectWhole,
  },
  'one blocks, one awaits': {
    expected: 2,
    threads: () => [meeting(2), awaiting(2)],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
    check: expectWhole,
  },
  'two tasks and a thread': {
    expected: 3,
    threads: () => [twoTasks, meeting(1, 3)],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
    check: expectWhole,
  },
  'B3 tokens': {
    expected: 2,
    threads: () => [withToken(2), withToken(2)],
    bounds: { preemptions: 2 },
    check: expectWhole,
  },
  'both arrive twice at once': {
    expected: 2,
    threads: () => [twiceAtOnce, twiceAtOnce],
    bounds: { preemptions: 3 },
    deep: {},
    check: expectPhase(2),
  },
  'B6 one drops out': {
    expected: 3,
    threads: () => [meeting(2), meeting(2), dropping],
    bounds: { preemptions: 1 },
    deep: { preemptions: 3 },
    check: expectPhase(2),
  },
  'completions run once': {
    expected: 2,
    threads: () => [completing(meetingCompleted(2)), completing(meetingCompleted(2))],
    bounds: { preemptions: 2 },
    deep: { preemptions: 3 },
    check: expectWhole,
  },
  'B5 a completion throws': {
    expected: 2,
    threads: () => [completingBadly(meeting(1)), completingBadly(meeting(1))],
    bounds: { preemptions: 2 },
    check: expectBroken,
  },
  'one aborts': {
    expected: 2,
    threads: () => [orBrokenNow(meeting(2)), orBroken(awaiting(2)), aborting],
    bounds: { preemptions: 2 },
    check: expectBroken,
  },
  'one aborts a completion': {
    expected: 2,
    threads: () => [
      orBrokenNow(completing(meetingCompleted(1))),
      orBrokenNow(completing(meetingCompleted(1))),
      aborting,
    ],
    bounds: { preemptions: 2 },
    check: expectBroken,
  },
  'a task is aborted': {
    expected: 2,
    threads: (library) => [abortable(library), meeting(1)],
    bounds: { preemptions: 3, aborts: 1 },
    check: expectWhole,
  },
  'too many at once': {
    expected: 2,
    threads: () => [meeting(1), meeting(1), arrivingInVain],
    bounds: { preemptions: 2 },
    check: expectWhole,
  },
  'one too many': {
    expected: 2,
    threads: () => [intruding, intruding, intruding],
    bounds: { preemptions: 2 },
    check: expectPhase(1),
  },
  'one dies': {
    expected: 2,
    threads: () => [orBrokenNow(mortal(0, twiceMore)), orBrokenNow(following(1, twiceMore))],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 3, kills: 1, killable: [0] },
  },
  'one dies, one awaits': {
    expected: 2,
    threads: () => [
      orBroken(mortal(0, twiceMoreAwaited)),
      orBroken(following(1, twiceMoreAwaited)),
    ],
    bounds: { preemptions: 1, kills: 1, killable: [0] },
    deep: { preemptions: 2, kills: 1, killable: [0] },
  },
  'two of three die': {
    expected: 3,
    threads: () => [
      orBrokenNow(mortal(0, onceMore)),
      orBrokenNow(mortal(1, onceMore)),
      orBrokenNow(following(3, onceMore)),
    ],
    bounds: { preemptions: 0, kills: 2, killable: [0, 1] },
    deep: { preemptions: 1, kills: 2, killable: [0, 1] },
  },
  'one dies before another arrives for the first time': {
    expected: 3,
    threads: () => [
      orBrokenNow(mortal(0, onceMore)),
      orBrokenNow(mortal(1, onceMore)),
      orBrokenNow(late(following(3, onceMore))),
    ],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0] },
  },
  'who completes dies': {
    expected: 2,
    threads: () => [
      orBrokenNow(completing(mortal(0, onceCompleted))),
      orBrokenNow(completing(following(1, onceCompleted))),
    ],
    bounds: { preemptions: 2, kills: 1, killable: [0] },
    deep: { preemptions: 3, kills: 1, killable: [0] },
    check: expectOnce,
  },
  'one leaves after its last arrival': {
    expected: 3,
    threads: () => [
      orBrokenNow(leaving((barrier) => void barrier.arrive())),
      orBrokenNow(following(1, remaining(1))),
      orBrokenNow(following(1, late(remaining(1)))),
    ],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0] },
  },
  'one drops out and leaves': {
    expected: 3,
    threads: () => [
      orBrokenNow(leaving((barrier) => barrier.arriveAndDrop())),
      orBrokenNow(following(1, remaining(2))),
      orBrokenNow(following(1, late(remaining(2)))),
    ],
    bounds: { preemptions: 0, kills: 1, killable: [0] },
    deep: { preemptions: 1, kills: 1, killable: [0] },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

export function model(library: Library, { threads, expected, check }: Program): Model<Shared> {
  const { Barrier, Latch, unrest } = library;
  return {
    setup: () => ({
      barrier: new Barrier(expected),
      never: new Latch(1),
      words: new Int32Array(new SharedArrayBuffer(64)),
    }),
    threads: threads(library),
    ...(check ? { check } : {}),
    atRest: ({ barrier }) => unrest(barrier),
  };
}
