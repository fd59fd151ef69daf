/**
 * Races by vector clocks against their other definition: two conflicting accesses are next to each other
 * in some interleaving of all accesses, plain ones included. The enumeration shares no line with the
 * explorer.
 */
import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { explore, ExplorationError, type ExploreOptions, tracked } from 'crossthread/testing';

/** `go` ends the thread if the word it loads, or exchanges, is not what it should be. */
type Instruction =
  | { op: 'read' | 'load' | 'wait' | 'notify'; word: number; value: number }
  | { op: 'write' | 'store' | 'add' | 'go'; word: number; value: number }
  | { op: 'cas'; word: number; value: number; next: number };

/** Steps that commute are those of `Atomics` alone: the reduction sees no plain access. */
const WAYS: readonly ExploreOptions[] = [{}, { stateCache: false }, { strategy: 'dpor' }];

const WORDS = 4;
const FIRST_DATA = 2; // words from here on are accessed plainly too

const value = fc.nat(1);
const synchronising = fc.nat(FIRST_DATA - 1);
const data = fc.integer({ min: FIRST_DATA, max: WORDS - 1 });
const instruction: fc.Arbitrary<Instruction> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: fc.constantFrom('read', 'write'), word: data, value }) },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constantFrom('load', 'store', 'add', 'go', 'go', 'wait', 'notify'),
      word: synchronising,
      value,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('cas'),
      word: synchronising,
      value,
      next: value.map((n) => n + 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.record({ op: fc.constantFrom('load', 'store', 'add', 'go', 'wait'), word: data, value }),
      fc.record({ op: fc.constant('cas'), word: data, value, next: fc.nat(2) }),
    ),
  },
);
const program = fc.array(instruction, { minLength: 1, maxLength: 4 });
const programs = fc.array(program, { minLength: 2, maxLength: 3 });

/** Whether there is a race; `undefined`: a thread may sleep for ever, so a search may end before it. */
type Answer = boolean | undefined;

test.prop([programs], { numRuns: 150 })(
  'finds a race if and only if there is one',
  async (threads) => {
    const { races, mayBeStuck } = enumerate(threads);
    for (const way of WAYS) {
      const found = await search(threads, way);
      if (found === undefined) expect(mayBeStuck).toBe(true);
      else expect(found).toBe(races);
    }
  },
);

// Programs that tell wrong definitions of order from the right one.
it.each<[string, boolean, Instruction[][]]>([
  [
    'a store passes on no earlier store',
    true,
    [[put('write', 2), put('store', 0)], [put('store', 0, 0)], [put('go', 0, 0), put('read', 2)]],
  ],
  [
    'an addition passes on what it has read',
    false,
    [[put('write', 2), put('add', 0)], [put('add', 0)], [put('go', 0, 2), put('read', 2)]],
  ],
  [
    'what somebody does who has looked at the right moment',
    true,
    [
      [put('store', 0, 1), put('store', 0, 0)],
      [put('go', 0, 1), put('write', 2)],
      [put('go', 1, 0), put('read', 2)],
    ],
  ],
  [
    'a load passes on nothing',
    true,
    [
      [put('write', 2), put('load', 0)],
      [put('store', 0), put('read', 2)],
    ],
  ],
])('%s', async (_, races, threads) => {
  expect(enumerate(threads).races).toBe(races);
  for (const way of WAYS) expect(await search(threads, way)).toBe(races);
});

function put(
  op: 'read' | 'write' | 'load' | 'store' | 'add' | 'go',
  word: number,
  value = 1,
): Instruction {
  return { op, word, value };
}

async function search(threads: Instruction[][], way: ExploreOptions): Promise<Answer> {
  const model = {
    setup: () => tracked(new Int32Array(new SharedArrayBuffer(4 * WORDS))),
    threads: threads.map(
      (program) => (memory: Int32Array) => void program.every((step) => perform(memory, step)),
    ),
  };
  try {
    expect((await explore(model, way)).complete).toBe(true);
    return false;
  } catch (error) {
    if (!(error instanceof ExplorationError)) throw error;
    if (error.verdict === 'data-race') return true;
    expect(['deadlock', 'lost-wakeup']).toContain(error.verdict);
    return undefined;
  }
}

/** Whether the thread goes on. */
function perform(memory: Int32Array, step: Instruction): boolean {
  const { op, word, value } = step;
  switch (op) {
    case 'read':
      void memory[word];
      return true;
    case 'write':
      memory[word] = value;
      return true;
    case 'load':
      Atomics.load(memory, word);
      return true;
    case 'store':
      Atomics.store(memory, word, value);
      return true;
    case 'add':
      Atomics.add(memory, word, value);
      return true;
    case 'go':
      return Atomics.load(memory, word) === value;
    case 'cas':
      return Atomics.compareExchange(memory, word, value, step.next) === value;
    case 'wait':
      return Atomics.wait(memory, word, value) === 'ok';
    case 'notify':
      return Atomics.notify(memory, word, 1) === value;
  }
}

// The enumeration: programs as data, every state copied.

interface Thread {
  /** Of its next instruction. */
  at: number;
  asleep: boolean;
}

interface State {
  readonly memory: number[];
  readonly threads: Thread[];
  /** Who sleeps on each word, first come first. */
  readonly lines: number[][];
}

function enumerate(programs: Instruction[][]): { races: boolean; mayBeStuck: boolean } {
  let races = false;
  let mayBeStuck = false;
  const neverSleeps = !programs.flat().some(({ op }) => op === 'wait');
  const seen = new Set<string>();
  const visit = (state: State): void => {
    const key = JSON.stringify(state);
    if ((races && (mayBeStuck || neverSleeps)) || seen.has(key)) return;
    seen.add(key);
    const next = state.threads.map(({ at, asleep }, i) => (asleep ? undefined : programs[i]?.[at]));
    const pending = next.filter((step) => step !== undefined);
    races ||= pending.some((a, i) => pending.slice(i + 1).some((b) => conflict(a, b, state)));
    for (const [thread, step] of next.entries())
      if (step) visit(after(state, thread, step, programs));
    if (pending.length === 0) mayBeStuck ||= state.threads.some(({ asleep }) => asleep);
  };
  visit({
    memory: Array<number>(WORDS).fill(0),
    threads: programs.map(() => ({ at: 0, asleep: false })),
    lines: Array.from({ length: WORDS }, () => []),
  });
  return { races, mayBeStuck };
}

const isPlain = ({ op }: Instruction): boolean => op === 'read' || op === 'write';

function writes(step: Instruction, { memory }: State): boolean {
  if (step.op === 'cas') return memory[step.word] === step.value;
  return ['write', 'store', 'add'].includes(step.op);
}

function conflict(a: Instruction, b: Instruction, state: State): boolean {
  if (a.word !== b.word || a.op === 'notify' || b.op === 'notify') return false;
  return (isPlain(a) || isPlain(b)) && (writes(a, state) || writes(b, state));
}

function after(before: State, thread: number, step: Instruction, programs: Instruction[][]): State {
  const state = structuredClone(before);
  const { memory, threads, lines } = state;
  const self = threads[thread]!;
  const { op, word, value } = step;
  const found = memory[word]!;
  self.at++;
  const goesOn = (yes: boolean, who = thread): void => {
    if (!yes) threads[who]!.at = programs[who]!.length;
  };
  if (op === 'write' || op === 'store') memory[word] = value;
  if (op === 'add') memory[word] = found + value;
  if (op === 'go') goesOn(found === value);
  if (op === 'cas') {
    goesOn(found === value);
    if (found === value) memory[word] = step.next;
  }
  if (op === 'wait') {
    goesOn(found === value);
    self.asleep = found === value;
    if (self.asleep) lines[word]!.push(thread);
  }
  if (op === 'notify') {
    const [woken] = lines[word]!.splice(0, 1);
    if (woken !== undefined) threads[woken]!.asleep = false;
    goesOn((woken === undefined ? 0 : 1) === value);
  }
  return state;
}
