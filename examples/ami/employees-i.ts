/** The servant. It cannot tell how it is called: `getName` blocks its thread, `getNumber` awaits. */
import { setTimeout as sleepForAsync } from 'node:timers/promises';
import { thisThread } from 'crossthread';
import type { Servant } from 'crossthread/ami';
import { type Employees, NoSuchEmployee } from './employees.ts';

const LOOKUP = 5; // ms

export class EmployeesI implements Servant<Employees> {
  static readonly ids = ['::Demo::Employees'];
  readonly #names: ReadonlyMap<number, string>;

  constructor(names: ReadonlyMap<number, string>) {
    this.#names = names;
  }

  getName(number: number): string {
    thisThread.sleepFor(LOOKUP);
    const name = this.#names.get(number);
    if (name === undefined) throw new NoSuchEmployee(number);
    return name;
  }

  async getNumber(name: string): Promise<number> {
    await sleepForAsync(LOOKUP);
    return [...this.#names.entries()].find(([, each]) => each === name)?.[0] ?? -1;
  }
}
