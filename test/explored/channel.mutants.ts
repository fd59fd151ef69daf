/** The classic bugs of a bounded queue. */
import type { ProgramName } from './channel.ts';
import { type Mutant, replace } from './mutants.ts';

const SIDE = 'channel/side.js';
const SENDING = 'channel/sending-side.js';
const RECEIVING = 'channel/receiving-side.js';
const CHANNEL = 'channel/channel.js';
const RING = 'channel/ring.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'sent before it is written': {
    breaks: 'L1',
    program: 'one sends, one receives',
    mutations: [
      replace(
        SENDING,
        'if (!this.ring.write(head, tail, message, length))\n            return false;',
        '',
      ),
      replace(
        SENDING,
        'this.checkOpen(found);',
        'this.ring.write(head, tail, message, length); this.checkOpen(found);',
      ),
    ],
  },
  'received before it is read': {
    breaks: 'L1',
    program: 'one sends, one receives',
    mutations: [
      replace(RECEIVING, 'this.ring.read(head, length, incoming.room(length));', ''),
      replace(
        RECEIVING,
        'next(head, this.capacity)); // L1',
        'next(head, this.capacity)); this.ring.read(head, length, incoming.room(length));',
      ),
    ],
  },
  'the tail is stored': {
    breaks: 'L2',
    program: 'closed while it is sent',
    mutations: [
      replace(
        SENDING,
        'Atomics.compareExchange(this.words, SENDERS + POSITION, tail, sent);',
        '(Atomics.store(this.words, SENDERS + POSITION, sent), tail);',
      ),
    ],
  },
  'the end is seen with a message left': {
    breaks: 'L2',
    program: 'closed under receivers',
    mutations: [
      replace(
        RECEIVING,
        'if (positionOf(tail) === head) {',
        'if (positionOf(tail) === head || tail & CLOSED) {',
      ),
    ],
  },
  'two hold a lock': {
    breaks: 'L1',
    program: 'two send, one receives',
    mutations: [replace(SIDE, 'return found === 0 || this.#lockSlowly(found);', 'return true;')],
  },
  'one more than there is room for': {
    breaks: 'capacity',
    program: 'all try',
    mutations: [
      replace(
        SENDING,
        '=== this.capacity)\n            return false',
        '> this.capacity)\n            return false',
      ),
    ],
  },
  'who has moved wakes nobody': {
    breaks: 'L4',
    program: 'one sends, one receives',
    mutations: [replace(SIDE, 'this.#other.wakeOldest();', '')],
  },
  'one wake-up for many messages is not passed on': {
    breaks: 'L4',
    program: 'one sends, two receive',
    mutations: [
      replace(
        SIDE,
        'if (Atomics.load(this.words, this.#base + ARRIVALS) !== 0 && this.isAble)\n            this.wakeOldest();',
        '',
      ),
    ],
  },
  'who gives up wakes nobody': {
    breaks: 'L4',
    program: 'a receiver is timed',
    bounds: { preemptions: 1, timeouts: 1 },
    mutations: [
      replace(SIDE, 'leave() {\n        if (this.isAble)', 'leave() {\n        if (false)'),
    ],
  },
  'an event loop is woken alone': {
    breaks: 'L4',
    program: 'a task waits, its thread sends',
    mutations: [replace(SIDE, 'if (!oldest.isAsync)', 'if (true)')],
  },
  'served with the record open': {
    breaks: 'L4',
    program: 'one sends, two receive',
    mutations: [
      replace(
        SIDE,
        'if (moved !== undefined)\n                return moved ? TAKEN',
        'if (moved) this.#serve(); if (moved !== undefined)\n                return moved ? TAKEN',
      ),
      replace(SIDE, 'taken() {\n        this.#serve();', 'taken() {'),
    ],
  },
  'a waiter is not counted': {
    breaks: 'L3',
    program: 'one sends, one receives',
    mutations: [
      replace(
        SIDE,
        'Atomics.store(this.words, this.#base + ARRIVALS, arrivalNumber(ticket, MOST_ARRIVALS));',
        '',
      ),
    ],
  },
  'ARRIVALS is set to 0, whoever has come': {
    breaks: 'L6',
    program: 'one sends, three receive',
    bounds: { preemptions: 2 },
    mutations: [
      replace(
        SIDE,
        'Atomics.compareExchange(this.words, this.#base + ARRIVALS, arrivals, 0);',
        'Atomics.store(this.words, this.#base + ARRIVALS, 0);',
      ),
    ],
  },
  'a lock is not marked': {
    breaks: 'L5',
    program: 'all try',
    mutations: [
      replace(SIDE, 'Atomics.compareExchange(this.words, lock, found, marked) === found', 'true'),
    ],
  },
  'the mark wakes nobody': {
    breaks: 'L5',
    program: 'all try',
    mutations: [replace(SIDE, 'if ((found & CONTENDED) === 0)', 'if (true)')],
  },
  'the lock of the dead is for ever': {
    breaks: 'L1',
    program: 'a sender dies',
    mutations: [
      replace(SIDE, 'lock === 0 || isDead(this.#agent.table, lock & ~CONTENDED)', 'lock === 0'),
    ],
  },
  'close wakes nobody': {
    breaks: 'L4',
    program: 'closed under receivers',
    mutations: [replace(CHANNEL, 'wakeAll(this.#agent, this[OBJECT_ID]);', ';')],
  },
  'a message is put over the one before': {
    breaks: 'B1',
    program: 'one sends, two receive',
    mutations: [
      replace(
        RING,
        '<= (isWrapped ? first : end))\n            return behind;',
        '<= (isWrapped ? first : end))\n            return lastOffset;',
      ),
    ],
  },
};
