/** The classic bugs of a stop: between the word and the records, in giving up, in callbacks. */
import { type Mutant, replace } from './mutants.ts';
import type { ProgramName } from './stop.ts';

const STOP = 'wait/stop.js';
const CALLBACKS = 'wait/callbacks.js';
const BLOCK = 'wait/block.js';
const WAITER = 'condition-variable/waiter.js';
const CONDITION = 'condition-variable/condition-variable.js';

const SETS = 'if (Atomics.or(this.#words, STATE, STOPPED) & STOPPED)\n            return false;';
const WAKES = 'wakeAll(this.agent, this.object);';
const OPENS = 'open(agent, this.#record, stop.object, NONE, timestamp(agent), HEED);';
const LOOKS = 'inboxOf(agent).add(this);';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'records are scanned before the word is set': {
    breaks: 'W2',
    program: 'an acquirer is stopped',
    mutations: [replace(STOP, SETS, `${WAKES} ${SETS}`), replace(STOP, `${WAKES} // W2`, '')],
  },
  'a blocked thread publishes after its look': {
    breaks: 'W2',
    program: 'an acquirer is stopped',
    mutations: [
      replace(STOP, OPENS, ''),
      replace(
        STOP,
        'if (!this.#stop.isStopped)\n            return undefined;',
        `const isStopped = this.#stop.isStopped; const stop = this.#stop; const agent = this.#agent;
         ${OPENS} if (!isStopped) return undefined;`,
      ),
    ],
  },
  'a condition looks before it publishes': {
    breaks: 'W2',
    program: 'a waiter of a condition is stopped',
    mutations: [
      replace(STOP, OPENS, ''),
      replace(
        STOP,
        'if (!this.#stop.isStopped)\n            return undefined;',
        `const isStopped = this.#stop.isStopped; const stop = this.#stop; const agent = this.#agent;
         ${OPENS} if (!isStopped) return undefined;`,
      ),
    ],
  },
  'an event loop looks before it publishes': {
    breaks: 'W2',
    program: 'an awaiting acquirer is stopped',
    mutations: [
      replace(STOP, `${LOOKS} // looks: W2`, ''),
      replace(
        STOP,
        'open(agent, this.#record, this.object,',
        `this.#turn = new Turn(agent, this.#record, true, HEED); ${LOOKS} open(agent, this.#record, this.object,`,
      ),
    ],
  },
  'only this thread hears of it': {
    breaks: 'W2',
    program: 'two are stopped',
    mutations: [replace(STOP, WAKES, '')],
  },
  'event loops are woken, blocked threads are not': {
    breaks: 'W2',
    program: 'a callback runs after its thread was blocked',
    mutations: [replace(STOP, OPENS, ''), replace(STOP, 'if (!this.#stop.isStopped)', 'if (true)')],
  },
  'a woken thread does not look at the token': {
    breaks: 'W2',
    program: 'a waiter of a condition is stopped',
    mutations: [replace(WAITER, 'lookout?.attempt(turn)', 'undefined')],
  },
  'a woken sleeper does not look at the token': {
    breaks: 'W2',
    program: 'a sleeper is stopped',
    mutations: [replace('wait/pause.js', 'lookout?.attempt(turn) ?? UNTIL_POKED', 'UNTIL_POKED')],
  },
  'the record of a sleeper is kept': {
    breaks: 'R3',
    program: 'a sleeper is stopped',
    mutations: [replace('wait/pause.js', 'lookout?.close();', '')],
  },
  'two are the first': {
    breaks: 'W1',
    program: 'two request, one is the first',
    mutations: [
      replace(
        STOP,
        SETS,
        'if (this.isStopped) return false; Atomics.or(this.#words, STATE, STOPPED);',
      ),
    ],
  },
  'what was chosen for a stopped one is not passed on': {
    breaks: 'P2',
    program: 'two acquire, one is stopped, a permit comes',
    mutations: [replace(BLOCK, 'protocol.leave();', ';')],
  },
  'a stopped locker keeps what was reserved for it': {
    breaks: 'P2',
    program: 'a locker is stopped, another waits',
    mutations: [replace(BLOCK, 'protocol.leave();', ';')],
  },
  'a stopped waiter does not ask its predicate again': {
    breaks: 'DESIGN 3.3',
    program: 'a stop meets a notification',
    bounds: { preemptions: 1 },
    mutations: [
      replace(
        CONDITION,
        'if (!this.#waitOnce(lock, deadline, stop))\n                return holds(pred);',
        'if (!this.#waitOnce(lock, deadline, stop)) return false;',
      ),
    ],
  },
  'the record of a token is kept': {
    breaks: 'R3',
    program: 'an acquirer is stopped',
    mutations: [replace(BLOCK, 'lookout?.close();', '')],
  },
  'the record of callbacks is kept': {
    breaks: 'R3',
    program: 'a callback is disposed of',
    mutations: [replace(STOP, 'putBack(this.agent, this.#record);', '')],
  },
  'what was disposed of runs': {
    breaks: 'W3',
    program: 'a callback disposes of another',
    mutations: [
      replace(
        CALLBACKS,
        'if (!this.remove(callback))\n            return;',
        'this.remove(callback);',
      ),
      replace(CALLBACKS, 'of this.#waiting)', 'of [...this.#waiting])'),
    ],
  },
  'a callback runs twice': {
    breaks: 'W3',
    program: 'a callback disposes of another',
    mutations: [
      replace(CALLBACKS, 'if (!this.remove(callback))', 'if (!this.#waiting.has(callback))'),
    ],
  },
  'disposing leaves it there': {
    breaks: 'W3',
    program: 'a callback is disposed of',
    mutations: [replace('stop/stop-callback.js', 'this.#watch.remove(this.#callback);', '')],
  },
  'callbacks run while they are added': {
    breaks: 'W4',
    program: 'an awaiting acquirer is stopped',
    mutations: [
      replace(STOP, 'void Promise.resolve().then(() => this.runAll());', 'this.runAll();'),
    ],
  },
  'a late callback is not run by its constructor': {
    breaks: 'W2',
    program: 'a callback runs on its event loop',
    mutations: [
      replace('stop/stop-callback.js', 'if (this.#watch.isStopped)', 'if (false)'),
      replace(STOP, LOOKS, 'if (!this.isStopped) inboxOf(agent).add(this);'),
    ],
  },
};
