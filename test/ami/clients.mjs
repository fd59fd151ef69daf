/** Clients of what is beneath the proxies, in threads of their own. */
import { Link } from '../../dist/ami/transport/link.js';
import '../../dist/ami/transport/memory.js'; // which arrives among the arguments

/** @typedef {import('../../dist/ami/transport/memory.js').AdapterMemory} AdapterMemory */

/** Calls `echo` many times, and sends some before it waits. @param {AdapterMemory} memory @param {number} me @param {number} calls */
export function call(memory, me, calls) {
  /** @type {unknown[]} */
  const answers = [];
  const link = open(memory, (answer) => answers.push(answer));
  for (let n = 1; n <= calls; n++) {
    link.send([n, 'Echo', 'echo', [me, n]]);
    if (n % 10 === 0) link.waitUntil(() => answers.length === n);
  }
  link.close();
  return answers;
}

/** Blocks until it is lost. @param {AdapterMemory} memory @param {Int32Array} words */
export function outlive(memory, words) {
  const link = open(memory, () => {});
  link.send([1, 'Echo', 'keepSilent', []]);
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);
  link.waitUntil(() => false);
  return link.isLost;
}

/** @param {AdapterMemory} memory @param {(answer: unknown) => void} received */
function open(memory, received) {
  return Link.open(memory, { received, sent: () => {}, lost: () => {} });
}
