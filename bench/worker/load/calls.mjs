/**
 * One thread calls another, and blocks or awaits until it has answered; and sends it chunks, a few on their way
 * at any time. Each by bare messages and by ami; what is awaited, by comlink, too.
 *
 * @import { Subject } from '../subject.mjs'
 * @import { AsyncResult } from 'crossthread/ami'
 * @import { Servant } from '../peers/servant.mjs'
 * @typedef {(subject: Subject, amount: number) => Promise<{ operations: number }>} Load
 */
import { Worker } from 'node:worker_threads';
import { wrap } from 'comlink';
// @ts-expect-error -- its declarations are not beside it
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { moduleRef } from 'crossthread';
import { defineProxy, initialize } from 'crossthread/ami';
import { COUNT } from '../subject.mjs';

const CHUNK = 64 * 1024; // bytes
const WINDOW = 5; // chunks on their way, and one more

const servants =
  /** @type {import('crossthread').ModuleRef<typeof import('../peers/servant.mjs')>} */ (
    moduleRef('../peers/servant.mjs', import.meta.url)
  );
const urlOf = (/** @type {string} */ name) => new URL(`../peers/${name}.mjs`, import.meta.url);
const start = (/** @type {string} */ name) => new Worker(urlOf(name));

/** @type {ReturnType<typeof startServant> | undefined} */
let servant;
/** @type {any} */
let peer;
/** @type {Echo | undefined} */
let echo;

export function callBlocked(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  servant ??= startServant();
  for (let i = 0; i < amount; i++) {
    if (servant.next(i) === i + 1) data[COUNT]++;
  }
  return { operations: amount };
}

/** @returns {Load} */
const oneByOne =
  (/** @type {() => (n: number) => Promise<number>} */ open) =>
  async ({ data }, amount) => {
    const next = open();
    for (let i = 0; i < amount; i++) {
      if ((await next(i)) === i + 1) data[COUNT]++;
    }
    return { operations: amount };
  };

export const message = oneByOne(() => {
  const port = (echo ??= new Echo());
  return (n) => port.send(n);
});

export const call = oneByOne(() => {
  const prx = (servant ??= startServant());
  return (n) => prx.nextAsync(n);
});

export const comlink = oneByOne(() => {
  peer ??= wrap(nodeEndpoint(start('comlink')));
  return (n) => peer.next(n);
});

/** Each chunk is made, as by reading a file, and given away: it is not copied. */
export async function chunksTransferred(
  /** @type {Subject} */ { data },
  /** @type {number} */ amount,
) {
  const port = (echo ??= new Echo());
  const sent = [];
  for (let i = 0; i < amount; i++) {
    const { buffer } = new Uint8Array(CHUNK).fill(i);
    sent.push(port.send(buffer, [buffer]));
    if (sent.length > WINDOW && (await sent.shift()) === CHUNK) data[COUNT]++;
  }
  for (const length of await Promise.all(sent)) if (length === CHUNK) data[COUNT]++;
  return { operations: amount };
}

/** One chunk is filled again and again: it is copied. */
export function chunks(/** @type {Subject} */ { data }, /** @type {number} */ amount) {
  const prx = (servant ??= startServant());
  const chunk = new Uint8Array(CHUNK);
  /** @type {AsyncResult[]} */
  const sent = [];
  for (let i = 0; i < amount; i++) {
    sent.push(prx.begin_put(chunk.fill(i)));
    if (sent.length > WINDOW) prx.end_put(/** @type {AsyncResult} */ (sent.shift()));
  }
  for (const result of sent) prx.end_put(result);
  data[COUNT] += prx.take() / CHUNK;
  return { operations: amount };
}

/** Answers come in the order of what was sent. */
class Echo {
  #worker = start('echo');
  /** @type {((answer: number) => void)[]} */
  #waiting = [];

  constructor() {
    this.#worker.on('message', (answer) => this.#waiting.shift()?.(answer));
  }

  /** @returns {Promise<number>} */
  send(/** @type {unknown} */ message, /** @type {ArrayBuffer[]} */ transfer = []) {
    this.#worker.postMessage(message, transfer);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function startServant() {
  const type = /** @type {ReturnType<typeof defineProxy<Servant>>} */ (defineProxy());
  const ServantPrx = type('::Bench::Servant', { next: 'returns', put: 'void', take: 'returns' });
  return ServantPrx.uncheckedCast(initialize().startServant(servants, 'Servant'));
}
