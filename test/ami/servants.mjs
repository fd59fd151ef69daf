/** Servants for the tests of what is beneath the proxies. */
import { registerErrors } from '../../dist/index.js';

export class TooBig extends Error {
  /** @param {string} message @param {number} limit */
  constructor(message, limit) {
    super(message);
    this.limit = limit;
  }
}
registerErrors(TooBig);

/** @typedef {import('../../dist/ami/dispatch.js').Current} Current */

export class Echo {
  static ids = ['::Test::Echo', '::Test::Base'];
  /** @type {unknown[]} */
  #noted = [];
  #words;

  /** @param {Int32Array} words */
  constructor(words) {
    this.#words = words;
  }

  /** @param {unknown[]} args */
  echo(...args) {
    return args.slice(0, -1);
  }

  /** @param {Current} current */
  tell({ adapter, id, operation, ctx, requestId }) {
    return { id, operation, ctx, requestId, adapter: adapter.getName() };
  }

  /** Answers in a moment. @param {unknown} value */
  answerLater(value) {
    return new Promise((resolve) => {
      setTimeout(() => resolve(value), 20);
    });
  }

  /** Never answers. */
  keepSilent() {
    return new Promise(() => {});
  }

  /** @param {unknown} value */
  note(value) {
    this.#noted.push(value);
  }

  noted() {
    return this.#noted;
  }

  throwTooBig() {
    throw new TooBig('too big', 7);
  }

  throwTypeError() {
    throw new TypeError('nobody has registered this');
  }

  rejectTooBig() {
    return Promise.reject(new TooBig('later', 8));
  }

  uncloneable() {
    return () => {};
  }

  /** Blocks until the words say that it may go on. */
  block() {
    Atomics.store(this.#words, 0, 1);
    Atomics.notify(this.#words, 0);
    Atomics.wait(this.#words, 1, 0, 60_000);
  }

  exit() {
    process.exit();
  }

  /** @param {unknown} _ @param {Current} current */
  destroy(_, { adapter }) {
    adapter.destroy();
    return 'destroyed';
  }
}

export class Broken {
  /** @param {string} why */
  constructor(why) {
    throw new RangeError(why);
  }

  echo() {}
}
