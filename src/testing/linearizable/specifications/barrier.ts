/**
 * Barriers: the phase, and how many are still to come in it.
 *
 * `arriveAndWait` takes effect twice: it arrives, and leaves once the phase is over. In between, the
 * state has its thread in `inside`, with the phase in which it arrived.
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
  /** Threads in `arriveAndWait`, each with the phase in which it arrived. */
  readonly inside: Readonly<Record<string, number>>;
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
    step(state, operation) {
      const { phase, inside } = state;
      const { name, thread } = operation;
      switch (name) {
        case 'arrive':
          return returns(operation, phase) ? arrive(state, operation.input) : undefined;
        case 'wait':
          return operation.input < phase ? state : undefined;
        case 'arriveAndDrop':
          return arrive({ ...state, expected: state.expected - 1 });
        case 'enter':
          return arrive({ ...state, inside: { ...inside, [thread]: phase } });
        default:
          return leave(state, thread);
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

function leave(state: BarrierState, thread: Operation['thread']): BarrierState | undefined {
  const { [thread]: arrived = state.phase, ...inside } = state.inside;
  return arrived < state.phase ? { ...state, inside } : undefined;
}
