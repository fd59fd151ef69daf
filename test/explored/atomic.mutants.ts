/** The classic bugs of waiting for a value. */
import type { ProgramName } from './atomic.ts';
import { type Mutant, replace } from './mutants.ts';

const NOTICE = 'atomic/notice.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'a waiter does not count itself': {
    breaks: 'N1',
    program: 'one waits',
    mutations: [
      replace(
        NOTICE,
        'if (Atomics.compareExchange(this.#words, ARRIVALS_WORD, found, next) === found)',
        'if (true)',
      ),
    ],
  },
  'a waiter does not look again once it is counted': {
    breaks: 'N1',
    program: 'one waits',
    mutations: [
      replace(
        NOTICE,
        'return this.#isOver() ? TAKEN : UNTIL_POKED;',
        'return (this.looked = !this.looked) ? UNTIL_POKED : this.#isOver() ? TAKEN : UNTIL_POKED;',
      ),
    ],
  },
  'the mark is dropped whoever has come since': {
    breaks: 'N2',
    program: 'two wait, each for another value to go',
    mutations: [
      replace(
        NOTICE,
        'Atomics.compareExchange(this.words, ARRIVALS_WORD, found, found & ~ARRIVALS); // N2',
        'Atomics.and(this.words, ARRIVALS_WORD, ~ARRIVALS);',
      ),
    ],
  },
  'arrivals are counted anew after 0': {
    breaks: 'N2',
    program: 'one waits twice, one stores twice, one notifies',
    bounds: { preemptions: 4 },
    mutations: [
      replace(
        NOTICE,
        'arrivalNumber(this.ticket(),',
        'arrivalNumber(Atomics.load(this.#words, ARRIVALS_WORD) & ARRIVALS,',
      ),
    ],
  },
  'only the oldest is woken': {
    breaks: 'N3',
    program: 'two wait, each for another value to go',
    mutations: [
      replace(
        NOTICE,
        'for (const waiting of waiters)',
        'for (const waiting of waiters.toSorted((a, b) => a.ticket - b.ticket).slice(0, 1))',
      ),
    ],
  },
};
