/**
 * What the threads of these tests do with a barrier.
 *
 * @import { ArrivalToken, Barrier } from 'crossthread'
 */

/** @type {ArrivalToken | undefined} */
let token;

/** Meets the others in each of so many phases; returns what it found in `words` after each. */
export function march(/** @type {Barrier} */ barrier, /** @type {Int32Array} */ words) {
  const seen = [];
  for (const phase of words.keys()) {
    Atomics.add(words, phase, 1);
    barrier.arriveAndWait();
    seen.push(Atomics.load(words, phase));
  }
  return seen;
}

export async function marchAsync(/** @type {Barrier} */ barrier, /** @type {Int32Array} */ words) {
  const seen = [];
  for (const phase of words.keys()) {
    Atomics.add(words, phase, 1);
    await barrier.arriveAndWaitAsync();
    seen.push(Atomics.load(words, phase));
  }
  return seen;
}

/** As {@link march}, with a completion that counts how many phases are complete, in one word. */
export function marchCompleting(
  /** @type {Barrier} */ barrier,
  /** @type {Int32Array} */ words,
  /** @type {Int32Array} */ completed,
) {
  let own = 0;
  barrier.onCompletion(() => {
    own++;
    Atomics.add(completed, 0, 1);
  });
  const seen = [];
  for (const phase of words.keys()) {
    Atomics.add(words, phase, 1);
    barrier.arriveAndWait();
    seen.push(Atomics.load(completed, 0));
  }
  return { seen, own };
}

/** Takes part in so many phases, and drops out in the last. */
export function marchAndDrop(/** @type {Barrier} */ barrier, /** @type {number} */ phases) {
  for (let phase = 1; phase < phases; phase++) barrier.arriveAndWait();
  barrier.arriveAndDrop();
}

export function arrive(/** @type {Barrier} */ barrier, n = 1) {
  token = barrier.arrive(n);
}

export function arriveOften(/** @type {Barrier} */ barrier, /** @type {number} */ times) {
  for (let i = 0; i < times; i++) barrier.arrive();
}

/** For the end of the phase of the last `arrive`. */
export function wait(/** @type {Barrier} */ barrier) {
  barrier.wait(/** @type {ArrivalToken} */ (token));
}

export function arriveAndWait(/** @type {Barrier} */ barrier) {
  barrier.arriveAndWait();
}

export async function arriveAndWaitAsync(/** @type {Barrier} */ barrier) {
  await barrier.arriveAndWaitAsync();
}

/** As {@link arriveAndWait}, with a completion; `failure`: what that throws. */
export function complete(/** @type {Barrier} */ barrier, /** @type {string} */ failure) {
  barrier.onCompletion(() => {
    if (failure) throw new RangeError(failure);
  });
  barrier.arriveAndWait();
}

/** Is the last to arrive, and never returns from its completion. */
export function hang(/** @type {Barrier} */ barrier, /** @type {Int32Array} */ words) {
  barrier.onCompletion(() => {
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    Atomics.wait(words, 0, 1);
  });
  barrier.arriveAndWait();
}

/** Has a completion from here on. */
export function completes(/** @type {Barrier} */ barrier) {
  barrier.onCompletion(() => {});
}
