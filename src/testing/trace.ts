/** The trace of one schedule, kept while it is run once more. */
import type { Step } from './failure.ts';
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
  LOAD,
  OPERATION_NAMES,
  OUTCOMES,
  STORE,
  type Value,
  WAIT,
  WAIT_ASYNC,
} from './operations.ts';
import type { Thread } from './thread.ts';

const MOVE_NAMES: Readonly<Record<number, string>> = {
  [TIME_OUT]: 'sleep times out',
  [EVENT]: 'answer arrives',
  [FIRE]: 'timer',
  [ABORT]: 'signal aborts',
  [KILL]: 'killed',
  [CHOOSE]: 'choice',
};

export class Trace {
  readonly steps: Step[] = [];
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
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
    const at = callerOf();
    this.steps.push({
      thread: thread.index,
      operation: OPERATION_NAMES[op]!,
      word: this.#names.wordAt(address),
      operands: op === LOAD ? [] : operands.slice(0, op === STORE ? 1 : operands.length),
      result: isWait ? OUTCOMES[Number(result)]! : result,
      before,
      after,
      ...(at === undefined ? {} : { at }),
    });
  }

  move(move: Move): void {
    const kind = kindOf(move);
    if (kind === STEP || kind === SPIN) return; // the operation tells
    const operation = MOVE_NAMES[kind]!;
    const detail = kind === TIME_OUT || kind === KILL ? {} : { result: detailOf(move) };
    this.steps.push({ thread: threadOf(move), operation, ...detail });
  }
}

/** Frames of the stack between the operation and its caller: `callerOf`, the trace, world, facade. */
const OWN_FRAMES = 4;

function callerOf(): string | undefined {
  const frame = new Error().stack?.split('\n')[1 + OWN_FRAMES];
  const place = frame && /([^\s(]+:\d+:\d+)\)?$/.exec(frame)?.[1];
  return place?.split(/[\\/]/).slice(-2).join('/');
}
