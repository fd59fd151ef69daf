/** What Ice's page on AMI says of proxy methods, exceptions and results, sentence by sentence. */
import { readFileSync } from 'node:fs';
import type { Latch } from 'crossthread';
import {
  AsyncResult,
  CommunicatorDestroyedException,
  Context,
  IllegalArgumentException,
  initialize,
  LocalException,
  MarshalException,
  newCallback,
  ObjectNotExistException,
} from 'crossthread/ami';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually, LONG } from '../../support/time.ts';
import { NoSuchEmployee } from '../no-such-employee.mjs';
import { EmployeesPrx } from '../proxies.ts';
import { fill, newLatch, startServant, TransferPrx, whileHeld } from './proxies.ts';
import { conformance, PAGE } from './table.ts';

const communicator = initialize();
const { e, ft } = startServant(communicator);
const oneway = EmployeesPrx.uncheckedCast(e.ice_oneway());
const nobody = EmployeesPrx.uncheckedCast(e.ice_identity('nobody'));
const context = new Context([['user', 'ann']]);

beforeEach(() => void e.called());
afterAll(() => communicator.destroy());

const hasOpened = (latch: Latch): boolean => latch.waitFor(LONG);

describe('introduction', () => {
  test('A1 a oneway request can be made asynchronously', () => {
    oneway.end_note(oneway.begin_note('x'));
    expect(e.called()).toEqual(['TransferI.note x  false']);
  });

  test('A2 a twoway request can be made asynchronously', () => {
    e.end_note(e.begin_note('x'));
    expect(e.called()).toEqual(['TransferI.note x  true']);
  });

  test('A3 an asynchronous request does not block: the servant may be busy, and the transport full', () => {
    const results = whileHeld(e, () => {
      const first = e.begin_getName(0);
      fill(e);
      const last = e.begin_getName(1);
      expect([first, last].map((result) => result.isCompleted())).toEqual([false, false]);
      return [first, last];
    });
    expect(results.map((result) => e.end_getName(result))).toEqual(['Ann', 'Bob']);
  });

  test('A4 K1 a request goes to the transport inside begin_, if that has room: sentSynchronously is true', () => {
    const latch = newLatch();
    expect(ft.begin_arrive(latch).sentSynchronously()).toBe(true);
    expect(hasOpened(latch)).toBe(true); // nothing of ours runs meanwhile
  });

  test('A5 K2 a request that finds the transport full is queued, and delivered later: sentSynchronously is false', async () => {
    const latch = newLatch();
    const result = whileHeld(e, () => {
      fill(e);
      return ft.begin_arrive(latch);
    });
    await latch.waitAsync({ timeout: LONG });
    ft.end_arrive(result);
    expect(result.sentSynchronously()).toBe(false);
  });

  test('A6 the caller goes on, and polls for the completion', async () => {
    const result = whileHeld(e, () => {
      const begun = e.begin_getName(1);
      expect(begun.isCompleted()).toBe(false);
      return begun;
    });
    await eventually(() => result.isCompleted());
    expect(e.end_getName(result)).toBe('Bob');
  });

  test('A7 the caller goes on, and waits for the completion', () => {
    const result = e.begin_getName(1);
    result.waitForCompleted();
    expect(result.isCompleted()).toBe(true);
  });

  test('A8 the caller goes on, and is called back on the completion', async () => {
    const completed: AsyncResult[] = [];
    const result = e.begin_getName(
      1,
      newCallback(completed, (each) => completed.push(each)),
    );
    expect(completed).toEqual([]);
    await eventually(() => completed.length > 0);
    expect(completed[0]).toBe(result);
  });

  test('A9 the servant cannot tell how it was called', async () => {
    e.note('x');
    await e.noteAsync('x');
    e.end_note(e.begin_note('x'));
    const called = e.called();
    expect(called).toHaveLength(3);
    expect(new Set(called).size).toBe(1);
  });
});

describe('proxy methods', () => {
  test('B1 for each operation there are a synchronous method, a begin_ and an end_ method', () => {
    for (const name of ['getName', 'getNumber', 'retire', 'check', 'ice_ping'])
      for (const method of [name, `begin_${name}`, `end_${name}`])
        expect(e).toHaveProperty(method, expect.any(Function));
  });

  test('B2 begin_ takes the parameters of the operation', () => {
    expect(ft.end_op(ft.begin_op(7, 'yes'))).toMatchObject({ outp1: true, outp2: 7n });
    expect(ft.end_op(ft.begin_op(8, 'no'))).toMatchObject({ outp1: false, outp2: 8n });
  });

  test('B3 begin_ takes a context for this invocation', () => {
    e.end_note(e.begin_note('with', context));
    e.end_note(e.begin_note('without'));
    expect(e.called()).toEqual([
      'TransferI.note with user=ann true',
      'TransferI.note without  true',
    ]);
  });

  test('B4 end_ returns the result of the operation', () => {
    expect(e.end_getName(e.begin_getName(0))).toBe(e.getName(0));
  });

  test('B5 begin_ does not block: other things are done while the operation is in progress', () => {
    const done: string[] = [];
    const result = whileHeld(e, () => {
      const begun = e.begin_getName(1);
      done.push('something else');
      done.push(begun.isCompleted() ? 'completed' : 'in progress');
      return begun;
    });
    expect([...done, e.end_getName(result)]).toEqual(['something else', 'in progress', 'Bob']);
  });

  test('B6 begin_ returns an AsyncResult, which has the state of the invocation', () => {
    const result = e.begin_getName(1);
    expect(result).toBeInstanceOf(AsyncResult);
    expect(result.getOperation()).toBe('getName');
    result.waitForCompleted();
    expect(result.isCompleted()).toBe(true);
  });

  test('B7 each AsyncResult goes to the end_ method, in any order', () => {
    const [ann, bob] = [e.begin_getName(0), e.begin_getName(1)];
    expect(e.end_getName(bob)).toBe('Bob');
    expect(e.end_getName(ann)).toBe('Ann');
  });

  test('B8 end_ gives the out-parameters beside the return value', () => {
    expect(ft.end_op(ft.begin_op(5, 'yes'))).toEqual({ returnValue: 2.5, outp1: true, outp2: 5n });
  });

  test('B9 begin_ has overloads for generic and for type-safe callbacks', async () => {
    const told: string[] = [];
    const generic = newCallback(told, (result) => told.push(e.end_getName(result)));
    const plain = EmployeesPrx.newCallback_getName(told, (name) => told.push(name), null);
    const success = (name: string, cookie: string): void => void told.push(name, cookie);
    const withCookie = EmployeesPrx.newCallback_getName(told, success, null);
    e.begin_getName(0, generic);
    e.begin_getName(0, context, generic);
    e.begin_getName(0, generic, 'cookie');
    e.begin_getName(0, context, generic, 'cookie');
    e.begin_getName(1, plain);
    e.begin_getName(1, context, plain);
    e.begin_getName(1, withCookie, 'cookie');
    e.begin_getName(1, context, withCookie, 'cookie');
    await eventually(() => told.length >= 10);
    expect(told.join(' ')).toBe('Ann Ann Ann Ann Bob Bob Bob cookie Bob cookie');
  });
});

describe('exceptions', () => {
  test('C1 what the operation has thrown is thrown by end_', () => {
    const result = e.begin_getName(7);
    expect(() => e.end_getName(result)).toThrow(NoSuchEmployee);
  });

  test('C2 what went wrong on the way out is thrown by end_ too', () => {
    const result = e.begin_echo(() => {});
    expect([result.isSent(), result.isCompleted()]).toEqual([false, true]);
    expect(() => e.end_echo(result)).toThrow(MarshalException);
  });

  test('C3 once the communicator is destroyed begin_ throws CommunicatorDestroyedException', () => {
    const own = initialize();
    const prx = own.createObjectAdapter('own').add({}, 'own').ice_collocationOptimized(false);
    own.destroy();
    expect(() => prx.begin_ice_ping()).toThrow(CommunicatorDestroyedException);
  });

  test('C4 J2 begin_ on a oneway proxy throws IllegalArgumentException for an operation with a result', () => {
    expect(() => oneway.begin_getName(0)).toThrow(IllegalArgumentException);
    const transfer = TransferPrx.uncheckedCast(oneway);
    expect(() => transfer.begin_op(1, 'yes')).toThrow(IllegalArgumentException);
  });

  test('C5 end_ throws IllegalArgumentException for a result of another proxy', () => {
    const result = e.begin_getName(0);
    expect(() => nobody.end_getName(result)).toThrow(IllegalArgumentException);
    expect(e.end_getName(result)).toBe('Ann'); // it was not used up
  });

  test('C6 end_ throws IllegalArgumentException for a result of another operation', () => {
    const result = e.begin_getName(0);
    expect(() => e.end_getNumber(result)).toThrow(IllegalArgumentException);
    expect(e.end_getName(result)).toBe('Ann');
  });

  test('C7 begin_ throws nothing else', () => {
    const adapter = communicator.createObjectAdapter('gone');
    const prx = adapter.add({}, 'gone').ice_collocationOptimized(false);
    const gone = EmployeesPrx.uncheckedCast(prx);
    adapter.destroy();
    const begun: [EmployeesPrx, AsyncResult][] = [
      [gone, gone.begin_echo(1)],
      [nobody, nobody.begin_echo(1)],
      [e, e.begin_echo(new SharedArrayBuffer(8))],
      [e, e.begin_echo(Symbol('x'))],
    ];
    for (const [proxy, result] of begun)
      expect(() => proxy.end_echo(result)).toThrow(LocalException);
  });
});

describe('AsyncResult', () => {
  const [first, second] = [e.begin_getName(0), e.begin_getName(0)];

  test('D1 equals: whether two are the same invocation', () => {
    expect([first.equals(first), first.equals(second)]).toEqual([true, false]);
  });

  test('D2 lessThan and getHash: an order, and a number for tables', () => {
    expect([first.lessThan(second), second.lessThan(first)]).toContain(true);
    expect(first.lessThan(second)).not.toBe(second.lessThan(first));
    expect(first.lessThan(first)).toBe(false);
    expect(first.getHash()).toBe(first.getHash());
    expect(Number.isInteger(first.getHash())).toBe(true);
  });

  test('D3 getCommunicator: that of the proxy', () => {
    expect(first.getCommunicator()).toBe(communicator);
  });

  test('D4 getConnection: the one that the request went over, if it is one', () => {
    expect(first.getConnection()).toBe(e.ice_getConnection());
    expect(communicator.begin_flushBatchRequests().getConnection()).toBeNull();
  });

  test('D5 getProxy: on which begin_ was called, if that was a proxy', () => {
    expect(first.getProxy()).toBe(e);
    expect(communicator.begin_flushBatchRequests().getProxy()).toBeNull();
    expect(first.getConnection()!.begin_flushBatchRequests().getProxy()).toBeNull();
  });

  test('D6 getOperation: the name', () => {
    const results: AsyncResult[] = [first, e.begin_check(0), e.begin_ice_ping()];
    expect(results.map((each) => each.getOperation())).toEqual(['getName', 'check', 'ice_ping']);
  });

  test('D7 getCookie: what begin_ was given, if it was', () => {
    const cookie = { row: 7 };
    const result = e.begin_getName(
      0,
      newCallback({}, () => {}),
      cookie,
    );
    expect(result.getCookie()).toBe(cookie);
    expect(first.getCookie()).toBeUndefined();
  });

  test('D8 isCompleted: whether end_ would not block', () => {
    const result = whileHeld(e, () => {
      const begun = e.begin_getName(1);
      expect(begun.isCompleted()).toBe(false);
      return begun;
    });
    result.waitForCompleted();
    whileHeld(e, () => {
      expect(result.isCompleted()).toBe(true);
      expect(e.end_getName(result)).toBe('Bob');
    });
  });

  test('D9 waitForCompleted: blocks until it is completed', () => {
    const result = e.begin_echo(new Uint8Array(2 ** 20)); // more than the transport takes at once
    expect(result.isCompleted()).toBe(false);
    result.waitForCompleted();
    expect(result.isCompleted()).toBe(true);
  });

  test('D10 isSent: whether the transport has it', () => {
    whileHeld(e, () => {
      expect(e.begin_note('x').isSent()).toBe(true);
      expect(fill(e).isSent()).toBe(false);
    });
  });

  test('D11 waitForSent: blocks until the transport has it', () => {
    const latch = newLatch();
    const queued = whileHeld(e, () => {
      fill(e);
      return ft.begin_arrive(latch);
    });
    queued.waitForSent();
    expect(hasOpened(latch)).toBe(true);
    expect(queued.isSent()).toBe(true);
  });

  test('D12 throwLocalException: throws what the run time has failed with', () => {
    const result = nobody.begin_getName(0);
    result.waitForCompleted();
    expect(() => result.throwLocalException()).toThrow(ObjectNotExistException);
  });

  test('D13 throwLocalException: does not throw what the servant has thrown, nor without a failure', () => {
    for (const number of [7, 0]) {
      const result = e.begin_getName(number);
      result.waitForCompleted();
      result.throwLocalException();
      expect(result.isCompleted()).toBe(true);
    }
  });

  test('D14 sentSynchronously: whether begin_ itself gave it to the transport', () => {
    whileHeld(e, () => {
      expect(e.begin_note('x').sentSynchronously()).toBe(true);
      fill(e);
      expect(e.begin_note('x').sentSynchronously()).toBe(false);
    });
  });
});

test('docs/ice-conformance.md has all sentences, and where they are tested', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(conformance());
});
