/** The classic bugs of barriers, and each step of noticing a death left out. */
import type { ProgramName } from './barrier.ts';
import { type Mutant, replace } from './mutants.ts';

const BARRIER = 'barrier/barrier.js';
const GATE = 'barrier/gate.js';
const ROLL = 'barrier/roll.js';
const WORD = 'barrier/word.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'an arrival by load and store': {
    breaks: 'E1',
    program: 'two meet twice',
    mutations: [
      replace(
        BARRIER,
        'return Atomics.compareExchange(this.#words, STATE, from, to) === from;',
        'return Atomics.load(this.#words, STATE) === from && (Atomics.store(this.#words, STATE, to), true);',
      ),
    ],
  },
  'the end of a phase wakes nobody': {
    breaks: 'E1',
    program: 'two meet twice',
    mutations: [replace(BARRIER, 'wakeAll(this.#agent, this[OBJECT_ID]);', '')],
  },
  'waits for the count, not for the phase': {
    breaks: 'E1',
    program: 'two meet twice',
    mutations: [
      replace(
        WORD,
        'if (this.#lowOf(state) !== (of & this.#low))',
        'if (this.pending(state) === 2)',
      ),
    ],
  },
  'the next phase lets through at once': {
    breaks: 'E1',
    program: 'two meet twice',
    mutations: [replace(WORD, '((Atomics.load(words, PHASE) - of) | 0) > 0', 'of > 0')],
  },
  'a phase never ends': {
    breaks: 'E1',
    program: 'two meet twice',
    mutations: [replace(WORD, 'this.#lowOf(state) + 1)', 'this.#lowOf(state))')],
  },
  'the count does not begin anew': {
    breaks: 'E1',
    program: 'two meet twice',
    mutations: [replace(WORD, '(state & ~this.#count) | expected,', 'state & ~this.#count,')],
  },
  'lets through before the completion': {
    breaks: 'E2',
    program: 'completions run once',
    mutations: [
      replace(
        BARRIER,
        'if (!this.#exchange(state, arrived))\n                return false; // E2',
        'if (!this.#exchange(state, next)) return false;',
      ),
      replace(
        BARRIER,
        'if (!this.#exchange(arrived, next))\n                throw brokenError(this.#label); // E1',
        '',
      ),
    ],
  },
  'goes on after the completion, whatever was': {
    breaks: 'E2',
    program: 'one aborts a completion',
    mutations: [
      replace(
        BARRIER,
        'if (!this.#exchange(arrived, next))\n                throw brokenError(this.#label); // E1',
        'Atomics.store(this.#words, STATE, next);',
      ),
    ],
  },
  'a drop is one of this phase only': {
    breaks: 'E1',
    program: 'B6 one drops out',
    mutations: [replace(WORD, 'state - n - (drops << this.#width)', 'state - n')],
  },
  'a completion that throws breaks nothing': {
    breaks: 'E2',
    program: 'B5 a completion throws',
    mutations: [replace(BARRIER, 'this.abort();\n            throw new', 'throw new')],
  },
  'an abort wakes nobody': {
    breaks: 'E4',
    program: 'one aborts',
    mutations: [replace(GATE, 'wakeAll(this.#agent, this.object);', '')],
  },
  'arrivals too many are counted': {
    breaks: 'E1',
    program: 'too many at once',
    mutations: [replace(BARRIER, 'if (n > left) {', 'if (false) {')],
  },
  'the dead are not missed': {
    breaks: 'E4',
    program: 'one dies',
    mutations: [replace(GATE, 'if (!this.#roll.isMissed(phase))', 'if (true)')],
  },
  'the living are missed': {
    breaks: 'E4',
    program: 'two meet twice',
    mutations: [
      replace(
        ROLL,
        'if (!isDead(this.#agent.table, owner))\n                continue;\n            const owes',
        'const owes',
      ),
    ],
  },
  'the dead are missed though they have arrived': {
    breaks: 'C2',
    program: 'one leaves after its last arrival',
    mutations: [replace(ROLL, 'this.#arrivals(entry, phase) < before', 'before > 0')],
  },
  'who drops out is missed': {
    breaks: 'C2',
    program: 'one drops out and leaves',
    mutations: [replace(ROLL, 'if (drops > 0)\n            this.#forgive(phase - 1, drops);', '')],
  },
  'who dropped out is missed in the next phase': {
    breaks: 'C2',
    program: 'one drops out and leaves',
    mutations: [replace(ROLL, '+ n - drops);', '+ n);')],
  },
  'nobody is about to arrive': {
    breaks: 'C2',
    program: 'one dies',
    mutations: [
      replace(ROLL, 'pair + COUNT, ~this.#arrivals', 'pair + COUNT, this.#arrivals'),
      replace(ROLL, '~Atomics.load(this.#words, count)', 'Atomics.load(this.#words, count)'),
    ],
  },
  'who dies about to arrive is missed in that phase only': {
    breaks: 'C2',
    program: 'one dies',
    mutations: [replace(ROLL, 'before < 0 ||', '')],
  },
  'an entry is taken by a store': {
    breaks: 'C1',
    program: 'one dies',
    mutations: [
      replace(
        ROLL,
        'if (Atomics.compareExchange(this.#words, entry + OWNER, owner, id) === owner)\n                return entry; // C1',
        'Atomics.store(this.#words, entry + OWNER, id); return entry;',
      ),
    ],
  },
  'an entry is taken while it tells of its owner': {
    breaks: 'C1',
    program: 'one dies before another arrives for the first time',
    mutations: [replace(ROLL, ' || this.#isRecent(entry, phase)', '')],
  },
  'an entry is taken from the living': {
    breaks: 'C1',
    program: 'one dies',
    mutations: [replace(ROLL, '!isDead(table, owner) || ', '')],
  },
};
