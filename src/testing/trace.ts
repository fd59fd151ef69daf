/** The trace of one schedule, kept while it is run once more. */
import { endOf, type ThreadEnd } from './ends.ts';
import type { Step, Wake } from './failure.ts';
import type { Names } from './names.ts';
import {
  ABORT,
  CHOOSE,
  detailOf,
  EVENT,
  FIRE,
  KILL,
  kindOf,
  type Move,
  SPIN,
  STEP,
  threadOf,
  TIME_OUT,
  WAKE,
} from './moves.ts';
import {
  COMPARE_EXCHANGE,
  LOAD,
  OPERATION_NAMES,
  OUTCOMES,
  PENDING,
  PLAIN_READ,
  type Value,
  WAIT,
  WAIT_ASYNC,
} from './operations.ts';
import { ASLEEP, type Thread } from './thread.ts';
import type { World } from './world.ts';

/** What moves are called that no operation tells of. */
export const MOVE_NAMES: Readonly<Record<number, string>> = {
  [TIME_OUT]: 'sleep times out',
  [EVENT]: 'answer arrives',
  [FIRE]: 'timer',
  [ABORT]: 'signal aborts',
  [KILL]: 'killed',
  [CHOOSE]: 'choice',
  [WAKE]: 'wakes spuriously',
};

/** Operands that are told, of those that an operation is handed: 1, but for these. */
const OPERANDS: Readonly<Record<number, number>> = {
  [LOAD]: 0,
  [PLAIN_READ]: 0,
  [COMPARE_EXCHANGE]: 2,
  [WAIT]: 2,
  [WAIT_ASYNC]: 2,
};

export class Trace {
  readonly steps: Step[] = [];
  /** Once it is over: how the threads stand. */
  threads: readonly ThreadEnd[] = [];
  readonly #names: Names;
  readonly #functions: readonly string[];
  /** Whom the running `notify` has woken. */
  #wakes: Wake[] = [];

  /** `functions`: the names of those of the threads. */
  constructor(names: Names, functions: readonly string[]) {
    this.#names = names;
    this.#functions = functions;
  }

  /** `answer` is that of a `waitAsync`; of a thread that sleeps, negative. */
  wakes(thread: number, answer: number): void {
    this.#wakes.push(answer < 0 ? { thread } : { thread, answer });
  }

  operation(
    thread: Thread,
    op: number,
    address: number,
    operands: readonly Value[],
    result: Value,
    before: Value,
    after: Value,
  ): Step {
    const isWait = op === WAIT || op === WAIT_ASYNC;
    const at = callerOf();
    const step: Step = {
      thread: thread.index,
      operation: OPERATION_NAMES[op]!,
      word: this.#names.wordAt(address),
      operands: operands.slice(0, OPERANDS[op] ?? 1),
      result: isWait ? OUTCOMES[Number(result)]! : result,
      before,
      after,
      ...(op === WAIT_ASYNC && result === PENDING && { answer: thread.events.length }), // the next
      ...(this.#wakes.length > 0 && { wakes: this.#wakes }),
      ...(at !== undefined && { at }),
    };
    this.#wakes = [];
    this.steps.push(step);
    return step;
  }

  /** `thread`: as it is before. */
  move(move: Move, { where }: Thread): void {
    const kind = kindOf(move);
    if (kind === STEP || kind === SPIN) return; // the operation tells
    const operation = MOVE_NAMES[kind]!;
    const isPlain = kind === TIME_OUT || kind === KILL || (kind === WAKE && where === ASLEEP);
    const detail = isPlain ? {} : { [kind === WAKE ? 'answer' : 'result']: detailOf(move) };
    this.steps.push({ thread: threadOf(move), operation, ...detail });
  }

  /** Nothing comes any more: notes how the threads of `world` stand. `failed`: the one that did. */
  end(world: World, failed?: number): void {
    this.threads = world.threads.map((thread, i) => {
      const end = endOf(world, this.#names, thread);
      return {
        name: this.#functions[i]!,
        ...end,
        ...(i === failed && { state: 'failed' as const }),
      };
    });
  }
}

/** Frames of the stack up to the seam: `callerOf`, the trace, the world, the facade or the trap of a view. */
const OWN_FRAMES = 4;

const MOST_FRAMES = 100; // this library's methods may call one another often before they come to the seam

/** Where this library is: above the folder of this file, bundled or not. */
const HOME = new URL('..', import.meta.url).href;

/** The line of the model that led to the operation; where all is of this library, what called `Atomics`. */
function callerOf(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MOST_FRAMES;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = stackTraceLimit;
  const places = stack.split('\n').slice(OWN_FRAMES).map(placeOf);
  const isOutside = (place: string | undefined): boolean =>
    place !== undefined && !place.startsWith(HOME) && !place.startsWith('node:');
  return (places.find(isOutside) ?? places[1])?.split(/[\\/]/).slice(-2).join('/');
}

/** File, line and column. */
function placeOf(frame: string): string | undefined {
  return /([^\s(]+:\d+:\d+)\)?$/.exec(frame)?.[1];
}
