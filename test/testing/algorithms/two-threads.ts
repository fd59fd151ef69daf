/** Mutexes for two threads out of loads and stores alone, which only sequential consistency allows. */
import { words } from '../models.ts';
import type { Algorithm } from './algorithm.ts';
import { exclusion, type Lock } from './exclusion.ts';

/** `flags` says who wants to enter, `turn` who is to be let in first. */
interface Words {
  readonly flags: Int32Array;
  readonly turn: Int32Array;
}

const setup = (): Words => ({ flags: words(2)(), turn: words(1)() });
const otherThan = (me: number): number => 1 - me;
const model = (lock: Lock<Words>) => exclusion(setup, lock);

const petersonUnlock = ({ flags }: Words, me: number): void => void Atomics.store(flags, me, 0);
const PETERSON: Lock<Words> = {
  lock({ flags, turn }, me) {
    const other = otherThan(me);
    Atomics.store(flags, me, 1);
    Atomics.store(turn, 0, other);
    while (Atomics.load(flags, other) === 1 && Atomics.load(turn, 0) === other);
  },
  unlock: petersonUnlock,
};

const petersonWithoutTurn: Lock<Words> = {
  lock({ flags }, me) {
    Atomics.store(flags, me, 1);
    while (Atomics.load(flags, otherThan(me)) === 1); // ✗ nobody is let in first
  },
  unlock: petersonUnlock,
};

const petersonTurnFirst: Lock<Words> = {
  lock({ flags, turn }, me) {
    const other = otherThan(me);
    Atomics.store(turn, 0, other); // ✗ may be forgotten by the time the flag is up
    Atomics.store(flags, me, 1);
    while (Atomics.load(flags, other) === 1 && Atomics.load(turn, 0) === other);
  },
  unlock: petersonUnlock,
};

export const peterson: Algorithm = {
  model: model(PETERSON),
  errors: {
    'without turn': {
      model: model(petersonWithoutTurn),
      verdict: 'livelock',
      preemptions: 1,
      shows: [
        'store mutex.flags[0]',
        'store mutex.flags[1]',
        'load mutex.flags[0]',
        'load mutex.flags[1]',
      ],
    },
    'turn before flag': {
      model: model(petersonTurnFirst),
      verdict: 'assertion',
      preemptions: 2,
      shows: ['store mutex.turn[0]', 'load mutex.turn[0]', 'load counter[0]', 'store counter[0]'],
      reason: /counted 1 of 2/,
    },
  },
};

const dekkerUnlock = ({ flags, turn }: Words, me: number): void => {
  Atomics.store(turn, 0, otherThan(me));
  Atomics.store(flags, me, 0);
};
const DEKKER: Lock<Words> = {
  lock({ flags, turn }, me) {
    const other = otherThan(me);
    Atomics.store(flags, me, 1);
    while (Atomics.load(flags, other) === 1) {
      if (Atomics.load(turn, 0) === me) continue;
      Atomics.store(flags, me, 0);
      while (Atomics.load(turn, 0) === other);
      Atomics.store(flags, me, 1);
    }
  },
  unlock: dekkerUnlock,
};

const dekkerFlagLate: Lock<Words> = {
  lock({ flags }, me) {
    while (Atomics.load(flags, otherThan(me)) === 1);
    Atomics.store(flags, me, 1); // ✗ the other may have looked in between
  },
  unlock: dekkerUnlock,
};

const dekkerStubborn: Lock<Words> = {
  lock({ flags, turn }, me) {
    const other = otherThan(me);
    Atomics.store(flags, me, 1);
    while (Atomics.load(flags, other) === 1) {
      while (Atomics.load(turn, 0) === other); // ✗ with its flag still up
    }
  },
  unlock: dekkerUnlock,
};

export const dekker: Algorithm = {
  model: model(DEKKER),
  errors: {
    'flag set late': {
      model: model(dekkerFlagLate),
      verdict: 'assertion',
      preemptions: 2,
      shows: [
        'load mutex.flags[0]',
        'load mutex.flags[1]',
        'store mutex.flags[0]',
        'store mutex.flags[1]',
      ],
      reason: /counted 1 of 2/,
    },
    'does not step back': {
      model: model(dekkerStubborn),
      verdict: 'livelock',
      preemptions: 1,
      shows: ['load mutex.turn[0]', 'load mutex.flags[0]', 'load mutex.flags[1]'],
    },
  },
};
