/** What Ice's page on AMI says of callbacks, cookies and oneway invocations, sentence by sentence. */
import {
  type AsyncResult,
  Callback,
  Context,
  IllegalArgumentException,
  initialize,
  MarshalException,
  newCallback,
  ObjectNotExistException,
  ObjectPrx,
  TypedCallback,
} from 'crossthread/ami';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoSuchEmployee } from '../no-such-employee.mjs';
import { EmployeesPrx } from '../proxies.ts';
import { Recorder } from '../recorder.ts';
import { startServant, TransferPrx, whileHeld } from './proxies.ts';

const communicator = initialize();
const { e, ft } = startServant(communicator);
const oneway = EmployeesPrx.uncheckedCast(e.ice_oneway());

const unsendable = (() => {}) as never;

let to: Recorder;
beforeEach(() => {
  to = new Recorder();
  e.called();
});
afterAll(() => communicator.destroy());

/** State that a callback needs, and what to do with it. */
class Widget {
  readonly text: string[] = [];
  write(text: string): void {
    this.text.push(text);
  }
}

describe('generic callbacks', () => {
  test('F1 begin_ takes a callback behind the parameters', async () => {
    const result = ft.begin_op(7, 'yes', newCallback(to, to.finished));
    expect(await to.calls(1)).toEqual([['finished', result]]);
    expect(ft.end_op(result)).toMatchObject({ outp1: true, outp2: 7n });
  });

  test('F2 begin_ takes a context, which replaces the default one, and a callback', async () => {
    const prx = EmployeesPrx.uncheckedCast(e.ice_context(new Context([['user', 'default']])));
    const callback = newCallback(to, to.finished);
    prx.begin_note('x', callback);
    prx.begin_note('x', new Context([['user', 'ann']]), callback);
    expect(await to.calls(2)).toHaveLength(2);
    expect(e.called()).toEqual([
      'TransferI.note x user=default true',
      'TransferI.note x user=ann true',
    ]);
  });

  test('F3 begin_ takes a cookie behind the callback', async () => {
    const callback = newCallback(to, to.finished);
    const cookie = {};
    const result = e.begin_getName(1, callback, cookie);
    const withContext = e.begin_getName(1, new Context(), callback, cookie);
    expect([result.getCookie(), withContext.getCookie()]).toEqual([cookie, cookie]);
    expect(await to.calls(2)).toEqual([
      ['finished', result],
      ['finished', withContext],
    ]);
  });

  test('F4 when the operation completes the method is called, once', async () => {
    const result = whileHeld(e, () => e.begin_getName(1, newCallback(to, to.finished)));
    expect(to.log).toEqual([]);
    expect(await to.calls(1)).toHaveLength(1);
    expect(result.isCompleted()).toBe(true);
  });

  test('F5 the method is given the AsyncResult', async () => {
    const result = e.begin_getName(1, newCallback(to, to.finished));
    const [[, given] = []] = await to.calls(1);
    expect(given).toBe(result);
  });

  test('F6 the method may have any name, and is called on its object', async () => {
    const printer = {
      whatever(this: unknown, result: AsyncResult): void {
        to.note(this, result.getOperation());
      },
    };
    e.begin_getName(1, newCallback(printer, printer.whatever));
    const [[self, operation] = []] = await to.calls(1);
    expect(self).toBe(printer);
    expect(operation).toBe('getName');
  });

  test('F7 getProxy has the proxy for the callback; its uncheckedCast sends nothing, its checkedCast does', async () => {
    const nobody = EmployeesPrx.uncheckedCast(e.ice_identity('nobody'));
    nobody.begin_getName(1, newCallback(to, to.finished));
    const [[, result]] = (await to.calls(1)) as [[string, AsyncResult]];
    const proxy: ObjectPrx = result.getProxy();
    expect(proxy).toBe(nobody);
    const cast = whileHeld(e, () => EmployeesPrx.uncheckedCast(proxy)); // nobody could answer
    expect(cast.equals(nobody)).toBe(true);
    expect(() => EmployeesPrx.checkedCast(proxy)).toThrow(ObjectNotExistException);
  });

  test('F8 end_ returns the result in the callback', async () => {
    const callback = newCallback(to, (result) => {
      to.note(EmployeesPrx.uncheckedCast(result.getProxy()).end_getName(result));
    });
    e.begin_getName(1, callback);
    expect(await to.calls(1)).toEqual([['Bob']]);
  });

  test('F9 end_ throws the exception in the callback', async () => {
    const callback = newCallback(to, (result) => {
      try {
        e.end_getName(result);
      } catch (error) {
        to.note(error);
      }
    });
    for (const number of [unsendable, 7]) e.begin_getName(number, callback);
    expect(await to.calls(2)).toEqual([
      [expect.any(MarshalException)],
      [expect.any(NoSuchEmployee)],
    ]);
  });

  test('F12 newCallback makes a callback of an object and a method, for any operation', async () => {
    const callback = newCallback(to, to.finished);
    expect(callback).toBeInstanceOf(Callback);
    const results = [
      e.begin_getName(1, callback),
      e.begin_retire(1, callback),
      ft.begin_op(1, '', callback),
    ];
    expect(await to.calls(3)).toEqual(results.map((result) => ['finished', result]));
    expect(() => newCallback(to, null as never)).toThrow(IllegalArgumentException);
  });
});

describe('cookies', () => {
  /** Writes the name to the widget that is the cookie. */
  const writer = {
    getName(result: AsyncResult): void {
      const name = e.end_getName(result);
      (result.getCookie() as Widget).write(name);
      to.note();
    },
  };
  const callback = newCallback(writer, writer.getName);

  test('G1 a cookie is an object of any class; the callback gets it, methods and all, by getCookie', async () => {
    const widget = new Widget();
    e.begin_getName(1, callback, widget);
    await to.calls(1);
    expect(widget.text).toEqual(['Bob']);
  });

  test('G2 different cookies tell invocations apart', async () => {
    const [ann, bob] = [new Widget(), new Widget()];
    e.begin_getName(1, callback, bob);
    e.begin_getName(0, callback, ann);
    await to.calls(2);
    expect([ann.text, bob.text]).toEqual([['Ann'], ['Bob']]);
  });

  test('G3 one cookie may go with several invocations', async () => {
    const widget = new Widget();
    for (const number of [0, 1]) e.begin_getName(number, callback, widget);
    await to.calls(2);
    expect(widget.text).toEqual(['Ann', 'Bob']);
  });
});

describe('type-safe callbacks', () => {
  test('H1 the success callback is given the return value', async () => {
    e.begin_getName(1, EmployeesPrx.newCallback_getName(to, to.value, to.failure));
    e.begin_getNumber('Bob', EmployeesPrx.newCallback_getNumber(to, to.value, to.failure));
    expect(await to.calls(2)).toEqual([
      ['value', 'Bob'],
      ['value', 1],
    ]);
  });

  test('H2 the success callback is given the out-parameters with the return value', async () => {
    ft.begin_op(7, 'yes', TransferPrx.newCallback_op(to, to.value, to.failure));
    expect(await to.calls(1)).toEqual([['value', { returnValue: 3.5, outp1: true, outp2: 7n }]]);
  });

  test('H3 the failure callback is given the exception, and nothing else', async () => {
    e.begin_getName(7, EmployeesPrx.newCallback_getName(to, to.value, to.failure));
    expect(await to.calls(1)).toEqual([['failure', expect.any(NoSuchEmployee)]]);
  });

  test('H4 the callbacks may have any names, and are called on their object', async () => {
    const printer = {
      getNameCB(this: unknown, name: string): void {
        to.note(this, name);
      },
      oops(this: unknown): void {
        to.note(this, 'oops');
      },
    };
    const callback = EmployeesPrx.newCallback_getName(printer, printer.getNameCB, printer.oops);
    for (const number of [1, 7]) e.begin_getName(number, callback);
    const calls = await to.calls(2);
    expect(calls.map(([self]) => self === printer)).toEqual([true, true]);
    expect(calls.map(([, what]) => what)).toEqual(['Bob', 'oops']);
  });

  test('H5 newCallback_op takes the object and its callbacks for success and failure', async () => {
    const callback = EmployeesPrx.newCallback_check(to, to.value, to.failure);
    expect(callback).toBeInstanceOf(TypedCallback);
    for (const number of [0, 7]) e.begin_check(number, callback);
    expect((await to.calls(2)).map(([what]) => what)).toEqual(['value', 'failure']);
  });

  test('H6 the success callback may be null for a void operation: only failures are told', async () => {
    const callback = EmployeesPrx.newCallback_check(to, null, to.failure);
    for (const number of [0, 7]) e.begin_check(number, callback);
    expect(await to.calls(1)).toEqual([['failure', expect.any(NoSuchEmployee)]]);
  });

  test('H7 the success callback may not be null for an operation with a result', () => {
    expect(() => EmployeesPrx.newCallback_getName(to, null as never, to.failure)).toThrow(
      IllegalArgumentException,
    );
    expect(() => TransferPrx.newCallback_op(to, null as never, to.failure)).toThrow(
      IllegalArgumentException,
    );
  });

  test('H8 without a failure callback exceptions are ignored', async () => {
    const warn = vi.spyOn(console, 'warn');
    const callback = EmployeesPrx.newCallback_getName(to, to.value, null);
    for (const number of [7, 1]) e.begin_getName(number, callback);
    expect(await to.calls(1)).toEqual([['value', 'Bob']]);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test('H9 one of both callbacks is called, once', async () => {
    const callback = EmployeesPrx.newCallback_getName(to, to.value, to.failure);
    for (const number of [0, 7, 1, 8]) e.begin_getName(number, callback);
    const calls = await to.calls(4);
    expect(calls.map(([what]) => what)).toEqual(['value', 'failure', 'value', 'failure']);
  });

  test('H10 the success callback of a void operation is given nothing', async () => {
    e.begin_check(0, EmployeesPrx.newCallback_check(to, to.value, to.failure));
    expect(await to.calls(1)).toEqual([['value']]);
  });

  test('H11 a callback is of one operation, and refused by all others', () => {
    const callback = EmployeesPrx.newCallback_getName(to, to.value, to.failure);
    expect(() => e.begin_getNumber('Bob', callback as never)).toThrow(IllegalArgumentException);
    expect(() => e.begin_ice_id(callback as never)).toThrow(IllegalArgumentException);
  });

  test('H12 the run time calls end_ for the callback', async () => {
    const result = e.begin_getName(1, EmployeesPrx.newCallback_getName(to, to.value, null));
    expect(await to.calls(1)).toEqual([['value', 'Bob']]);
    expect(() => e.end_getName(result)).toThrow(IllegalArgumentException); // it was ended
  });
});

describe('type-safe cookies', () => {
  const getNameCB = (name: string, widget: Widget): void => {
    widget.write(name);
    to.note();
  };
  const failureCB = (exception: Error, widget: Widget): void => {
    widget.write(exception.message);
    to.note();
  };

  test('I1 begin_ takes a cookie last, and the success callback is given it last', async () => {
    const widget = new Widget();
    e.begin_getName(1, EmployeesPrx.newCallback_getName(to, getNameCB, failureCB), widget);
    await to.calls(1);
    expect(widget.text).toEqual(['Bob']);
  });

  test('I2 the failure callback is given the cookie last', async () => {
    const widget = new Widget();
    e.begin_getName(7, EmployeesPrx.newCallback_getName(to, getNameCB, failureCB), widget);
    await to.calls(1);
    expect(widget.text).toEqual(['nobody has the number 7']);
  });
});

describe('oneway invocations', () => {
  test('J1 a void operation can be invoked asynchronously by a oneway proxy', () => {
    const result = whileHeld(e, () => {
      const begun = oneway.begin_note('x');
      expect(begun.isCompleted()).toBe(true); // there is no answer to wait for
      return begun;
    });
    oneway.end_note(result);
    expect(e.called()).toEqual(['TransferI.note x  false']);
  });

  test('J3 begin_ on a oneway proxy throws IllegalArgumentException for an operation that raises user exceptions', () => {
    expect(() => oneway.begin_check(0)).toThrow(IllegalArgumentException);
  });

  test('J4 the callback is not called when the invocation went well', async () => {
    const callback = newCallback(to, to.finished);
    oneway.begin_note('x', callback);
    oneway.begin_note('x', EmployeesPrx.newCallback_note(to, to.value, to.failure));
    const twoway = e.begin_note('x', callback);
    expect(await to.calls(1)).toEqual([['finished', twoway]]);
  });

  test('J5 the callback is called when the invocation failed on the way out', async () => {
    const callback = newCallback(to, (result) => {
      try {
        oneway.end_note(result);
      } catch (error) {
        to.note(result, error);
      }
    });
    const result = oneway.begin_note(unsendable, callback);
    expect(await to.calls(1)).toEqual([[result, expect.any(MarshalException)]]);
  });

  test('J6 newCallback_op of a void operation may leave out the success callback', async () => {
    const callback = EmployeesPrx.newCallback_note(to, to.failure);
    oneway.begin_note('x', callback);
    oneway.begin_note(unsendable, callback);
    expect(await to.calls(1)).toEqual([['failure', expect.any(MarshalException)]]);
  });

  test('J7 ice_ping can be invoked asynchronously', async () => {
    const callback = ObjectPrx.newCallback_ice_ping(to, to.failure);
    oneway.end_ice_ping(oneway.begin_ice_ping(callback));
    e.begin_ice_ping(callback);
    e.ice_identity('nobody').begin_ice_ping(callback);
    expect(await to.calls(1)).toEqual([['failure', expect.any(ObjectNotExistException)]]);
  });
});
