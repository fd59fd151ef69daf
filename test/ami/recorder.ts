/** An object for callbacks of tests. */
import type { AsyncResult } from 'crossthread/ami';

/** Notes what it is called with, `this` included; whoever awaits {@link calls} gets so many. */
export class Recorder {
  readonly log: unknown[][] = [];
  #wanted = 0;
  #resolve: (() => void) | undefined;

  readonly note = (...entry: unknown[]): void => {
    this.log.push(entry);
    if (this.log.length >= this.#wanted) this.#resolve?.();
  };

  async calls(count: number): Promise<unknown[][]> {
    this.#wanted = count;
    if (this.log.length < count) await new Promise<void>((resolve) => (this.#resolve = resolve));
    await new Promise((resolve) => setImmediate(resolve)); // one too many would come now
    return this.log.splice(0);
  }

  finished(result: AsyncResult): void {
    this.note('finished', result);
  }

  value(...args: unknown[]): void {
    this.note('value', ...args);
  }

  failure(...args: unknown[]): void {
    this.note('failure', ...args);
  }

  sent(first: unknown, ...cookie: unknown[]): void {
    this.note('sent', first, ...cookie);
  }
}
