/** A file to be sent, as often as it takes to be long, and a progress bar for it. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import progress from 'cli-progress';

const CHUNK = 32 * 1024; // bytes

export interface Chunk {
  readonly offset: number;
  /** The same memory each time: a call copies what it sends. */
  readonly bytes: Uint8Array;
}

export class Source {
  readonly #fileName: string;
  readonly length: number;

  /** The file again and again, until there are `bytes` of it. */
  constructor(fileName: string, bytes: number) {
    const { size } = statSync(fileName);
    if (size === 0) throw new TypeError(`${fileName} is empty`);
    this.#fileName = fileName;
    this.length = Math.ceil(bytes / size) * size;
  }

  /** Reads it. A terminal shows how far that is. */
  *chunks(title: string): Generator<Chunk, void, undefined> {
    const format = `${title} {bar} {percentage} %`;
    const bar = new progress.SingleBar({ format, clearOnComplete: true, barsize: 40 });
    bar.start(this.length, 0);
    try {
      for (const chunk of this.#read()) {
        yield chunk;
        bar.update(chunk.offset);
      }
    } finally {
      bar.stop(); // also for who fails: the terminal has its cursor again
    }
  }

  digest(): string {
    const hash = createHash('sha256');
    for (const { bytes } of this.#read()) hash.update(bytes);
    return hash.digest('hex');
  }

  *#read(): Generator<Chunk, void, undefined> {
    const file = openSync(this.#fileName, 'r');
    const buffer = new Uint8Array(CHUNK);
    try {
      const { size } = statSync(this.#fileName);
      for (let offset = 0; offset < this.length;) {
        const read = readSync(file, buffer, 0, CHUNK, offset % size);
        yield { offset, bytes: buffer.subarray(0, read) };
        offset += read;
      }
    } finally {
      closeSync(file);
    }
  }
}
