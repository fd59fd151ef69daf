/** Models that fail, and what is shown of them: a sleep, an await, a timeout, a kill, a throw. */
import { type ExplorationError, replay } from 'crossthread/testing';
import { caught, failureOf, words } from './models.ts';

const gate = () => ({ gate: words(2)() });
type Gate = ReturnType<typeof gate>;

/** Sleeps, is woken before there is anything to see, and sleeps again. */
export const lostWakeup = (): Promise<ExplorationError> =>
  failureOf({
    setup: gate,
    threads: [
      function pass({ gate }: Gate) {
        while (Atomics.load(gate, 0) === 0) Atomics.wait(gate, 0, 0);
      },
      function open({ gate }: Gate) {
        Atomics.notify(gate, 0);
        Atomics.store(gate, 0, 1);
      },
    ],
  });

/** Two awaits of one thread at the same time, of which one is answered. */
export const halfAnswered = (): Promise<ExplorationError> =>
  failureOf(
    {
      setup: gate,
      threads: [
        async function both({ gate }: Gate) {
          const answers = [0, 1].map((word) => Atomics.waitAsync(gate, word, 0).value);
          await Promise.all(answers);
        },
        function second({ gate }: Gate) {
          Atomics.notify(gate, 1);
        },
      ],
    },
    { preemptions: 0 },
  );

/** A sleep that a timeout ends, and one that a kill ends. */
export const timedOutAndKilled = (): Promise<ExplorationError> =>
  caught(
    replay(
      {
        setup: words(2),
        threads: [
          function sleeper(shared: Int32Array) {
            if (Atomics.wait(shared, 0, 0, 10) === 'timed-out') Atomics.store(shared, 1, 1);
          },
          function victim(shared: Int32Array) {
            Atomics.wait(shared, 0, 0);
          },
        ],
        check: () => {
          throw new Error('as it had to come');
        },
      },
      'ab~aa!b',
    ),
  );

/** A message as test runners make them, and function names as they may be. */
export const illTold = (): Promise<ExplorationError> => {
  const thrower = (shared: Int32Array): void => {
    if (Atomics.add(shared, 0, 1) === 1) {
      throw new Error('<b> & "c" \u001B[31mred\u001B[39m \u0007 \uD800\n- Expected\n+ Received');
    }
  };
  Object.defineProperty(thrower, 'name', { value: '<script>&"\'' });
  return failureOf({ setup: words(1), threads: [thrower, thrower] });
};

/** A ping-pong of many rounds, after which both hang. */
export const longOne = (rounds: number): Promise<ExplorationError> => {
  const turns =
    (mine: number) =>
    (shared: Int32Array): void => {
      for (let i = 0; i < rounds; i++) {
        while (Atomics.load(shared, 0) !== mine) Atomics.wait(shared, 0, 1 - mine);
        Atomics.store(shared, 0, 1 - mine);
        Atomics.notify(shared, 0);
      }
      Atomics.wait(shared, 1, 0);
    };
  return failureOf({ setup: words(2), threads: [turns(0), turns(1)] }, { preemptions: 0 });
};
