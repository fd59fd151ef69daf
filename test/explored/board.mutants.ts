/** The classic bugs of a worker that two may give a job. */
import type { ProgramName } from './board.ts';
import { type Mutant, replace } from './mutants.ts';

const BOARD = 'future/board.js';

const MOVE = 'return Atomics.compareExchange(this.words, DESKS + desk, id, to) === id;';
const FREE = `Atomics.store(this.words, DESKS + desk, id);
        return this.#hasMatters();`;
const TAKE = `if (this.#hasMatters() || !this.#move(desk, id, id | TAKEN))
            return false;
        Atomics.add(this.words, GIVEN, 1); // B4`;

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'a desk is taken by a store': {
    breaks: 'B1: by compare-exchange',
    program: 'a job comes to the depot meanwhile',
    mutations: [
      replace(
        BOARD,
        MOVE,
        `if (Atomics.load(this.words, DESKS + desk) !== id) return false;
        Atomics.store(this.words, DESKS + desk, to); return true;`,
      ),
    ],
  },
  'jobs are given while others wait': {
    breaks: 'B2',
    program: 'a job waits in the depot',
    mutations: [
      replace(
        BOARD,
        'this.#hasMatters() || !this.#move(desk, id, id | TAKEN)',
        '!this.#move(desk, id, id | TAKEN)',
      ),
    ],
  },
  'the worker looks for matters before it is free': {
    breaks: 'B3: the order',
    program: 'a job comes to the depot meanwhile',
    mutations: [
      replace(
        BOARD,
        FREE,
        `const has = this.#hasMatters();
        Atomics.store(this.words, DESKS + desk, id);
        return has;`,
      ),
    ],
  },
  'the worker does not tell the depot': {
    breaks: 'B3',
    program: 'a job comes to the depot meanwhile',
    mutations: [replace(BOARD, FREE, 'Atomics.store(this.words, DESKS + desk, id); return false;')],
  },
  'the depot asks what was posted before it sees the desk free': {
    breaks: 'B6: the order',
    program: 'a job submits another as its last act',
    mutations: [
      replace(
        BOARD,
        'this.isFree(desk, id) && this.hasPostedAll(desk, received)',
        'this.hasPostedAll(desk, received) && this.isFree(desk, id)',
      ),
    ],
  },
  'the depot does not ask what was posted': {
    breaks: 'B6',
    program: 'a job submits another as its last act',
    mutations: [replace(BOARD, '&& this.hasPostedAll(desk, received)', '')],
  },
  'a desk is left with what was posted from it': {
    breaks: 'B6: its successor begins at 0',
    program: 'the worker ends, and another has its desk',
    mutations: [replace(BOARD, 'Atomics.store(this.words, POSTED + desk, 0); // B6', '')],
  },
  'a job is counted before its desk is taken': {
    breaks: 'B4',
    program: 'the depot looks whether all is done',
    mutations: [
      replace(
        BOARD,
        TAKE,
        `Atomics.add(this.words, GIVEN, 1);
        if (this.#hasMatters() || !this.#move(desk, id, id | TAKEN)) return false;`,
      ),
    ],
  },
};
