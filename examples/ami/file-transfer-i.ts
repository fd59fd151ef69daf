/** The servant: it digests each chunk as it comes, which takes about as long as reading it does. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Servant } from 'crossthread/ami';
import type { FileTransfer } from './file-transfer.ts';

export class FileTransferI implements Servant<FileTransfer> {
  #hash = createHash('sha256');
  #length = 0;

  send(offset: number, bytes: Uint8Array): void {
    assert.equal(offset, this.#length, 'a chunk is missing'); // requests of a connection keep their order
    this.#hash.update(bytes);
    this.#length += bytes.length;
  }

  finish(): string {
    const digest = this.#hash.digest('hex');
    this.#hash = createHash('sha256');
    this.#length = 0;
    return digest;
  }
}
