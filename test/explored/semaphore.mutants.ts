/** The classic bugs of a semaphore, and each step of recovery left out. */
import { type Mutant, replace } from './mutants.ts';
import type { ProgramName } from './semaphore.ts';

const LINE = 'semaphore/line.js';
const SEMAPHORE = 'semaphore/semaphore.js';
const STOCK = 'semaphore/robust-stock.js';
const QUEUE = 'wait/queue.js';
const BURIAL = 'wait/burial.js';
const RECORD = 'wait/record.js';

const OF_LEASE = 'this.#lease.left(oldest)';
const TAKES_IF_OLDEST = 'if (!oldest || oldest.record === turn.record) {';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'permits taken by load and store': {
    breaks: 'S1',
    program: 'two block',
    mutations: [
      replace(
        SEMAPHORE,
        'if (Atomics.compareExchange(this.#words, COUNT, count, count - n) === count)',
        'if (Atomics.store(this.#words, COUNT, count - n) === count - n)',
      ),
    ],
  },
  'release wakes only when the count was 0': {
    breaks: 'S4',
    program: 'two sleep, released one by one',
    mutations: [
      replace(
        'semaphore/stock.js',
        'return isWaitedFor(count);',
        'return isWaitedFor(count) && permitsOf(count) === 0;',
      ),
      replace(LINE, 'taken() {\n        this.serve();', 'taken() {'),
    ],
  },
  'one of two released at once wakes nobody more': {
    breaks: 'S4',
    program: 'two sleep and keep what they get',
    mutations: [replace(LINE, 'taken() {\n        this.serve();', 'taken() {')],
  },
  'release does not look who waits': {
    breaks: 'S4',
    program: 'two block',
    mutations: [replace('semaphore/stock.js', 'return isWaitedFor(count);', 'return false;')],
  },
  'leaver does not serve the next': {
    breaks: 'S4',
    program: 'the timed head asks for two',
    bounds: { preemptions: 2, timeouts: 1 },
    mutations: [replace(LINE, 'leave() {\n        this.serve();', 'leave() {')],
  },
  'aborted head does not serve the next': {
    breaks: 'S4',
    program: 'the aborted head asks for two',
    mutations: [replace(QUEUE, 'this.#protocol.leave(); // Q1', '')],
  },
  'arrival is not counted': {
    breaks: 'S2',
    program: 'two block',
    mutations: [
      replace(LINE, 'if (this.#exchange(count, withArrival(count, ticket)))', 'if (true)'),
      replace(LINE, 'this.arrive(); // nobody', 'return UNTIL_POKED; // nobody'),
    ],
  },
  'arrivals reset whatever came since': {
    breaks: 'S3',
    program: 'two sleep, two are released at once',
    mutations: [replace('semaphore/word.js', 'arrivalNumber(ticket, MOST_ARRIVALS)', '1')],
  },
  'arrivals are counted anew after 0': {
    breaks: 'S3',
    program: 'one blocks, two tasks await',
    bounds: { strategy: 'dpor' },
    mutations: [
      replace('semaphore/word.js', 'arrivalNumber(ticket,', 'arrivalNumber(count >>> PERMIT_BITS,'),
    ],
  },
  'any waiter takes, not only the oldest': {
    breaks: 'S1',
    program: 'in line',
    mutations: [
      replace(LINE, TAKES_IF_OLDEST, 'if (true) {'),
      replace(LINE, 'if (isWaitedFor(count) && this.#isBehindOthers(count))', 'if (false)'),
    ],
  },
  'newcomers overtake who waits': {
    breaks: 'S1',
    program: 'in line',
    mutations: [
      replace(LINE, 'if (isWaitedFor(count) && this.#isBehindOthers(count))', 'if (false)'),
    ],
  },
  'newest instead of oldest': {
    breaks: 'S1',
    program: 'in line',
    mutations: [replace(RECORD, 'return ((a - b) | 0) < 0;', 'return ((a - b) | 0) > 0;')],
  },
  'nobody watches an event loop at the head': {
    breaks: 'S4',
    program: 'a task waits, its thread sleeps elsewhere, two block',
    mutations: [replace(LINE, 'for (const watcher of watchers)', 'for (const watcher of [])')],
  },
  'lease never runs out': {
    breaks: 'S4',
    program: 'a task waits, its thread sleeps elsewhere',
    mutations: [replace(LINE, OF_LEASE, '10')],
  },
  'a poke begins a lease anew': {
    breaks: 'L2',
    program: 'a task waits, its thread sleeps elsewhere, one blocks, one comes four times',
    mutations: [replace(LINE, OF_LEASE, `turn.woken === 'time' ? ${OF_LEASE} : 10`)],
  },
  'each wait begins a lease anew': {
    breaks: 'L2',
    program: 'a task waits, its thread sleeps elsewhere, one comes again and again',
    mutations: [replace(LINE, OF_LEASE, '(turn.lease ??= new Lease(this.#agent)).left(oldest)')],
  },
  'the lease of one goes on as that of the next': {
    breaks: 'L1',
    program: 'a task waits, its thread sleeps elsewhere, two stand behind it',
    mutations: [
      replace(
        'wait/lease.js',
        'if (record !== this.#record || state !== this.#state)',
        'if (this.#record === undefined)',
      ),
    ],
  },
  'nobody is asked instead of who is set aside': {
    breaks: 'S4',
    program: 'a task waits, its thread sleeps elsewhere, two stand behind it',
    mutations: [replace(LINE, 'this.serve(); // S4', '')],
  },
  'who only tries sets nobody aside': {
    breaks: 'S4',
    program: 'a task waits, its thread sleeps elsewhere, one tries',
    mutations: [replace(LINE, '|| !this.#leaseForTries.hasRunOut(oldest))', '|| true)')],
  },
  'record of a dead waiter is not closed': {
    breaks: 'P3',
    program: 'two sleep, one dies, one is released',
    mutations: [replace(BURIAL, 'buryRecord(agent, slot + RECORD);', '')],
  },
  'dead are not looked for': {
    breaks: 'P3',
    program: 'two sleep, one dies, one is released',
    mutations: [replace(BURIAL, 'lookForDead(agent);', '')],
  },
  'robust: permits of the dead count as held': {
    breaks: 'B1',
    program: 'robust: a holder dies',
    mutations: [replace(STOCK, '&& !isDead(table, owner)', '')],
  },
  'robust: taken without being the taker': {
    breaks: 'B2',
    program: 'robust: two block',
    bounds: { preemptions: 2 },
    mutations: [replace(STOCK, 'if (!this.#enter())\n            return BUSY;', '')],
  },
  'robust: a dead taker is not replaced': {
    breaks: 'B3',
    program: 'robust: a holder dies',
    mutations: [replace(STOCK, 'if (!isDead(this.#agent.table, taker))', 'if (true)')],
  },
  'robust: a refused release is the taker, and serves nobody': {
    breaks: 'B4',
    program: 'robust: two block, a release is refused',
    bounds: { preemptions: 2 },
    mutations: [
      replace(
        STOCK,
        'checkRoom(this.#label, n, total - held',
        'while (!this.#enter()); Atomics.store(this.#area, TAKER, 0); checkRoom(this.#label, n, total - held',
      ),
    ],
  },
  'robust: what others hold has no room': {
    breaks: 'B5',
    program: 'robust: others release what threads hold',
    mutations: [replace(STOCK, 'n, total - held, ', 'n, this.available(), ')],
  },
  'robust: two make more of the same total': {
    breaks: 'B5',
    program: 'robust: two release at once',
    mutations: [
      replace(
        STOCK,
        'if (Atomics.compareExchange(this.#area, TOTAL, total, more) === total)',
        'if (Atomics.store(this.#area, TOTAL, more) === more)',
      ),
    ],
  },
  'robust: who was the taker serves nobody': {
    breaks: 'B4',
    program: 'robust: two sleep and keep what they get',
    bounds: { preemptions: 2 },
    mutations: [replace(LINE, 'else\n                this.#serveAfterTake();', '')],
  },
};
