/** Proxies of what is in employees.mjs. */
import { Latch, moduleRef } from 'crossthread';
import { type Communicator, defineProxy, type Proxy } from 'crossthread/ami';

export interface Employees {
  getName(number: number): string;
  getNumber(name: string): number;
  retire(number: number): void;
  check(number: number): void;
  note(text: string): void;
  called(): string[];
  echo(value: unknown): unknown;
  hold(latch: Latch, held: Latch): void;
  put(bytes: Uint8Array): void;
  stop(length: number): Uint8Array;
  fail(how: 'string' | 'unknown' | 'built in' | 'function' | 'handle' | 'exit'): unknown;
}

export const EmployeesPrx = defineProxy<Employees>()('::Test::Employees', {
  getName: 'returns',
  getNumber: 'returns',
  retire: 'void',
  check: 'void raises',
  note: 'void',
  called: 'returns',
  echo: 'returns',
  hold: 'void',
  put: 'void',
  stop: 'returns',
  fail: 'returns',
});
export type EmployeesPrx = Proxy<Employees>;

export const module = moduleRef<typeof import('./employees.mjs')>(
  './employees.mjs',
  import.meta.url,
);

export function startEmployees(communicator: Communicator): EmployeesPrx {
  return EmployeesPrx.uncheckedCast(communicator.startServant(module, 'EmployeesI', 'Ann', 'Bob'));
}

let latches = 0;

/** Has the servant's thread block, until what is returned is called. */
export function hold(e: EmployeesPrx): () => void {
  const [gate, held] = [1, 2].map((i) => Latch.global(`ami ${++latches} ${i}`, 1)) as [
    Latch,
    Latch,
  ];
  EmployeesPrx.uncheckedCast(e.ice_oneway()).hold(gate, held);
  held.wait();
  return () => gate.countDown();
}

export const callers = moduleRef<typeof import('./callers.mjs')>('./callers.mjs', import.meta.url);
