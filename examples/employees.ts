/**
 * Asynchronous method invocation: a servant in a thread of its own, called in all the ways that Ice has.
 *
 *   npx tsx examples/employees.ts
 *
 * The definition, in Slice there, is ami/employees.ts; the servant is ami/employees-i.ts. A client may block,
 * poll for a result that it has begun, or be called back: by a generic callback, which ends the call itself, or
 * by a type-safe one, which is given the value. A cookie tells a callback which call it is about. TypeScript
 * adds a form: a promise. None of them makes a difference to the servant.
 *
 * Prints what the servant answers. If that is wrong, the exit code is 1.
 */
import assert from 'node:assert/strict';
import { moduleRef, thisThread } from 'crossthread';
import { type AsyncResult, initialize, newCallback } from 'crossthread/ami';
import { EmployeesPrx, NoSuchEmployee } from './ami/employees.ts';

const module = moduleRef<typeof import('./ami/employees-i.ts')>(
  './ami/employees-i.ts',
  import.meta.url,
);
const NAMES = new Map([
  [24, 'Fred'],
  [42, 'Barney'],
  [99, 'Wilma'],
]);

/** Where an answer is shown: the element of a user interface, which a callback gets as its cookie. */
class Widget {
  readonly #label: string;

  constructor(label: string) {
    this.#label = label;
  }

  write(text: string | number): void {
    console.log(`  ${this.#label}: ${text}`);
  }
}

/** `string name = e->getName(99);` The thread does nothing else until the answer is there. */
function block(e: EmployeesPrx): void {
  console.log('Blocking:');
  new Widget('99').write(e.getName(99));
  assert.throws(
    () => e.getName(1),
    (error) => error instanceof NoSuchEmployee && error.number === 1,
  );
}

/** The answer comes while the thread does something else. What went wrong is thrown by `end_getName`. */
function poll(e: EmployeesPrx): void {
  console.log('Polling:');
  const r = e.begin_getName(99);
  while (!r.isCompleted()) thisThread.yield(); // or whatever else there is to do
  new Widget('99').write(e.end_getName(r));

  const none = e.begin_getName(1);
  none.waitForCompleted(); // does not throw
  assert.throws(() => e.end_getName(none), NoSuchEmployee);
}

/** A generic callback: one method for all that may come of a call, with the result to end. */
class GenericCallback {
  getName(r: AsyncResult): void {
    const e = EmployeesPrx.uncheckedCast(r.getProxy());
    const widget = r.getCookie() as Widget;
    try {
      widget.write(e.end_getName(r));
    } catch (error) {
      widget.write((error as Error).message);
    }
  }
}

async function callBack(e: EmployeesPrx): Promise<void> {
  console.log('Generic callbacks:');
  const cb = new GenericCallback();
  const getNameCB = newCallback(cb, cb.getName);
  const results = [99, 42, 1].map((number) =>
    e.begin_getName(number, getNameCB, new Widget(`${number}`)),
  );
  console.log('  all three are asked for'); // a callback never runs inside another call
  await allOf(results);
}

/** A type-safe callback: a method for each outcome. The compiler checks their parameters, and the cookie. */
class TypeSafeCallback {
  getNameCB(name: string, widget: Widget): void {
    widget.write(name);
  }

  getNumberCB(number: number, widget: Widget): void {
    widget.write(number);
  }

  failureCB(error: Error, widget: Widget): void {
    widget.write(error.message);
  }
}

async function callBackTyped(e: EmployeesPrx): Promise<void> {
  console.log('Type-safe callbacks:');
  const cb = new TypeSafeCallback();
  const getNameCB = EmployeesPrx.newCallback_getName(cb, cb.getNameCB, cb.failureCB);
  const getNumberCB = EmployeesPrx.newCallback_getNumber(cb, cb.getNumberCB, cb.failureCB);
  await allOf([
    e.begin_getName(99, getNameCB, new Widget('99')),
    e.begin_getName(1, getNameCB, new Widget('1')),
    e.begin_getNumber('Fred', getNumberCB, new Widget('Fred')),
  ]);
}

/** What TypeScript has for all this. */
async function promise(e: EmployeesPrx): Promise<void> {
  console.log('Promises:');
  const names = await Promise.all([e.getNameAsync(24), e.getNameAsync(42)]);
  console.log(`  ${names.join(', ')}`);
}

/** The results are there, and their callbacks have been called. */
async function allOf(results: readonly AsyncResult[]): Promise<void> {
  for (const { completed } of results) await completed;
  await new Promise((resolve) => setImmediate(resolve)); // callbacks come in turns of their own
}

using communicator = initialize();
const e = EmployeesPrx.checkedCast(communicator.startServant(module, 'EmployeesI', NAMES));
assert(e, 'the servant is no Employees'); // a null proxy, in C++
block(e);
poll(e);
await callBack(e);
await callBackTyped(e);
await promise(e);
