import { randomUUID } from 'node:crypto';

/** `Aws::Client::AsyncCallerContext`: a text for the response handler. */
export class AsyncCallerContext {
  #uuid: string;

  constructor(uuid: string = randomUUID()) {
    this.#uuid = uuid;
  }

  setUUID(uuid: string): void {
    this.#uuid = uuid;
  }

  getUUID(): string {
    return this.#uuid;
  }
}
