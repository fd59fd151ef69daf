/** The classic bugs of two ends that wait for each other. */
import type { ProgramName } from './ami-link.ts';
import { type Mutant, replace } from './mutants.ts';

const BELL = 'ami/transport/bell.js';
const FRAMES = 'ami/transport/frames.js';
const LINK = 'ami/transport/link.js';
const LISTENER = 'ami/transport/listener.js';
const LISTENING = 'ami/transport/listening.js';
const MEMORY = 'ami/transport/memory.js';
const RINGING = 'ami/transport/ringing.js';

export const MUTANTS: Record<string, Mutant<ProgramName>> = {
  'nobody is rung after a message': {
    breaks: 'F4',
    program: 'one calls twice',
    mutations: [replace(FRAMES, 'bell.ring(); // F4', '')],
  },
  'the end is not told that the queue is sent': {
    breaks: 'S2',
    program: 'the server ends with answers queued',
    mutations: [replace(LISTENER, 'if (peer.flush())', 'if (peer.flush() && false)')],
  },
  'WANTS_ROOM is not set': {
    breaks: 'F2',
    program: 'one sends three, both directions fill',
    mutations: [replace(FRAMES, 'Atomics.store(words, wantsRoom, 1);', '')],
  },
  'WANTS_ROOM is set, and no try made after it': {
    breaks: 'F2',
    program: 'one sends three, both directions fill',
    mutations: [
      replace(
        FRAMES,
        'if (!channel.trySend(value))\n                return false; // F2',
        'return false;',
      ),
    ],
  },
  'WANTS_ROOM is set after the last try': {
    breaks: 'F2',
    program: 'one sends three, both directions fill',
    mutations: [
      replace(
        FRAMES,
        'Atomics.store(words, wantsRoom, 1);\n            if (!channel.trySend(value))\n                return false; // F2',
        'if (!channel.trySend(value)) {\n                Atomics.store(words, wantsRoom, 1);\n                return false;\n            }',
      ),
    ],
  },
  'WANTS_ROOM is not looked at': {
    breaks: 'F2',
    program: 'one sends three, both directions fill',
    mutations: [
      replace(
        FRAMES,
        'if (found !== undefined && Atomics.load(words, wantsRoom) !== 0)',
        'if (false)',
      ),
    ],
  },
  'WANTS_ROOM is looked at before a message is taken': {
    breaks: 'F2',
    program: 'one sends three, both directions fill',
    mutations: [
      replace(
        FRAMES,
        'const found = channel.tryReceive();',
        'const wanted = Atomics.load(words, wantsRoom);\n        const found = channel.tryReceive();',
      ),
      replace(
        FRAMES,
        'found !== undefined && Atomics.load(words, wantsRoom) !== 0',
        'found !== undefined && wanted !== 0',
      ),
    ],
  },
  'WANTS_ROOM is cleared after the ring': {
    breaks: 'F3',
    program: 'one request has three answers',
    mutations: [
      replace(
        FRAMES,
        'Atomics.store(words, wantsRoom, 0);\n            bell.ring(); // F3',
        'bell.ring();\n            Atomics.store(words, wantsRoom, 0);',
      ),
    ],
  },
  'WANTS_ROOM is not cleared': {
    breaks: 'F3',
    program: 'one sends three, both directions fill',
    mutations: [replace(FRAMES, 'Atomics.store(words, wantsRoom, 0);', '')],
  },
  'a message overtakes the queue': {
    breaks: 'F1',
    program: 'one sends three, both directions fill',
    mutations: [
      replace(FRAMES, 'this.isEmpty && this.#putWhole(message)', 'this.#putWhole(message)'),
    ],
  },
  'pieces are put together in the wrong order': {
    breaks: 'F1',
    program: 'one message is larger than the ring',
    mutations: [
      replace(FRAMES, 'this.#pieces.push(piece.more);', 'this.#pieces.unshift(piece.more);'),
    ],
  },
  'pieces are kept for the next message': {
    breaks: 'F1',
    program: 'one message is larger than the ring',
    mutations: [replace(FRAMES, 'this.#pieces = [];\n        const length', 'const length')],
  },
  'a ring does not count': {
    breaks: 'V1',
    program: 'one calls twice',
    mutations: [replace(BELL, '((found & COUNT) + ONE) | 0', 'found & COUNT')],
  },
  'a ring wakes nobody': {
    breaks: 'V3',
    program: 'one calls twice',
    mutations: [
      replace(BELL, 'poke(this.#agent.table, Atomics.load(this.#words, this.#rings + SLOT));', ';'),
    ],
  },
  'who waits does not set WAITED': {
    breaks: 'V2',
    program: 'one calls twice',
    mutations: [replace(BELL, 'if (found & WAITED)\n                return true;', 'return true;')],
  },
  'WAITED is set before the SLOT': {
    breaks: 'V2',
    program: 'one calls twice',
    mutations: [
      replace(BELL, 'Atomics.store(this.#words, this.#rings + SLOT, this.#agent.slot); // V2', ''),
      replace(
        BELL,
        'if (Atomics.compareExchange(this.#words, this.#rings, found, marked) === found)',
        'if (Atomics.compareExchange(this.#words, this.#rings, found, marked) === found && (Atomics.store(this.#words, this.#rings + SLOT, this.#agent.slot), true))',
      ),
    ],
  },
  'who waits does not look at the COUNT': {
    breaks: 'V2',
    program: 'one calls twice',
    mutations: [replace(BELL, 'if ((found & COUNT) !== seen)\n                return false;', '')],
  },
  'the COUNT is read after what it is for': {
    breaks: 'V2',
    program: 'one calls twice',
    mutations: [
      replace(
        LINK,
        'const seen = this.#bell.count;\n            this.pump();',
        'this.pump();\n            const seen = this.#bell.count;',
      ),
    ],
  },
  'an event loop reads the COUNT after what it is for': {
    breaks: 'V2',
    program: 'one awaits three',
    mutations: [
      replace(
        LISTENING,
        'this.#ringing.look();\n        const isMore = this.#onRing();',
        'const isMore = this.#onRing();\n        this.#ringing.look();',
      ),
    ],
  },
  'an event loop is called once': {
    breaks: 'V2',
    program: 'one awaits three',
    mutations: [replace(LISTENING, "else\n            this.look('poke');", '')],
  },
  'the end is seen after what has come': {
    breaks: 'C1',
    program: 'an answer, and the end',
    mutations: [replace(LINK, 'if (isGone && ', 'if (this.#memory.isGone && ')],
  },
  'what is queued is left to the next call': {
    breaks: 'C2',
    program: 'one awaits three',
    mutations: [replace(LINK, 'this.#flush();\n            this.#takeAll();', 'this.#takeAll();')],
  },
  'the end is not told': {
    breaks: 'C1',
    program: 'the server dies, one waits',
    mutations: [replace(LINK, 'this.#events.lost();', '')],
  },
  'the end is not looked for': {
    breaks: 'C1',
    program: 'the server dies, one waits',
    mutations: [
      replace(LINK, '#isServerGone = () => this.#memory.isGone', '#isServerGone = () => false'),
    ],
  },
  'the end is not looked for by an event loop': {
    breaks: 'V2',
    program: 'the server dies, one awaits',
    mutations: [replace(RINGING, 'if (this.#isOver())\n            return TAKEN;', '')],
  },
  'nobody hears that the adapter is closed': {
    breaks: 'A2',
    program: 'the adapter is closed, one waits',
    mutations: [replace(LISTENER, 'place.bell.ring();', ';')],
  },
  'the adapter is closed after all have heard': {
    breaks: 'V1',
    program: 'the adapter is closed, one waits',
    mutations: [
      replace(
        LISTENER,
        'this.#memory.close();\n        for (const place of this.#places)\n            if (place.isInUse)\n                place.bell.ring();',
        'for (const place of this.#places)\n            if (place.isInUse)\n                place.bell.ring();\n        this.#memory.close();',
      ),
    ],
    bounds: { preemptions: 1 },
  },
  'the place of a dead client is not freed': {
    breaks: 'A2',
    program: 'a client dies, another takes its place',
    mutations: [replace(LISTENER, 'place.free();', ';')],
  },
  'nobody looks for dead clients': {
    breaks: 'A2',
    program: 'a client dies, and is missed',
    mutations: [replace(LISTENER, '() => this.#hasLost()', '() => false')],
  },
  'a client leaves before what it has sent was taken': {
    breaks: 'S1',
    program: 'one sends and leaves',
    mutations: [
      replace(
        LISTENER,
        'if (isLeft)\n                this.#lose',
        'if (place.isLeft)\n                this.#lose',
      ),
      replace(LISTENER, 'if (isLeft && !this.#isClosed)', 'if (place.isLeft && !this.#isClosed)'),
    ],
    bounds: { preemptions: 2 },
  },
  'who has left is forgotten when the server ends': {
    breaks: 'S1',
    program: 'one sends and leaves, and the server ends',
    mutations: [replace(LISTENER, 'serveLeft() {', 'serveLeft() {\n        return;')],
  },
  'CLIENT is freed before PHASE': {
    breaks: 'A2',
    program: 'a client dies, another takes its place',
    mutations: [
      replace(
        MEMORY,
        'Atomics.store(this.#words, this.#base + PHASE, NONE);\n        Atomics.store(this.#words, this.#base + CLIENT, 0); // A2',
        'Atomics.store(this.#words, this.#base + CLIENT, 0);\n        Atomics.store(this.#words, this.#base + PHASE, NONE);',
      ),
    ],
    bounds: { preemptions: 1 },
  },
  'a place is taken by a store': {
    breaks: 'A1',
    program: 'two send and leave',
    mutations: [
      replace(
        MEMORY,
        'return Atomics.compareExchange(this.#words, this.#base + CLIENT, 0, client) === 0;',
        'return (Atomics.store(this.#words, this.#base + CLIENT, client), true);',
      ),
    ],
    bounds: { preemptions: 1 },
  },
  'READY before it is set up': {
    breaks: 'A1',
    program: 'two send and leave',
    mutations: [
      replace(
        MEMORY,
        'setUp() {',
        'setUp() {\n        Atomics.store(this.#words, this.#base + PHASE, READY);',
      ),
    ],
    bounds: { preemptions: 1 },
  },
};
