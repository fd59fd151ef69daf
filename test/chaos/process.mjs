/**
 * A process of chaos: `node process.mjs '{ "rounds": 30, "seed": 1 }'`. In each round four threads do things at
 * random, one or two of them die, and main takes part, its event loop free or not. Prints what it has seen;
 * ends with 1, and the seed, when something is wrong, and by SIGKILL when somebody is stuck.
 *
 * @import { Participant } from './operations.mjs'
 * @import { Room } from './room.mjs'
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Random } from '../../dist/testing/random.js';
import { AGENT, AT, DYING, ENDED, LIVING, newBoard, OVER, PROGRESS, SEED } from './board.mjs';
import { LAST, perform, programOf } from './operations.mjs';
import {
  ARRIVED,
  faultsOf as countedFaults,
  load,
  LOCKS,
  MAIN,
  newRoom,
  PERMITS,
  STARTED,
  THREADS,
  TOKENS,
} from './room.mjs';

const options = JSON.parse(process.argv[2] ?? '{}');
/** @type {{ rounds: number, seed: number, url?: string, patience?: number }} */
const {
  rounds,
  seed: firstSeed,
  url,
  patience = 20_000, // ms
} = options;

const library = await load(url);
const board = newBoard();
Atomics.store(board, AGENT + MAIN, 1);

const watchdog = new Worker(new URL('./watchdog.mjs', import.meta.url), {
  workerData: { board, url, patience },
});
watchdog.unref();
await once(watchdog, 'message');

class Hand {
  worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { board, url } });
  agent = this.worker.threadId + 1;
  isDead = false;
  ready = once(this.worker, 'message');
  /** @type {(told: string) => void} */
  #finish = () => {};
  /** What went wrong, once it has come to an end. */
  told = Promise.resolve('');

  constructor() {
    this.worker.on('message', (told) => this.#finish(told));
    this.ended = new Promise((resolve) => this.worker.once('exit', resolve)).then(() => {
      this.isDead = true;
      this.#finish('it has died');
    });
  }

  /** @param {object} round */
  play(round) {
    this.told = new Promise((resolve) => (this.#finish = resolve));
    this.worker.postMessage(round);
  }
}

/** @type {Hand[]} */
let hands = [];
const seen = { rounds: 0, deaths: 0, rescues: 0 };

for (let i = 0; i < rounds; i++) await play(firstSeed + i);
seen.rescues = library.inspect().rescues;
await Promise.all(hands.map(({ worker }) => worker.terminate()));
console.log(JSON.stringify(seen));

async function play(/** @type {number} */ seed) {
  hands = hands.filter(({ isDead }) => !isDead);
  while (hands.length < THREADS) hands.push(new Hand());
  await Promise.all(hands.map(({ ready }) => ready));
  board.fill(0, AT, AGENT);
  board.fill(0, OVER);
  Atomics.store(board, SEED, seed);
  const room = newRoom(library);
  watchdog.postMessage(room);

  const plan = planOf(seed);
  for (const [thread, hand] of hands.entries()) {
    Atomics.store(board, AGENT + thread, hand.agent);
    const doom = plan.deaths.find((death) => death.thread === thread)?.step;
    hand.play({ room, seed, thread, doom });
  }
  await takePart(room, seed, plan);
  Atomics.store(board, OVER + MAIN, ENDED);

  const told = await Promise.all(hands.map(async (hand) => hand.told));
  const doomed = hands.filter((_, thread) => Atomics.load(board, OVER + thread) === DYING);
  await Promise.all(doomed.map(({ ended }) => ended));
  const wrong = told.filter((error, i) => error && Atomics.load(board, OVER + i) === ENDED);
  wrong.push(...(await faultsOf(room, doomed.length)));
  seen.rounds++;
  seen.deaths += doomed.length;
  if (wrong.length === 0) return;
  console.error(`seed ${seed}:\n  ${wrong.join('\n  ')}`);
  process.exit(1);
}

/** Who dies, and when: by an exit in a step of its own, or terminated after some ms. */
function planOf(/** @type {number} */ seed) {
  const random = new Random(~seed);
  const isBlocked = seed % 2 === 0;
  const first = random.below(THREADS);
  const threads = random.below(3)
    ? [first]
    : [first, (first + 1 + random.below(THREADS - 1)) % THREADS];
  const deaths = threads.map((thread) => ({
    thread,
    step: random.below(3) === 0 ? 1 + random.below(20) : undefined,
    after: random.below(30), // ms
  }));
  return { isBlocked, deaths };
}

/**
 * Main's part, with its event loop standing still or not: kills those that are to be killed, and sees to it
 * that nobody waits in vain who waits for what a dead one was to do.
 *
 * @param {Room} room
 * @param {number} seed
 * @param {ReturnType<typeof planOf>} plan
 */
async function takePart(room, seed, { isBlocked, deaths }) {
  const me = { library, room, thread: MAIN, isPatient: true, atRisk: () => {} };
  const program = programOf(seed, MAIN).map((step) => ({ ...step, isAsync: !isBlocked }));
  const pause = () => {
    if (isBlocked) Atomics.wait(board, SEED, seed, 1);
    return isBlocked ? undefined : new Promise((resolve) => setTimeout(resolve, 1));
  };
  const isOver = (/** @type {number} */ thread) => Atomics.load(board, OVER + thread) !== 0;
  while (Atomics.load(room.words, STARTED) < THREADS && !hands.some((_, i) => isOver(i)))
    await pause();
  const begin = performance.now();
  for (let i = 0; !hands.every((_, thread) => isOver(thread)); i++) {
    Atomics.store(board, AT + MAIN, i);
    for (const { thread, step, after } of deaths) {
      if (step !== undefined || isOver(thread) || performance.now() - begin < after) continue;
      if (Atomics.compareExchange(board, OVER + thread, LIVING, DYING) !== LIVING) continue;
      void hands[thread]?.worker.terminate();
    }
    const step = program[i % program.length];
    if (step && !(isBlocked && step.name === 'mixed')) await perform(me, step);
    await standIn(me, isBlocked);
    await pause();
    Atomics.add(board, PROGRESS + MAIN, 1);
  }
}

/** What those that wait wait for, where only a dead one would have done it. */
async function standIn(/** @type {Participant} */ me, /** @type {boolean} */ isBlocked) {
  const step = { isAsync: !isBlocked, n: 1 };
  const { words, latch } = me.room;
  await perform(me, { ...step, name: 'bump' });
  if (Atomics.load(words, TOKENS) === 0) await perform(me, { ...step, name: 'produce' });
  const left = hands.filter((_, i) => Atomics.load(board, OVER + i) === 0);
  const isLast = left.every((hand) => Atomics.load(board, AT + hands.indexOf(hand)) === LAST);
  if (left.length > 0 && isLast && !latch.tryWait()) {
    try {
      latch.countDown();
      Atomics.add(words, ARRIVED, 1);
    } catch {} // the dying one was faster
  }
}

/** What is not as it is to be when all is over and put in order. @param {Room} room @param {number} deaths */
async function faultsOf(room, deaths) {
  const { words, robust, latch } = room;
  const me = { library, room, thread: MAIN, isPatient: true, atRisk: () => {} };
  for (const name of LOCKS) await perform(me, { name, isAsync: true, n: 1 });
  await perform(me, { name: 'once', isAsync: true, n: 0 });
  for (; !latch.tryWait(); Atomics.add(words, ARRIVED, 1)) latch.countDown();
  const missing = THREADS - Atomics.load(words, ARRIVED);
  const faults = countedFaults(room, deaths);
  if (missing < 0 || missing > deaths) faults.push(`${missing} arrivals are missing`);
  if (robust.value !== PERMITS) faults.push(`robust has ${robust.value} permits`);
  if (!room.once.isSet) faults.push('what is done once was not done');
  for (const name of LOCKS) if (room[name].isLocked) faults.push(`${name} is locked`);
  return faults;
}
