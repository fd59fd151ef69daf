/** The classic bugs of a condition variable, and each step of recovery left out. */
import type { ProgramName } from './condition-variable.ts';
import { type Mutant, replace } from './mutants.ts';

const CONDITION = 'condition-variable/condition-variable.js';
const WAITER = 'condition-variable/waiter.js';
const GRANT = 'wait/grant.js';
const RECORD = 'wait/record.js';
const BURIAL = 'wait/burial.js';

const ARRIVES = 'Atomics.store(this.#words, ARRIVALS, (ticket << 1) | 1);';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'record published after the unlock': {
    breaks: 'C1',
    program: 'notified outside the mutex',
    mutations: [
      replace(CONDITION, 'lock.unlock();', ''),
      replace(
        CONDITION,
        'const record = openWait(this.#agent, this[OBJECT_ID], ticket, mutex);',
        'lock.unlock(); const record = openWait(this.#agent, this[OBJECT_ID], ticket, mutex);',
      ),
    ],
  },
  'arrival counted after the unlock': {
    breaks: 'C1',
    program: 'notified outside the mutex',
    mutations: [
      replace(CONDITION, ARRIVES, ''),
      replace(CONDITION, 'lock.unlock();', `lock.unlock(); ${ARRIVES}`),
    ],
  },
  'arrivals reset whatever came since': {
    breaks: 'C4',
    program: 'two wait, two notify',
    bounds: { preemptions: 2 },
    mutations: [
      replace(
        CONDITION,
        'Atomics.compareExchange(this.#words, ARRIVALS, arrivals, 0);',
        'Atomics.store(this.#words, ARRIVALS, 0);',
      ),
    ],
  },
  'arrivals are counted anew after 0': {
    breaks: 'C4',
    program: 'one waits twice, one produces twice, one notifies',
    bounds: { preemptions: 3 },
    mutations: [replace(CONDITION, ARRIVES, 'Atomics.add(this.#words, ARRIVALS, 1);')],
  },
  'give-up without an exchange': {
    breaks: 'C2',
    program: 'a timed waiter that was notified says so',
    mutations: [
      replace(
        RECORD,
        'return Atomics.compareExchange(table, record + STATE, state, state & ~STATES) === state;',
        'Atomics.store(table, record + STATE, state & ~STATES); return true;',
      ),
    ],
  },
  'granted waiter that is late says timeout': {
    breaks: 'C2',
    program: 'a timed waiter that was notified says so',
    mutations: [
      replace(
        WAITER,
        'return !withdraw(agent.table, record);',
        'return withdraw(agent.table, record) && false;',
      ),
    ],
  },
  'abort of a granted waiter eats the grant': {
    breaks: 'C2',
    program: 'a waiter that was notified is not aborted',
    mutations: [
      replace(
        WAITER,
        'if (withdraw(agent.table, record))\n            end(how);\n        else\n            end({ notified: true, aborted: false });',
        'withdraw(agent.table, record); end(how);',
      ),
    ],
  },
  'lost exchange is not tried with the next': {
    breaks: 'C2',
    program: 'a timed waiter that was notified says so',
    mutations: [
      replace(
        GRANT,
        'if (!move(agent.table, oldest, GRANTED))\n            continue;',
        'if (!move(agent.table, oldest, GRANTED)) return true;',
      ),
    ],
  },
  'poke before the grant': {
    breaks: 'K2',
    program: 'one waits',
    mutations: [
      replace(
        GRANT,
        'if (!move(agent.table, oldest, GRANTED))\n            continue;\n        poke(agent.table, oldest.slot);',
        'poke(agent.table, oldest.slot); if (!move(agent.table, oldest, GRANTED)) continue;',
      ),
    ],
  },
  'newest instead of oldest': {
    breaks: 'C3',
    program: 'in line',
    mutations: [
      replace(
        RECORD,
        'if (!oldest || isBefore(waiting.ticket, oldest.ticket))',
        'if (!oldest || isBefore(oldest.ticket, waiting.ticket))',
      ),
    ],
  },
  'record is not given back': {
    breaks: 'R3',
    program: 'one waits',
    mutations: [replace(WAITER, 'returnRecord(agent.table, record);', '')],
  },
  'grant of a dead waiter is not given on': {
    breaks: 'D1',
    program: 'one is notified, one dies',
    mutations: [
      replace(BURIAL, 'grant(agent, Atomics.load(agent.table, record + OBJECT)); // D1', ''),
    ],
  },
};
