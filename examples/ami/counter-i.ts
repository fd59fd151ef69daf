/** The servant. */
import type { Servant } from 'crossthread/ami';
import type { Counter } from './counter.ts';

export class CounterI implements Servant<Counter> {
  #received = 0;

  opVoid(): void {
    this.#received++;
  }

  received(): number {
    return this.#received;
  }
}
