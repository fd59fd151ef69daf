/** Callbacks, generic and type-safe: when they are called, with what, and what becomes of what they throw. */
import {
  type AsyncResult,
  IllegalArgumentException,
  initialize,
  newCallback,
} from 'crossthread/ami';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EmployeesPrx, hold, startEmployees } from './proxies.ts';
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

describe('callbacks', () => {
  test('are methods of an object', () => {
    for (const wrong of [
      () => newCallback(null as never, to.finished),
      () => newCallback(to, null as never),
      () => newCallback(to, 'finished' as never),
      () => newCallback(to, to.finished, 1 as never),
      () => EmployeesPrx.newCallback_getName(null as never, to.value, null),
      () => EmployeesPrx.newCallback_check(to, null, null),
      () => EmployeesPrx.newCallback_check(to, to.value, 'failure' as never),
    ]) {
      expect(wrong).toThrow(IllegalArgumentException);
    }
  });

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

    test('what an async callback rejects with is logged, and dropped', async () => {
      const rejecter = async (): Promise<void> => {
        await Promise.resolve();
        thrower();
      };
      e.begin_getName(1, newCallback(to, rejecter, rejecter));
      e.begin_getName(1, EmployeesPrx.newCallback_getName(to, rejecter, rejecter, rejecter));
      nobody.begin_getName(1, EmployeesPrx.newCallback_getName(to, to.value, rejecter));
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

  test('K5 sent is called inside begin_ if the transport takes the request at once', async () => {
    const states: boolean[][] = [];
    const callback = newCallback(to, to.finished, (result) => {
      states.push([result.isSent(), result.sentSynchronously(), result.isCompleted()]);
    });
    const release = hold(e);
    const result = e.begin_getName(1, callback);
    release();
    expect(states).toEqual([[true, true, false]]);
    expect(await to.calls(1)).toEqual([['finished', result]]);
  });

  test('K6 sent is called later, and not inside a wait, if the request was queued', async () => {
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
