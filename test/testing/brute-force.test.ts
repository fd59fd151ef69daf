/** The explorer against an enumeration that shares no line with it, on generated programs. */
import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { explore, ExplorationError, type ExploreOptions } from 'crossthread/testing';
import { words } from './models.ts';

type Instruction =
  | { op: 'load' | 'wait'; word: number; value: number }
  | { op: 'store' | 'add' | 'exchange' | 'notify'; word: number; value: number }
  | { op: 'cas'; word: number; value: number; next: number }
  | { op: 'spin'; word: number; value: number; times: number };

const WORDS = 2;
const word = fc.nat(WORDS - 1);
const value = fc.nat(2);
const instruction: fc.Arbitrary<Instruction> = fc.oneof(
  fc.record({
    op: fc.constantFrom('load', 'store', 'add', 'exchange', 'notify', 'wait'),
    word,
    value,
  }),
  fc.record({ op: fc.constant('cas'), word, value, next: value }),
);
const spin = fc.record({
  op: fc.constant('spin'),
  word,
  value,
  times: fc.integer({ min: 1, max: 6 }),
});
const program = fc.array(instruction, { minLength: 1, maxLength: 3 });
const programs = fc.array(program, { minLength: 2, maxLength: 3 });
/** What comes after does not look like one round more: for the explorer it would be one. */
const spinning = fc
  .tuple(instruction, spin, instruction)
  .filter(([, { word }, next]) => next.op !== 'load' || next.word !== word)
  .chain((first) => program.map((second): Instruction[][] => [first, second]));

const WAYS: readonly ExploreOptions[] = [{ stateCache: false }, {}, { strategy: 'dpor' }];

/** All that can come out: memory and what each thread has read; a last line if somebody may be stuck. */
interface Outcomes {
  readonly ends: ReadonlySet<string>;
  readonly mayBeStuck: boolean;
}

test.prop([programs], { numRuns: 60 })(
  'finds all outcomes, with and without state cache, reduced, and no other',
  async (threads) => {
    const expected = enumerate(threads);
    for (const options of WAYS) expect(await outcomesOf(threads, options)).toEqual(expected);
  },
);

test.prop([spinning], { numRuns: 60 })(
  'finds all outcomes where a thread looks for a while, and then goes on',
  async (threads) => {
    const expected = enumerate(threads);
    for (const options of WAYS) expect(await outcomesOf(threads, options)).toEqual(expected);
  },
);

it('finds all outcomes where a thread has seen what another word holds', async () => {
  const cas = (word: number, value: number, next: number): Instruction => ({
    op: 'cas',
    word,
    value,
    next,
  });
  const threads = [[cas(1, 0, 2)], [cas(1, 2, 0), cas(1, 0, 0), cas(0, 0, 0)], [cas(0, 0, 1)]];
  expect(await outcomesOf(threads, {})).toEqual(enumerate(threads));
});

async function outcomesOf(threads: Instruction[][], options: ExploreOptions): Promise<Outcomes> {
  const ends = new Set<string>();
  const model = {
    setup: words(WORDS + threads.length),
    threads: threads.map((program, thread) => (shared: Int32Array) => {
      const log = program.map((step) => perform(shared, step));
      Atomics.store(shared, WORDS + thread, encode(log)); // a check sees words only
    }),
    check: (shared: Int32Array) => void ends.add(shared.join()),
  };
  try {
    await explore(model, options);
    return { ends, mayBeStuck: false };
  } catch (error) {
    if (!(error instanceof ExplorationError)) throw error;
    expect(['deadlock', 'lost-wakeup']).toContain(error.verdict);
    return { ends: new Set(), mayBeStuck: true };
  }
}

/** What a thread has read, in one word: values stay below 30. */
function encode(log: readonly (number | string)[]): number {
  const digits = log.map((item) => (item === 'ok' ? 30 : item === 'not-equal' ? 31 : Number(item)));
  return digits.reduce((code, digit) => code * 32 + digit, 0);
}

function perform(shared: Int32Array, step: Instruction): number | string {
  const { op, word, value } = step;
  switch (op) {
    case 'load':
      return Atomics.load(shared, word);
    case 'store':
      return Atomics.store(shared, word, value);
    case 'add':
      return Atomics.add(shared, word, value);
    case 'exchange':
      return Atomics.exchange(shared, word, value);
    case 'cas':
      return Atomics.compareExchange(shared, word, value, step.next);
    case 'spin':
      for (let left = step.times; left > 0; left--) {
        if (Atomics.load(shared, word) === value) return 1;
      }
      return 0;
    case 'wait':
      return Atomics.wait(shared, word, value);
    case 'notify':
      return Atomics.notify(shared, word, value);
  }
}

// The enumeration: programs as data, every state copied.

interface Thread {
  readonly program: readonly Instruction[];
  asleep: boolean;
  /** How often it has looked in vain. */
  looks: number;
  log: (number | string)[];
}

interface State {
  readonly memory: number[];
  readonly threads: Thread[];
  /** Who sleeps on each word, first come first. */
  readonly lines: number[][];
}

function enumerate(programs: Instruction[][]): Outcomes {
  const ends = new Set<string>();
  let mayBeStuck = false;
  const visit = (state: State): void => {
    const runnable = [...state.threads.keys()].filter((i) => nextOf(state, i));
    for (const thread of runnable) visit(after(state, thread));
    if (runnable.length > 0) return;
    if (state.threads.some(({ asleep }) => asleep)) mayBeStuck = true;
    else ends.add([...state.memory, ...state.threads.map(({ log }) => encode(log))].join());
  };
  visit({
    memory: Array<number>(WORDS).fill(0),
    threads: programs.map((program) => ({ program, asleep: false, looks: 0, log: [] })),
    lines: Array.from({ length: WORDS }, () => []),
  });
  return { ends: mayBeStuck ? new Set() : ends, mayBeStuck };
}

/** What thread `i` does next, if it can do anything. Who has begun to sleep has no result yet. */
function nextOf({ threads }: State, i: number): Instruction | undefined {
  const { program, asleep, log } = at(threads, i);
  return asleep ? undefined : program[log.length];
}

function after(before: State, thread: number): State {
  const step = nextOf(before, thread);
  const { memory, threads, lines } = structuredClone(before);
  if (!step) throw new Error('nothing to do');
  const self = at(threads, thread);
  const line = at(lines, step.word);
  const found = at(memory, step.word);
  let result: number | string = found;
  switch (step.op) {
    case 'store':
      memory[step.word] = result = step.value;
      break;
    case 'add':
      memory[step.word] = found + step.value;
      break;
    case 'exchange':
      memory[step.word] = step.value;
      break;
    case 'cas':
      if (found === step.value) memory[step.word] = step.next;
      break;
    case 'spin':
      result = found === step.value ? 1 : 0;
      self.looks++;
      if (result === 0 && self.looks < step.times) return { memory, threads, lines };
      self.looks = 0;
      break;
    case 'wait':
      self.asleep = found === step.value;
      if (self.asleep) line.push(thread);
      result = 'not-equal';
      break;
    case 'notify':
      result = 0;
      for (const other of line.splice(0, step.value).map((i) => at(threads, i))) {
        other.asleep = false;
        other.log.push('ok');
        result++;
      }
  }
  if (!self.asleep) self.log.push(result);
  return { memory, threads, lines };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`nothing at ${index}`);
  return item;
}
