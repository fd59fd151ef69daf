/**
 * A thread that lives at a mutex among others that die there. It goes in and out by all forms, and
 * repairs what the dead leave.
 *
 * Words: A and B are equal unless somebody is inside. INSIDE names who is; only a death may leave it
 * set, and then the next one in must be a repairer.
 *
 * @import { Mutex } from 'crossthread'
 */
import { threadId } from 'node:worker_threads';
import { OwnerDiedError } from 'crossthread';
import { ALL } from './forms.mjs';

export const A = 0;
export const B = 1;
export const INSIDE = 2;
export const VIOLATIONS = 3;
export const STOP = 4;
export const DOOMED = 5; // the agent that is to exit when it is inside
export const PROGRESS = 8; // one word for each survivor from here on
export const LENGTH = 64;

const forms = Object.values(ALL);
const me = threadId + 1;

/** Lives until STOP. */
export async function live(
  /** @type {Mutex} */ mutex,
  /** @type {Int32Array} */ words,
  /** @type {number} */ place,
) {
  for (let i = me; Atomics.load(words, STOP) === 0; i++) {
    try {
      const guard = await forms[i % forms.length]?.(mutex);
      if (guard?.ownsLock) {
        goIn(words);
        guard.unlock();
      }
    } catch (error) {
      if (!(error instanceof OwnerDiedError)) throw error;
      await repair(mutex, words, i % 2 === 0);
    }
    Atomics.add(words, PROGRESS + place, 1);
    if (i % 8 === 0) await new Promise(setImmediate); // a message may have come
  }
}

function goIn(/** @type {Int32Array} */ words) {
  if (words[INSIDE] !== 0 || words[A] !== words[B]) Atomics.add(words, VIOLATIONS, 1);
  words[INSIDE] = me;
  words[A] = (words[A] ?? 0) + 1;
  if (Atomics.compareExchange(words, DOOMED, me, 0) === me) process.exit();
  if (words[A] % 8 === 0) Atomics.wait(words, STOP, 0, Math.random() * 2);
  words[B] = (words[B] ?? 0) + 1;
  words[INSIDE] = 0;
}

/**
 * @param {Mutex} mutex
 * @param {Int32Array} words
 * @param {boolean} isAsync
 */
async function repair(mutex, words, isAsync) {
  const fix = () => {
    words[B] = words[A] ?? 0;
    words[INSIDE] = 0;
  };
  try {
    const guard = isAsync ? await mutex.recoverAsync(fix) : mutex.recover(fix);
    guard.unlock();
  } catch (error) {
    // Somebody was faster.
    if (/** @type {{ code?: string }} */ (error).code !== 'operation_not_permitted') throw error;
  }
}
