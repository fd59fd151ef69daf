/**
 * The servant of the page: its employees, its transfer of files, and its operation with several results.
 *
 * @import { Latch } from 'crossthread'
 */
import { EmployeesI } from '../employees.mjs';

export class TransferI extends EmployeesI {
  /** @type {[number, Uint8Array][]} */
  #chunks = [];

  /** @param {number} inp1 @param {string} inp2 */
  op(inp1, inp2) {
    return { returnValue: inp1 / 2, outp1: inp2 === 'yes', outp2: BigInt(inp1) };
  }

  /** @param {number} offset @param {Uint8Array} bytes */
  send(offset, bytes) {
    this.#chunks.push([offset, bytes]);
  }

  /** What was sent, in the order in which it came. */
  received() {
    return this.#chunks.splice(0);
  }

  /** @param {Latch} latch */
  arrive(latch) {
    latch.countDown();
  }
}
