/**
 * Barriers: the phase, and how many are still to come in it.
 *
 * `arriveAndWait` takes effect twice: it arrives, and leaves once the phase is over. In between, the
 * state has it in `inside`, with the phase in which it arrived. Several tasks of a thread may be in there at
 * once, and of those that called at the very same moment it does not matter which leaves first.
 */
import { type Operation, returns } from '../operation.ts';
import type { Specification } from '../specification.ts';

/**
 * What threads do with a barrier. `arrive` takes a number of arrivals, one if none is given, and returns
 * the phase, counted from 0; `wait` takes the phase it waits for. `enter` and `leave` are what
 * `arriveAndWait` consists of.
 */
export type BarrierOperation =
  | Operation<'arrive', number | undefined, number>
  | Operation<'wait', number, void>
  | Operation<'arriveAndWait' | 'arriveAndDrop' | 'enter' | 'leave', undefined, void>;

/** Where a barrier is. */
export interface BarrierState {
  /** Counted from 0. */
  readonly phase: number;
  /** Arrivals to come in it. */
  readonly left: number;
  /** Arrivals of each phase to come. */
  readonly expected: number;
  /** Calls of `arriveAndWait` by thread and time, with the phases in which they arrived, in ascending order. */
  readonly inside: Readonly<Record<string, readonly number[]>>;
}

/**
 * A barrier for so many arrivals a phase. Who waits goes on once the phase is over; who drops out is
 * missed in none that follows.
 *
 * @example
 * ```ts
 * const history: BarrierOperation[] = [
 *   { thread: 1, name: 'arriveAndWait', call: 0, return: 3 },
 *   { thread: 2, name: 'arrive', output: 0, call: 1, return: 2 },
 * ];
 * console.log(checkLinearizable(history, specifications.barrier(2)).verdict); // → linearizable
 * ```
 */
export function barrier(expected: number): Specification<BarrierOperation, BarrierState> {
  return {
    initial: { phase: 0, left: expected, expected, inside: {} },
    names: ['arrive', 'wait', 'arriveAndWait', 'arriveAndDrop', 'enter', 'leave'],
    step(state, operation) {
      const { phase, inside } = state;
      const { name } = operation;
      switch (name) {
        case 'arrive':
          return returns(operation, phase) ? arrive(state, operation.input) : undefined;
        case 'wait':
          return operation.input < phase ? state : undefined;
        case 'arriveAndDrop':
          return arrive({ ...state, expected: state.expected - 1 });
        case 'enter': {
          const call = callOf(operation);
          const phases = [...(inside[call] ?? []), phase];
          return arrive({ ...state, inside: { ...inside, [call]: phases } });
        }
        default:
          return leave(state, callOf(operation));
      }
    },
    moments(operation) {
      if (operation.name !== 'arriveAndWait') return [operation];
      return [
        { ...operation, name: 'enter' },
        { ...operation, name: 'leave' },
      ];
    },
    describe: ({ phase, left }) => `${left} to come in phase ${phase}`,
  };
}

function arrive(state: BarrierState, n = 1): BarrierState | undefined {
  const left = state.left - n;
  if (left < 0) return undefined;
  return left > 0 ? { ...state, left } : { ...state, phase: state.phase + 1, left: state.expected };
}

function leave(state: BarrierState, call: string): BarrierState | undefined {
  const { [call]: [arrived = state.phase, ...others] = [], ...inside } = state.inside;
  if (arrived >= state.phase) return undefined;
  return { ...state, inside: others.length > 0 ? { ...inside, [call]: others } : inside };
}

function callOf({ thread, call }: Operation): string {
  return `${thread} ${call}`;
}
