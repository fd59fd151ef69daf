/**
 * The board of a pool: which workers are free. Two may give a free one its next job: the depot, and the
 * thread that has made the pool, which spares the way by the depot if it posts it to the worker itself.
 *
 * Words
 *   MATTERS  what free workers are kept for: jobs that wait in the depot, or are on the way to it from the
 *            pool's thread; one more for each worker beyond the limit, and one once the pool is closed
 *   GIVEN    how many jobs the pool's thread has given to workers
 *   DESKS    one for each worker
 *   POSTED   one for each worker: how many jobs it has submitted to the depot
 * States of a desk, and who may move it
 *   AWAY        its worker has a job of the depot's or is to   the depot, to the worker's id
 *               end, or nobody sits there
 *   id          that worker is free                            the depot, to AWAY; the pool's thread, to id | TAKEN
 *   id | TAKEN  that worker has, or is about to get, a job of  the worker, to its id
 *               the pool's thread
 *   The worker moves it to its id when it has done a job, whoever has given that; the depot to AWAY when the
 *   worker has ended.
 * Invariants
 *   B1  Who gives a worker a job has moved its desk from its id before, by compare-exchange. So a worker is
 *       given one job at a time. No id is dealt twice: who knows a desk by a worker that is gone gets nothing there.
 *   B2  The pool's thread gives no job while there are MATTERS: none overtakes those that wait.
 *   B3  A matter is counted before the depot looks for a free desk; a worker frees its desk before it looks
 *       whether there are MATTERS, and tells the depot if so. One of the two sees the other: no job waits
 *       beside a free worker.
 *   B4  GIVEN counts a job that a desk is TAKEN for already: if all desks are free after GIVEN was read, so many
 *       are done.
 *   B5  Who is known to be dead is given nothing. A worker that has freed its desk and dies before its outcome
 *       is seen has one job that breaks; whoever sees that gives the next one to another.
 *
 *   B6  A job that a job submits is counted in POSTED before the desk is free. Who finds the desk free and after
 *       that no more POSTED than the depot has received knows that nothing is on the way. A worker that dies between
 *       posting and counting has posted more than it says, which is received, too; its successor begins at 0.
 *
 * A worker may be killed anywhere: what it has of the pool's thread is its promise, broken with it, and the
 * depot clears its desk. The depot and the pool's thread have the pool die with them.
 */
import { currentAgent } from '../agent/home.ts';
import { isDead } from '../agent/table.ts';
import { newWords, WORD, type Words } from '../memory/words.ts';

const MATTERS = 0;
const GIVEN = 1;
const DESKS = 2;
const COUNT = 512; // desks: no more than 256 threads live, and others may be about to end

const POSTED = DESKS + COUNT;

const AWAY = 0;
const TAKEN = 1 << 30;

export class Board {
  readonly words: Words;

  constructor(words: Words = newWords((POSTED + COUNT) * WORD)) {
    this.words = words;
  }

  addMatters(count: number): void {
    Atomics.add(this.words, MATTERS, count);
  }

  /** Of jobs, modulo 2^32. */
  get given(): number {
    return Atomics.load(this.words, GIVEN);
  }

  /** The worker has no job any more. Returns whether the depot has something for it (B3). */
  free(desk: number, id: number): boolean {
    Atomics.store(this.words, DESKS + desk, id);
    return this.#hasMatters();
  }

  isFree(desk: number, id: number): boolean {
    return Atomics.load(this.words, DESKS + desk) === id;
  }

  /** The worker has posted a job to the depot. */
  countPosted(desk: number): void {
    Atomics.add(this.words, POSTED + desk, 1);
  }

  /** Whether the depot, which has received so many jobs of its worker, has all. */
  hasPostedAll(desk: number, received: number): boolean {
    return ((Atomics.load(this.words, POSTED + desk) - received) | 0) <= 0;
  }

  /** Whether its worker is free, and the depot has all jobs that it has submitted (B6). */
  isDone(desk: number, id: number, received: number): boolean {
    return this.isFree(desk, id) && this.hasPostedAll(desk, received);
  }

  /** For the depot. Whether it was free (B1). */
  take(desk: number, id: number): boolean {
    return this.#move(desk, id, AWAY);
  }

  /** For a job of the pool's thread. Whether it was free (B1), and no job waits (B2). */
  takeToGive(desk: number, id: number): boolean {
    if (this.#hasMatters() || !this.#move(desk, id, id | TAKEN)) return false;
    Atomics.add(this.words, GIVEN, 1); // B4
    return true;
  }

  /** Its worker has ended. */
  clear(desk: number): void {
    Atomics.store(this.words, DESKS + desk, AWAY);
    Atomics.store(this.words, POSTED + desk, 0); // B6
  }

  #hasMatters(): boolean {
    return Atomics.load(this.words, MATTERS) !== 0;
  }

  /** Of a worker that is free, and not known to be dead (B5). */
  #move(desk: number, id: number, to: number): boolean {
    if (isDead(currentAgent().table, id)) return false;
    return Atomics.compareExchange(this.words, DESKS + desk, id, to) === id;
  }
}
