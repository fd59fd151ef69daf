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
} from './moves.ts';
import {
  COMPARE_EXCHANGE,
  LOAD,
  OPERATION_NAMES,
  OUTCOMES,
  PENDING,
  type Value,
  WAIT,
  WAIT_ASYNC,
} from './operations.ts';
import type { Thread } from './thread.ts';
import type { World } from './world.ts';

/** What moves are called that no operation tells of. */
export const MOVE_NAMES: Readonly<Record<number, string>> = {
  [TIME_OUT]: 'sleep times out',
  [EVENT]: 'answer arrives',
  [FIRE]: 'timer',
  [ABORT]: 'signal aborts',
  [KILL]: 'killed',
  [CHOOSE]: 'choice',
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
  ): void {
    const isWait = op === WAIT || op === WAIT_ASYNC;
    const taken = op === LOAD ? 0 : isWait || op === COMPARE_EXCHANGE ? 2 : 1;
    const at = callerOf();
    this.steps.push({
      thread: thread.index,
      operation: OPERATION_NAMES[op]!,
      word: this.#names.wordAt(address),
      operands: operands.slice(0, taken),
      result: isWait ? OUTCOMES[Number(result)]! : result,
      before,
      after,
      ...(op === WAIT_ASYNC && result === PENDING && { answer: thread.events.length }), // the next
      ...(this.#wakes.length > 0 && { wakes: this.#wakes }),
      ...(at !== undefined && { at }),
    });
    this.#wakes = [];
  }

  move(move: Move): void {
    const kind = kindOf(move);
    if (kind === STEP || kind === SPIN) return; // the operation tells
    const operation = MOVE_NAMES[kind]!;
    const detail = kind === TIME_OUT || kind === KILL ? {} : { result: detailOf(move) };
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

/** Frames of the stack between the operation and its caller: `callerOf`, the trace, world, facade. */
const OWN_FRAMES = 4;

function callerOf(): string | undefined {
  const frame = new Error().stack?.split('\n')[1 + OWN_FRAMES];
  const place = frame && /([^\s(]+:\d+:\d+)\)?$/.exec(frame)?.[1];
  return place?.split(/[\\/]/).slice(-2).join('/');
}
