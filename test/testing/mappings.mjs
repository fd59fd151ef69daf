// Prints how large a mapping of this process was at most while many explorations ran, in MiB.
import { readFileSync } from 'node:fs';
import { Mutex } from 'crossthread';
import { explore } from 'crossthread/testing';

const MIB = 2 ** 20;

function largest() {
  const mappings = readFileSync('/proc/self/maps', 'utf8').matchAll(/^(\w+)-(\w+) rw/gm);
  return Math.max(
    ...Array.from(mappings, ([, from, to]) => Number(`0x${to}`) - Number(`0x${from}`)),
  );
}

/** @type {import('crossthread/testing').Model<Mutex>} */
const model = { setup: () => new Mutex(), threads: [(mutex) => void mutex.lock()] };
let most = 0;
for (let i = 0; i < 200; i++) {
  await explore(model);
  most = Math.max(most, largest());
}
console.log(most / MIB);
