/**
 * An event count: whoever finds a condition not fulfilled sleeps on `epoch` as it was *before* it looked,
 * and whoever fulfils it moves the epoch on after.
 */
import type { Model } from 'crossthread/testing';
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';

interface Events {
  readonly epoch: Int32Array;
  readonly ready: Int32Array;
}

type Body = (events: Events) => void;

const wait: Body = ({ epoch, ready }) => {
  for (;;) {
    const before = Atomics.load(epoch, 0);
    if (Atomics.load(ready, 0) === 1) return;
    Atomics.wait(epoch, 0, before);
  }
};

const waitAsync = async ({ epoch, ready }: Events): Promise<void> => {
  for (;;) {
    const before = Atomics.load(epoch, 0);
    if (Atomics.load(ready, 0) === 1) return;
    await Atomics.waitAsync(epoch, 0, before).value;
  }
};

const waitLookingFirst: Body = ({ epoch, ready }) => {
  while (Atomics.load(ready, 0) === 0) {
    Atomics.wait(epoch, 0, Atomics.load(epoch, 0)); // ✗ may have moved on since it looked
  }
};

const signal: Body = ({ epoch, ready }) => {
  Atomics.store(ready, 0, 1);
  Atomics.add(epoch, 0, 1);
  Atomics.notify(epoch, 0);
};

const signalWithoutEpoch: Body = ({ epoch, ready }) => {
  Atomics.store(ready, 0, 1);
  Atomics.notify(epoch, 0); // ✗ whoever is about to sleep does not see it
};

const signalInTwo: Body = ({ epoch, ready }) => {
  Atomics.store(ready, 0, 1);
  const before = Atomics.load(epoch, 0);
  Atomics.notify(epoch, 0); // ✗ whoever falls asleep before the next step sleeps on
  Atomics.store(epoch, 0, before + 1);
};

const model = (...threads: Model<Events>['threads']): Model<Events> => ({
  setup: () => ({ epoch: words(1)(), ready: words(1)() }),
  threads,
});

export const eventCount: Algorithm = {
  model: model(wait, waitAsync, signal, signal),
  errors: {
    'looks before it prepares': {
      model: model(waitLookingFirst, signal),
      verdict: 'deadlock',
      preemptions: 1,
      shows: ['load ready[0]', 'load epoch[0]', 'wait epoch[0]'],
      reason: /thread a sleeps on epoch\[0\] = 1/,
    },
    'does not move the epoch on': {
      model: model(wait, signalWithoutEpoch),
      verdict: 'deadlock',
      preemptions: 1,
      shows: ['load ready[0]', 'notify epoch[0]', 'wait epoch[0]'],
      reason: /thread a sleeps on epoch\[0\] = 0/,
    },
    'notifies before it moves the epoch on': {
      model: model(waitAsync, signalInTwo),
      verdict: 'lost-wakeup',
      preemptions: 2,
      shows: ['waitAsync epoch[0]', 'notify epoch[0]', 'store epoch[0]'],
      reason: /thread a awaits epoch\[0\], which was 0 and is 1/,
    },
  },
};
