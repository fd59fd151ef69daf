/** The classic bugs of a shared mutex, and each step of recovery left out. */
import { type Mutant, replace } from './mutants.ts';
import type { ProgramName } from './shared-mutex.ts';

const TURNSTILE = 'mutex/turnstile.js';
const SHARED = 'mutex/shared-turnstile.js';
const READERS = 'mutex/readers.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'a reader does not look again after it has set its bit': {
    breaks: 'S3',
    program: 'one reads, one writes',
    mutations: [
      replace(
        SHARED,
        'this.#readers.add();\n        if (isFree(Atomics.load(this.words, STATE)))\n            return true; // S3',
        'const was = Atomics.load(this.words, STATE);\n        this.#readers.add();\n        if (isFree(was)) return true;',
      ),
    ],
  },
  'a writer does not ask for readers': {
    breaks: 'S4',
    program: 'one reads, one writes',
    mutations: [
      replace(
        SHARED,
        'return this.isClear();\n        return super.mayTake',
        'return true;\n        return super.mayTake',
      ),
    ],
  },
  'a writer asks for readers before it claims': {
    breaks: 'S1, S4',
    program: 'one tries to write, one to read',
    mutations: [
      replace(
        SHARED,
        'if (count === REPAIR || ownerOf(state) !== 0)',
        'if (count === REPAIR || ownerOf(state) !== 0 || !this.#readers.areInside())',
      ),
    ],
  },
  'the last reader wakes nobody': {
    breaks: 'S4',
    program: 'one reads, one writes',
    mutations: [replace(SHARED, 'if (writer)\n            wake(this.agent, writer);', '')],
  },
  'the last reader looks for the writer before it clears its bit': {
    breaks: 'S1, S4',
    program: 'one reads, one writes',
    mutations: [
      replace(
        SHARED,
        'if (!this.#readers.remove())\n            return;\n        const state = Atomics.load(this.words, STATE);',
        'const state = Atomics.load(this.words, STATE);\n        if (!this.#readers.remove())\n            return;',
      ),
    ],
  },
  'only the first of several readers that leave wakes the writer': {
    breaks: 'S4',
    program: 'two read, one writes',
    mutations: [
      replace(
        SHARED,
        '|| this.#readers.areInside())\n            return;',
        '|| !this.#readers.areInside())\n            return;',
      ),
    ],
  },
  'a reader that gives way wakes nobody': {
    breaks: 'S4',
    program: 'one reads, one writes',
    mutations: [
      replace(
        SHARED,
        'this.leaveShared();\n        return false;',
        'this.#readers.remove();\n        return false;',
      ),
    ],
  },
  'a reader keeps the word that was kept for it': {
    breaks: 'M5',
    program: 'one reads, two write',
    mutations: [replace(SHARED, 'taken() {\n        this.leave();', 'taken() {')],
  },
  'a reader passes on what was kept for it, and not what it was called for': {
    breaks: 'S6, M8',
    program: 'one wrote, one reads, one tries',
    mutations: [
      replace(
        SHARED,
        'taken() {\n        this.leave();',
        'taken() {\n        const state = Atomics.load(this.words, STATE);\n        if (isReservedFor(state, this.agent.id)) this.pass(state);',
      ),
    ],
  },
  'a reader claims before it sets its bit': {
    breaks: 'S3',
    program: 'one tries to write, two to read',
    bounds: { preemptions: 3 },
    mutations: [
      replace(
        SHARED,
        'if (this.exchange(state, claimedBy(id, state)))\n                return true; // S3',
        'this.#readers.remove(); const isIn = this.exchange(state, claimedBy(id, state)); this.#readers.add(); if (isIn) return true;',
      ),
    ],
  },
  'what is kept for a reader is for that one alone': {
    breaks: 'S7',
    program: 'one wrote, one reads, one tries',
    mutations: [replace(SHARED, '&& !this.#isForReaders(state)', '')],
  },
  'a reader does not take away the claim of a try': {
    breaks: 'S7',
    program: 'one tries to write, two to read',
    mutations: [
      replace(
        SHARED,
        'return (state & RESERVED) !== 0 &&',
        'return !isTried(state) && (state & RESERVED) !== 0 &&',
      ),
      replace(SHARED, 'claimedBy, ', 'claimedBy, isTried, '),
    ],
  },
  'a try fails for a claim alone': {
    breaks: 'M11',
    program: 'one tries to write, one to write and to read',
    mutations: [replace(TURNSTILE, 'if (this.#holdFor(state, owner, slot))', 'if (true)')],
  },
  'who has claimed does not look whether it holds': {
    breaks: 'M11',
    program: 'two try to write',
    mutations: [replace(TURNSTILE, 'if (hasClaimed && isHeldBy(state, id))', 'if (false)')],
  },
  'a claim becomes a hold whoever is inside': {
    breaks: 'M11, S4',
    program: 'two try to write, one to read',
    mutations: [replace(TURNSTILE, '!this.isClear() || this.exchange', 'this.exchange')],
  },
  'a claim becomes a hold for a look at the one before': {
    breaks: 'M11',
    program: 'one writes, and again beside one that reads, one tries to write',
    isRare: true,
    mutations: [replace(TURNSTILE, 'Atomics.load(table, slot + HELPERS) === 0', 'true')],
  },
  'a try passes on for ever what is kept for a task of its own': {
    breaks: 'M11',
    program: 'a task waits to write, its thread reads and tries to write, one reads',
    fairness: 'fifo',
    mutations: [replace(TURNSTILE, 'if (!isTried(state))\n                    return false;', '')],
  },
  'a try that a reader is in the way of does not look for the dead': {
    breaks: 'S2',
    program: 'a reader dies, one tries to write',
    mutations: [replace(TURNSTILE, 'lookForDead(this.agent);\n', '\n')],
  },
  'a reader takes the word as a writer does': {
    breaks: 'S3',
    program: 'a reader dies, one writes, one reads',
    mutations: [
      replace(
        SHARED,
        'if (!isReservedFor(state, id) && !this.#isForReaders(state))',
        'if (state & RESERVED && !isReservedFor(state, id) && !this.#isForReaders(state))',
      ),
    ],
  },
  'a nested reader takes the bit away': {
    breaks: 'S3',
    program: 'nested readers, one writes',
    mutations: [
      replace(READERS, 'if (--this.#count > 0)\n            return false;', '--this.#count;'),
    ],
  },
  'downgrade frees the word first': {
    breaks: 'S3',
    program: 'one downgrades, one writes',
    mutations: [
      replace(
        'mutex/shared.js',
        'this.#reading.downgrade();\n        this.endAll();',
        'this.endAll();\n        this.#reading.downgrade();',
      ),
    ],
  },
  'the bit of a dead reader counts': {
    breaks: 'S2',
    program: 'a reader dies',
    mutations: [
      replace(
        READERS,
        'return id !== 0 && !isDead(table, id) && isEnrolled(table, this.#object, id);',
        'return true;',
      ),
    ],
  },
  'a writer that gives up keeps the word': {
    breaks: 'M5',
    program: 'a writer gives up, a reader behind it',
    mutations: [
      replace(
        TURNSTILE,
        'if (isReservedFor(state, this.agent.id))\n            this.pass(state);\n        else if',
        'if (isReservedFor(state, this.agent.id)) {}\n        else if',
      ),
    ],
  },
  'a task that waits to write has no lease': {
    breaks: 'M6, S5',
    program: 'a task waits to write, its thread sleeps elsewhere, one writes',
    mutations: [replace(SHARED, 'claimedBy(id, state) | LEASED', 'claimedBy(id, state)')],
  },
  'a try leaves its claim': {
    breaks: 'M5',
    program: 'one reads until another has tried to write',
    mutations: [replace(TURNSTILE, 'this.pass(state); // its readers are still inside', '')],
  },
};
