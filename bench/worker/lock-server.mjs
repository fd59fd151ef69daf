/**
 * A lock made of messages, as programs have it that share no memory: one thread keeps it, the others ask for it,
 * and say when they are done.
 *
 * @import { MessagePort } from 'node:worker_threads'
 */
import { MessageChannel } from 'node:worker_threads';

const ASK = 0;
const DONE = 1;
const GRANTED = 2;

export class LockServer {
  #isHeld = false;
  /** @type {MessagePort[]} */
  #waiting = [];

  /** Returns the port of a client. */
  connect() {
    const { port1: port, port2 } = new MessageChannel();
    port.on('message', (message) => (message === ASK ? this.#ask(port) : this.#done()));
    port.unref();
    return port2;
  }

  #ask(/** @type {MessagePort} */ port) {
    if (this.#isHeld) this.#waiting.push(port);
    else port.postMessage(GRANTED);
    this.#isHeld = true;
  }

  #done() {
    const next = this.#waiting.shift();
    if (next) next.postMessage(GRANTED);
    else this.#isHeld = false;
  }
}

/** The lock, as a client sees it: grants come in the order of the asking. */
export function openLock(/** @type {MessagePort} */ port) {
  /** @type {((_: void) => void)[]} */
  const waiting = [];
  port.on('message', () => waiting.shift()?.());
  return {
    lockAsync() {
      port.postMessage(ASK);
      return new Promise((/** @type {(_: void) => void} */ resolve) => waiting.push(resolve));
    },
    unlock: () => port.postMessage(DONE),
  };
}
