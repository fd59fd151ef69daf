/** Callbacks, generic and type-safe: when they are called, with what, and what becomes of what they throw. */
import {
  type AsyncResult,
  Callback,
  IllegalArgumentException,
  initialize,
  newCallback,
  ObjectNotExistException,
  ObjectPrx,
  TypedCallback,
} from 'crossthread/ami';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EmployeesPrx, hold, startEmployees } from './proxies.ts';
import { NoSuchEmployee } from './no-such-employee.mjs';
import { Recorder } from './recorder.ts';

const communicator = initialize();
const e = startEmployees(communicator);
const nobody = EmployeesPrx.uncheckedCast(e.ice_identity('nobody'));
const oneway = EmployeesPrx.uncheckedCast(e.ice_oneway());

afterAll(() => communicator.destroy());

let to: Recorder;
beforeEach(() => {
  to = new Recorder();
});

describe('a generic callback', () => {
  test('is given the result, on the object and with the cookie', async () => {
    const callback = newCallback(to, to.finished);
    expect(callback).toBeInstanceOf(Callback);
    const cookie = { row: 7 };
    const result = e.begin_getName(1, callback, cookie);
    expect(to.log).toEqual([]);
    expect(await to.calls(1)).toEqual([['finished', result]]);
    expect(result.getCookie()).toBe(cookie);
    expect(EmployeesPrx.uncheckedCast(result.getProxy()).end_getName(result)).toBe('Bob');
  });

  test('is called when the call has failed too, and end_ throws why', async () => {
    const failed = e.begin_getName(7, newCallback(to, to.finished));
    const lost = nobody.begin_getName(1, newCallback(to, to.finished), 'cookie');
    expect(await to.calls(2)).toEqual([
      ['finished', failed],
      ['finished', lost],
    ]);
    expect(() => e.end_getName(failed)).toThrow(NoSuchEmployee);
    expect(() => nobody.end_getName(lost)).toThrow(ObjectNotExistException);
  });

  test('hears of the sending at once, from begin_, where there is room', async () => {
    const states: boolean[][] = [];
    const callback = newCallback(to, to.finished, (result) => {
      states.push([result.isSent(), result.sentSynchronously(), result.isCompleted()]);
    });
    const result = e.begin_getName(1, callback);
    expect(states).toEqual([[true, true, false]]);
    expect(await to.calls(1)).toEqual([['finished', result]]);
  });

  test('is an object and a method', () => {
    for (const wrong of [
      () => newCallback(null as never, to.finished),
      () => newCallback(to, null as never),
      () => newCallback(to, 'finished' as never),
      () => newCallback(to, to.finished, 1 as never),
    ]) {
      expect(wrong).toThrow(IllegalArgumentException);
    }
  });
});

describe('a type-safe callback', () => {
  test('takes the value, or the failure; with the cookie, if there is one', async () => {
    const plain = EmployeesPrx.newCallback_getName(to, to.value, to.failure);
    expect(plain).toBeInstanceOf(TypedCallback);
    e.begin_getName(1, plain);
    e.begin_getName(7, plain);
    expect(await to.calls(2)).toEqual([
      ['value', 'Bob'],
      ['failure', expect.any(NoSuchEmployee)],
    ]);
    const success = (value: string, cookie: number): void => to.note(value, cookie);
    const withCookie = EmployeesPrx.newCallback_getName(to, success, to.failure);
    e.begin_getName(1, withCookie, 3);
    e.begin_getName(7, withCookie, 4);
    expect(await to.calls(2)).toEqual([
      ['Bob', 3],
      ['failure', expect.any(NoSuchEmployee), 4],
    ]);
  });

  test('of a void operation takes no value, and may only hear of failures', async () => {
    e.begin_check(0, EmployeesPrx.newCallback_check(to, to.value, to.failure));
    e.begin_check(7, EmployeesPrx.newCallback_check(to, null, to.failure));
    e.begin_check(7, EmployeesPrx.newCallback_check(to, to.failure));
    e.begin_check(0, EmployeesPrx.newCallback_check(to, to.failure));
    e.begin_ice_ping(ObjectPrx.newCallback_ice_ping(to, to.value, null));
    nobody.begin_ice_ping(ObjectPrx.newCallback_ice_ping(to, to.value, null));
    const failure = ['failure', expect.any(NoSuchEmployee)];
    expect(await to.calls(4)).toEqual([['value'], failure, failure, ['value']]);
  });

  test('says whether the sending was synchronous', async () => {
    e.begin_getName(1, EmployeesPrx.newCallback_getName(to, to.value, null, to.sent));
    expect(to.log).toEqual([['sent', true]]);
    const sent = (isSynchronous: boolean, cookie: string): void => to.note(isSynchronous, cookie);
    e.begin_getName(1, EmployeesPrx.newCallback_getName(to, to.value, null, sent), 'cookie');
    expect(await to.calls(4)).toEqual([
      ['sent', true],
      [true, 'cookie'],
      ['value', 'Bob'],
      ['value', 'Bob', 'cookie'],
    ]);
  });

  test('H12 a type-safe callback ends the result itself', async () => {
    const result = e.begin_getName(1, EmployeesPrx.newCallback_getName(to, to.value, null));
    await to.calls(1);
    expect(() => e.end_getName(result)).toThrow(IllegalArgumentException);
  });

  test('is of one operation, and takes its value', () => {
    const callback = EmployeesPrx.newCallback_getName(to, to.value, null);
    for (const wrong of [
      () => e.begin_getNumber('Bob', callback as never),
      () => EmployeesPrx.newCallback_getName(null as never, to.value, null),
      () => EmployeesPrx.newCallback_getName(to, null as never, to.failure),
      () => EmployeesPrx.newCallback_check(to, null, null),
      () => EmployeesPrx.newCallback_check(to, to.value, 'failure' as never),
    ]) {
      expect(wrong).toThrow(IllegalArgumentException);
    }
  });
});

describe('callbacks', () => {
  test('M1 callbacks are never called inside begin_ or a wait: each has a turn of its own, in order', async () => {
    const callback = newCallback(to, (result) => {
      to.note(result.getCookie());
      void Promise.resolve().then(() => to.note('turn', result.getCookie()));
    });
    const results = [1, 2, 3].map((n) => e.begin_getName(1, callback, n));
    results[2]!.waitForCompleted();
    e.getName(1);
    expect(to.log).toEqual([]);
    expect(await to.calls(6)).toEqual([[1], ['turn', 1], [2], ['turn', 2], [3], ['turn', 3]]);
  });

  test('may call, and wait', async () => {
    const callback = newCallback(to, (result) => {
      to.note(e.end_getName(result), e.getName(0));
      e.begin_getName(1, EmployeesPrx.newCallback_getName(to, to.value, null));
    });
    e.begin_getName(1, callback);
    expect(await to.calls(2)).toEqual([
      ['Bob', 'Ann'],
      ['value', 'Bob'],
    ]);
  });

  test('of a oneway request: only if it was not sent', async () => {
    oneway.begin_retire(1, newCallback(to, to.finished));
    oneway.begin_retire(1, EmployeesPrx.newCallback_retire(to, to.value, to.failure, to.sent));
    expect(to.log).toEqual([['sent', true]]);
    oneway.begin_note((() => {}) as never, EmployeesPrx.newCallback_note(to, to.failure));
    expect(await to.calls(2)).toEqual([
      ['sent', true],
      ['failure', expect.objectContaining({ name: 'MarshalException' })],
    ]);
  });

  describe('what they throw', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    afterEach(() => {
      communicator.getProperties().setProperty('Ice.Warn.AMICallback', '1');
      warn.mockClear();
    });
    const boom = new Error('boom');
    const thrower = (): never => {
      to.note('threw');
      throw boom;
    };

    test('F10 what a callback throws is logged, and dropped', async () => {
      e.begin_getName(1, newCallback(to, thrower, thrower));
      e.begin_getName(1, EmployeesPrx.newCallback_getName(to, thrower, thrower, thrower));
      nobody.begin_getName(1, EmployeesPrx.newCallback_getName(to, to.value, thrower));
      expect(await to.calls(5)).toHaveLength(5);
      expect(warn.mock.calls).toEqual(
        Array.from({ length: 5 }, () => [expect.stringContaining('getName'), boom]),
      );
    });

    test('F11 what a callback throws is not logged if Ice.Warn.AMICallback is 0', async () => {
      communicator.getProperties().setProperty('Ice.Warn.AMICallback', '0');
      e.begin_getName(1, newCallback(to, thrower, thrower));
      expect(await to.calls(2)).toHaveLength(2);
      expect(warn).not.toHaveBeenCalled();
    });
  });
});

describe('flow control', () => {
  const bytes = new Uint8Array(20_000);

  test('what has no room is queued, and its sending told later', async () => {
    const release = hold(e);
    const callback = newCallback(to, to.finished, (result) => to.note(result.getCookie()));
    const results: AsyncResult[] = [];
    let result: AsyncResult;
    do {
      result = e.begin_put(bytes, callback, results.length);
      results.push(result);
    } while (result.sentSynchronously());
    const sent = to.log.splice(0);
    expect(sent).toEqual(results.slice(0, -1).map((_, i) => [i]));
    expect([result.isSent(), result.isCompleted()]).toEqual([false, false]);
    const behind = e.begin_getName(1);
    expect(behind.sentSynchronously()).toBe(false);
    release();
    result.waitForSent();
    expect([result.isSent(), result.sentSynchronously()]).toEqual([true, false]);
    expect(to.log).toEqual([]); // not inside a wait
    const told = await to.calls(results.length + 1);
    const last = results.length - 1;
    expect(told.filter(([what]) => what === 'finished')).toEqual(
      results.map((each) => ['finished', each]),
    );
    expect(told.filter(([what]) => what === last)).toHaveLength(1);
    expect(told.findIndex(([what]) => what === last)).toBeLessThan(results.length);
    expect(e.end_getName(behind)).toBe('Bob');
  });

  test('K3 queued requests are sent in the background, in their order', async () => {
    const release = hold(e);
    while (oneway.begin_put(bytes).sentSynchronously());
    const promise = oneway.noteAsync('last');
    const answer = e.getNameAsync(1);
    release();
    await promise;
    expect(await answer).toBe('Bob');
    const called = e.called();
    expect(called.at(-1)).toContain('note last');
    expect(called.length).toBeGreaterThan(2);
  });
});
