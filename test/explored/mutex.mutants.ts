/** The classic bugs of a mutex, and each step of recovery left out. */
import { type Mutant, replace } from './mutants.ts';
import type { ProgramName } from './mutex.ts';

const HANDOVER = 'mutex/handover.js';
const TURNSTILE = 'mutex/turnstile.js';
const WORD = 'mutex/word.js';
const BLOCK = 'wait/block.js';
const QUEUE = 'wait/queue.js';
const INBOX = 'wait/inbox.js';
const PARK = 'wait/park.js';
const BURIAL = 'wait/burial.js';
const RECORD = 'wait/record.js';

const OF_LEASE = 'this.#leaseLeft(state)';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'unlock by load and store': {
    breaks: 'M4',
    program: 'two block',
    mutations: [
      replace(
        'mutex/mutex.js',
        'const found = Atomics.compareExchange(this.#words, STATE, this.#me, FREE);',
        'const found = Atomics.load(this.#words, STATE); if (found === this.#me) Atomics.store(this.#words, STATE, FREE);',
      ),
    ],
  },
  'taken by load and store': {
    breaks: 'M1',
    program: 'two block',
    mutations: [
      replace(
        HANDOVER,
        'return Atomics.compareExchange(this.words, STATE, from, to) === from;',
        'return Atomics.load(this.words, STATE) === from && (Atomics.store(this.words, STATE, to), true);',
      ),
    ],
  },
  'record published after the word is read': {
    breaks: 'M2',
    program: 'two block',
    mutations: [
      replace(
        BLOCK,
        'open(agent, record, protocol.object, protocol.ticket(), timestamp(agent), count);',
        'const ticket = protocol.ticket(); let opened = false;',
      ),
      replace(
        BLOCK,
        'taken = patience === TAKEN;',
        'taken = patience === TAKEN; if (!taken && !opened) { opened = true; open(agent, record, protocol.object, ticket, timestamp(agent), count); }',
      ),
    ],
  },
  'poke before the word is changed': {
    breaks: 'M2, K2',
    program: 'two block',
    mutations: [
      replace(
        HANDOVER,
        'const found = Atomics.compareExchange(this.words, STATE, state, next);',
        'if (oldest) this.#wakeFor(oldest); const found = Atomics.compareExchange(this.words, STATE, state, next);',
      ),
      replace(HANDOVER, 'return this.#wakeFor(oldest);', 'return;'),
    ],
  },
  'no poke': {
    breaks: 'M2',
    program: 'two block',
    mutations: [replace(HANDOVER, 'return this.#wakeFor(oldest);', 'return;')],
  },
  'poke does not set the park word': {
    breaks: 'K2',
    program: 'two block',
    mutations: [replace(PARK, 'if (Atomics.exchange(table, slot + PARK, 1) === 1)', 'if (false)')],
  },
  'park word cleared after the look': {
    breaks: 'K1',
    program: 'two block',
    mutations: [
      replace(BLOCK, 'if (clearPark(agent))', 'if (false)'),
      replace(
        BLOCK,
        'taken = patience === TAKEN;',
        'taken = patience === TAKEN; clearPark(agent);',
      ),
    ],
  },
  'resting said after the engine looked': {
    breaks: 'K3',
    program: 'two block',
    mutations: [replace(PARK, 'Atomics.store(table, slot + RESTING, resting | BLOCKED);', '')],
  },
  'waiter does not set WAITED': {
    breaks: 'M3',
    program: 'two block',
    mutations: [
      replace(TURNSTILE, 'const seen = sleptOn(state);', 'const seen = sleptOn(state) & ~WAITED;'),
    ],
  },
  'taker drops WAITED': {
    breaks: 'M3',
    program: 'three block',
    mutations: [replace(WORD, '(state & (WAITED | INCONSISTENT))', '(state & INCONSISTENT)')],
  },
  'sleeper leaves CALLED': {
    breaks: 'M8',
    program: 'two block twice',
    mutations: [replace(TURNSTILE, 'const seen = sleptOn(state);', 'const seen = state | WAITED;')],
  },
  'taker leaves CALLED': {
    breaks: 'M8',
    program: 'three block',
    mutations: [
      replace(WORD, '(state & (WAITED | INCONSISTENT))', '(state & (OFFERED | INCONSISTENT))'),
    ],
  },
  'waiter that gives up leaves CALLED': {
    breaks: 'M8',
    program: 'one of three is timed, one comes twice',
    bounds: { preemptions: 3, timeouts: 1 },
    mutations: [
      replace(
        HANDOVER,
        'else if (!(state & CALLED) || this.exchange(state, state & ~CALLED))',
        'else',
      ),
    ],
  },
  'reservation drops WAITED': {
    breaks: 'M3',
    program: 'three block',
    fairness: 'fifo',
    mutations: [replace(WORD, 'RESERVED | agent | WAITED', 'RESERVED | agent')],
  },
  'WAITED dropped and freed at once, no second scan': {
    breaks: 'M4',
    program: 'two block twice',
    mutations: [replace(HANDOVER, 'state & WAITED ? state & ~OFFERED : FREE;', 'FREE;')],
  },
  'record left open after taking': {
    breaks: 'R2',
    program: 'two block',
    mutations: [
      replace(BLOCK, 'close(agent.table, record);', 'if (!taken) close(agent.table, record);'),
    ],
  },
  'waiter that gives up looks before it closes': {
    breaks: 'M5',
    program: 'one is timed',
    mutations: [
      replace(BLOCK, 'close(agent.table, record);', ''),
      replace(BLOCK, 'protocol.leave();', 'protocol.leave(); close(agent.table, record);'),
    ],
  },
  'time is up for who was chosen': {
    breaks: 'M10',
    program: 'one is timed, one tries when it is out',
    fairness: 'fifo',
    mutations: [replace(BLOCK, 'isLate && protocol', 'false && protocol')],
  },
  'time is up for the task that was chosen': {
    breaks: 'M10',
    program: 'one awaits for a time, one tries when it is out',
    fairness: 'fifo',
    mutations: [replace(QUEUE, 'if (this.#isKept(entry))', 'if (false)')],
  },
  'waiter that gives up does not look': {
    breaks: 'M5',
    program: 'one is timed',
    mutations: [replace(BLOCK, 'protocol.leave();', ';')],
  },
  'reservation for a waiter that left is not taken back': {
    breaks: 'M5',
    program: 'one is timed',
    fairness: 'fifo',
    mutations: [replace(HANDOVER, 'if (isStill(this.agent.table, oldest))', 'if (true)')],
  },
  'what is taken back is not claimed': {
    breaks: 'M5',
    program: 'one leaves and comes again, another takes',
    fairness: 'fifo',
    bounds: { preemptions: 3, timeouts: 1 },
    mutations: [
      replace(
        HANDOVER,
        'state = reservedFor(this.agent.id); // it',
        'if (next & RESERVED) { state = next; continue; } state = reservedFor(this.agent.id); // it',
      ),
    ],
  },
  'void reservation passed on without a claim': {
    breaks: 'M4, M5',
    program: 'kept for one that has left',
    mutations: [
      replace(
        HANDOVER,
        'if (!this.exchange(state, claimed))\n            return;\n        if (late)',
        'claimed = state;\n        if (late)',
      ),
    ],
  },
  'reservation claimed by nobody is passed on': {
    breaks: 'M5',
    program: 'three recover',
    mutations: [
      replace(
        HANDOVER,
        'if (!this.exchange(state, claimed))\n            return;\n        if (late)',
        'if (late)',
      ),
    ],
  },
  'void reservation is not claimed by a slice': {
    breaks: 'M5',
    program: 'a timed one and two that recover',
    fairness: 'fifo',
    bounds: { preemptions: 2, kills: 1, killable: [0], timeouts: 1 },
    mutations: [
      replace(TURNSTILE, "if (turn.woken !== 'slice' || !this.#isVoid(state, owner))", 'if (true)'),
    ],
  },
  'void reservation is not claimed by a try': {
    breaks: 'M5',
    program: 'one is timed, one tries, one dies',
    fairness: 'fifo',
    bounds: { preemptions: 2, kills: 1, killable: [0], timeouts: 1 },
    mutations: [
      replace(
        TURNSTILE,
        'if (!this.#isVoid(state, owner))\n                return false;',
        'return false;',
      ),
    ],
  },
  'anyone takes a reservation': {
    breaks: 'M5',
    program: 'in line',
    mutations: [
      replace(
        TURNSTILE,
        'if (owner === 0 || isReservedFor(state, this.agent.id))',
        'if (owner === 0 || state & RESERVED)',
      ),
    ],
  },
  'never reserves': {
    breaks: 'P5',
    program: 'in line',
    mutations: [replace(HANDOVER, 'const fifo =', 'return OFFERED; const fifo =')],
  },
  'newest instead of oldest': {
    breaks: 'P5',
    program: 'in line',
    mutations: [replace(RECORD, 'return ((a - b) | 0) < 0;', 'return ((a - b) | 0) > 0;')],
  },
  'lease never runs out': {
    breaks: 'M6',
    program: 'a task waits, its thread sleeps elsewhere, two block',
    fairness: 'fifo',
    mutations: [replace(TURNSTILE, OF_LEASE, 'state & LEASED ? LEASE : UNTIL_POKED')],
  },
  'a poke begins a lease anew': {
    breaks: 'L2',
    program: 'a task waits, its thread sleeps elsewhere, one blocks, one comes four times',
    fairness: 'fifo',
    mutations: [
      replace(TURNSTILE, OF_LEASE, `turn.woken !== 'time' && state & LEASED ? LEASE : ${OF_LEASE}`),
    ],
  },
  'each wait begins a lease anew': {
    breaks: 'L2',
    program: 'a task waits, its thread sleeps elsewhere, one comes again and again',
    fairness: 'fifo',
    mutations: [
      replace(
        TURNSTILE,
        OF_LEASE,
        `(turn.isSeen || (this.#lease = new Lease(this.agent)), turn.isSeen = true, ${OF_LEASE})`,
      ),
    ],
  },
  'who only tries takes no lease over': {
    breaks: 'M6',
    program: 'a task waits, its thread sleeps elsewhere, one tries',
    fairness: 'fifo',
    mutations: [replace(TURNSTILE, 'if (this.#leaseRanOut(state))', 'if (false)')],
  },
  'nobody watches a lease': {
    breaks: 'M6',
    program: 'a task waits, its thread sleeps elsewhere, two block',
    fairness: 'fifo',
    mutations: [replace(HANDOVER, 'for (const watcher of watchers)', 'for (const watcher of [])')],
  },
  'watchers are those of the first scan': {
    breaks: 'M6',
    program: 'a task waits, its thread sleeps elsewhere, two block',
    bounds: { preemptions: 3, timeouts: 3 },
    mutations: [
      replace(
        HANDOVER,
        'const oldest = oldestOf(this.waiters());',
        'this.early = this.waiters(); const oldest = oldestOf(this.early);',
      ),
      replace(HANDOVER, 'const waiters = this.waiters();', 'const waiters = this.early;'),
    ],
  },
  'expired lease is not set aside': {
    breaks: 'M7',
    program: 'a task waits, its thread sleeps elsewhere, two block',
    fairness: 'fifo',
    mutations: [replace(HANDOVER, 'if (late)', 'if (false)')],
  },
  'record set aside is not reopened': {
    breaks: 'M7',
    program: 'one comes twice, one awaits',
    mutations: [
      replace(
        QUEUE,
        'if (stateOf(agent.table, record) !== WAITING) {',
        'if (stateOf(agent.table, record) === 0) {',
      ),
    ],
  },
  'whose record is set aside is not poked': {
    breaks: 'M7',
    program: 'one comes twice, one awaits',
    mutations: [
      replace(
        HANDOVER,
        'if (move(this.agent.table, waiting, LATE))\n                wake(this.agent, waiting);',
        'move(this.agent.table, waiting, LATE);',
      ),
    ],
  },
  'inbox looks before it clears': {
    breaks: 'I2',
    program: 'two await',
    mutations: [
      replace(
        INBOX,
        "clearPark(this.#agent);\n            this.#lookAll('poke');",
        "this.#lookAll('poke'); clearPark(this.#agent);",
      ),
    ],
  },
  'inbox is not armed again': {
    breaks: 'I1',
    program: 'one blocks, two tasks await',
    mutations: [
      replace(INBOX, 'this.#armed = false;\n        this.#attend();', "this.#lookAll('poke');"),
    ],
  },
  'aborted head passes nothing on': {
    breaks: 'Q1',
    program: 'a task is aborted',
    fairness: 'fifo',
    mutations: [replace(QUEUE, 'this.#protocol.leave(); // Q1', '')],
  },
  'dead owner is not looked for': {
    breaks: 'M9',
    program: 'two recover',
    mutations: [
      replace(
        TURNSTILE,
        'if (isDead(this.agent.table, owner)) {\n            this.#meetDead(state);\n            return true;',
        'if (false) {',
      ),
    ],
  },
  'dead owner is just freed': {
    breaks: 'M9',
    program: 'two recover',
    mutations: [
      replace(
        TURNSTILE,
        'else if (this.exchange(state, (state | INCONSISTENT) & ~CALLED))',
        'else if (this.exchange(state, state & WAITED))',
      ),
    ],
  },
  'reservation of a dead agent is not given on': {
    breaks: 'M9',
    program: 'three recover',
    mutations: [
      replace(
        TURNSTILE,
        'if (state & RESERVED)\n            this.claim(state, false);\n        else if',
        'if (!(state & RESERVED)) if',
      ),
    ],
  },
  'tryLock does not look for the dead': {
    breaks: 'M9',
    program: 'one dies, one tries',
    mutations: [replace(TURNSTILE, 'lookForDead(this.agent); //', '//')],
  },
  'the mutex is passed on to the dead': {
    breaks: 'M5',
    program: 'the one it is kept for dies, and who finds that out',
    fairness: 'fifo',
    mutations: [replace(HANDOVER, '.filter(({ agent }) => !isDead(table, agent))', '')],
  },
  'record of a dead waiter is not closed': {
    breaks: 'D3',
    program: 'in line, one dies',
    mutations: [replace(BURIAL, 'buryRecord(agent, slot + RECORD);', '')],
  },
  'a task overtakes another of its thread': {
    breaks: 'P5',
    program: 'a task waits, its thread sleeps elsewhere, another task comes',
    fairness: 'fifo',
    mutations: [replace('mutex/mutex.js', '!this.isQueued &&\n', '')],
  },
};
