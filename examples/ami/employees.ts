/**
 * What the definition in Slice is to Ice, for clients and servants:
 *
 *   module Demo {
 *     exception NoSuchEmployee { int number; };
 *     interface Employees {
 *       string getName(int number) throws NoSuchEmployee;
 *       int getNumber(string name);
 *     };
 *   };
 */
import { registerErrors } from 'crossthread';
import { defineProxy, type Proxy, UserException } from 'crossthread/ami';

export class NoSuchEmployee extends UserException {
  readonly number: number;

  constructor(number: number) {
    super(`nobody has the number ${number}`);
    this.number = number;
  }
}
registerErrors(NoSuchEmployee); // keeps its class on the way

export interface Employees {
  getName(number: number): string;
  getNumber(name: string): number;
}

export const EmployeesPrx = defineProxy<Employees>()('::Demo::Employees', {
  getName: 'returns',
  getNumber: 'returns',
});
export type EmployeesPrx = Proxy<Employees>;
