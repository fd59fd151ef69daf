/**
 * A servant for tests.
 *
 * @import { Current } from 'crossthread/ami'
 */
import { Latch } from 'crossthread';
import { NoSuchEmployee } from './no-such-employee.mjs';

export class EmployeesI {
  static ids = ['::Test::Employees'];
  /** @type {string[]} */
  #called = [];

  constructor(/** @type {string[]} */ ...names) {
    this.names = names;
  }

  getName(/** @type {number} */ number) {
    const name = this.names[number];
    if (name === undefined) throw NoSuchEmployee.of(number);
    return name;
  }

  /** @param {string} name @returns {Promise<number>} */
  async getNumber(name) {
    await Promise.resolve();
    return this.names.indexOf(name);
  }

  retire(/** @type {number} */ number) {
    this.#called.push(`retire ${number}`);
  }

  check(/** @type {number} */ number) {
    this.getName(number);
  }

  /** Tells of its call. */
  note(/** @type {string} */ text, /** @type {Current} */ { id, operation, ctx, requestId }) {
    const context = [...ctx].map(([key, value]) => `${key}=${value}`).join();
    this.#called.push(`${id}.${operation} ${text} ${context} ${requestId > 0}`);
  }

  called() {
    return this.#called.splice(0);
  }

  echo(/** @type {unknown} */ value) {
    return value;
  }

  /** Blocks its thread until the latch is open. */
  hold(/** @type {Latch} */ latch, /** @type {Latch} */ held) {
    held.countDown();
    latch.wait();
  }

  /** Ends its adapter, and answers with so many bytes. */
  stop(/** @type {number} */ length, /** @type {Current} */ { adapter }) {
    adapter.destroy();
    return new Uint8Array(length);
  }

  /** @param {Uint8Array} _bytes */
  put(_bytes) {
    this.#called.push('put');
  }

  fail(/** @type {'string' | 'unknown' | 'built in' | 'function' | 'handle' | 'exit'} */ how) {
    if (how === 'exit') process.exit();
    if (how === 'handle') {
      const { crossthread } = /** @type {any} */ (Latch.global('ami handle', 1));
      return { crossthread: { ...crossthread, kind: 'Nobody' } };
    }
    if (how === 'function') return () => {};
    if (how === 'string') throw 'a string'; // oxlint-disable-line no-throw-literal
    throw how === 'built in'
      ? new RangeError('too far')
      : new (class Unknown extends Error {})('?');
  }
}

export class Broken {
  order = Broken.#fail();

  static #fail() {
    throw new Error('out of order');
  }
}

/** Throws what is registered. */
export class Vacant {
  order = Vacant.#fail();

  static #fail() {
    throw NoSuchEmployee.of(1);
  }
}

export const version = 1;
