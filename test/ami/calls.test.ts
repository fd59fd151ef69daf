/** Calls in all their forms, and what becomes of them. */
import { attach, Latch, Thread } from 'crossthread';
import {
  CommunicatorDestroyedException,
  ConnectFailedException,
  ConnectionLostException,
  Context,
  defineProxy,
  IllegalArgumentException,
  initialize,
  MarshalException,
  ObjectNotExistException,
  ObjectPrx,
  OperationNotExistException,
  TwowayOnlyException,
  UnknownException,
} from 'crossthread/ami';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { callers, EmployeesPrx, hold, module, startEmployees } from './proxies.ts';
import { NoSuchEmployee } from './no-such-employee.mjs';

const communicator = initialize();
const e = startEmployees(communicator);
const OthersPrx = defineProxy<{ other(): void }>()('::Test::Others', { other: 'void' });

beforeEach(() => void e.called());
afterAll(() => communicator.destroy());

/** What `fn` throws, or the promise that it returns is rejected with. */
async function thrownBy(fn: () => unknown): Promise<unknown> {
  try {
    await fn();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('an operation', () => {
  test('is called in four forms, with a context or without', async () => {
    const context = new Context([['locale', 'de']]);
    e.note('blocking');
    e.note('blocking', context);
    await e.noteAsync('promise');
    await e.noteAsync('promise', context);
    e.end_note(e.begin_note('result'));
    e.end_note(e.begin_note('result', context));
    expect(e.called()).toEqual([
      'EmployeesI.note blocking  true',
      'EmployeesI.note blocking locale=de true',
      'EmployeesI.note promise  true',
      'EmployeesI.note promise locale=de true',
      'EmployeesI.note result  true',
      'EmployeesI.note result locale=de true',
    ]);
  });

  test('returns its result, also where the servant returns a promise', async () => {
    expect(e.getName(1)).toBe('Bob');
    expect(await e.getNameAsync(1)).toBe('Bob');
    expect(e.getNumber('Bob')).toBe(1);
    expect(e.end_getNumber(e.begin_getNumber('Bob'))).toBe(1);
    expect(e.retire(1)).toBeUndefined();
  });

  test('takes and returns what structured clone does, and global objects live', () => {
    const value = { list: [1n, new Date(0)], map: new Map([[1, new Uint8Array(3)]]) };
    expect(e.echo(value)).toEqual(value);
    const latch = Latch.global('ami echo', 1);
    expect(e.echo({ latch })).toEqual({ latch });
    expect((e.echo(latch) as Latch).tryWait()).toBe(false);
  });

  test('takes and returns values that are much larger than the connection has room', async () => {
    const bytes = new Uint8Array(2 ** 20).map((_, i) => i);
    for (const echo of [e.echo(bytes), await e.echoAsync(bytes)])
      expect(Buffer.compare(echo as Uint8Array, bytes)).toBe(0); // toEqual takes seconds
  });

  test('calls are carried out in their order, whatever their form', async () => {
    const last = e.begin_note('1');
    const promise = e.noteAsync('2');
    EmployeesPrx.uncheckedCast(e.ice_oneway()).note('3');
    e.note('4');
    expect(e.called().map((text) => text.split(' ')[1])).toEqual(['1', '2', '3', '4']);
    expect(last.isCompleted()).toBe(true);
    await promise;
  });
});

describe('a failure is the same in all forms', () => {
  type Methods = Record<string, (...args: unknown[]) => unknown>;

  async function failureOf(prx: ObjectPrx, name: string, ...args: unknown[]): Promise<unknown> {
    const methods = prx as unknown as Methods;
    const [first, ...others] = [
      await thrownBy(() => methods[name]!(...args)),
      await thrownBy(() => methods[`${name}Async`]!(...args)),
      await thrownBy(() => methods[`end_${name}`]!(methods[`begin_${name}`]!(...args))),
    ] as Error[];
    for (const other of others) {
      expect(other).toEqual(first);
      expect(other.constructor).toBe(first!.constructor);
    }
    return first;
  }

  test('a registered class keeps its fields and its message', async () => {
    const failure = await failureOf(e, 'getName', 7);
    expect(failure).toBeInstanceOf(NoSuchEmployee);
    expect(failure).toMatchObject({ number: 7, message: 'nobody has the number 7' });
  });

  test('of what is of no registered class, or cannot travel, there is the text', async () => {
    for (const [how, unknown] of [
      ['string', 'a string'],
      ['unknown', 'Error: ?'],
      ['built in', 'RangeError: too far'],
      ['function', expect.stringContaining('could not be cloned')],
    ] as const) {
      const failure = await failureOf(e, 'fail', how);
      expect(failure).toBeInstanceOf(UnknownException);
      expect(failure).toMatchObject({ unknown });
    }
  });

  test('there is no such object or operation', async () => {
    const nobody = EmployeesPrx.uncheckedCast(e.ice_identity('nobody'));
    expect(await failureOf(nobody, 'getName', 1)).toBeInstanceOf(ObjectNotExistException);
    expect(await failureOf(nobody, 'ice_ping')).toMatchObject({
      id: 'nobody',
      operation: 'ice_ping',
    });
    const other = OthersPrx.uncheckedCast(e);
    expect(await failureOf(other, 'other')).toBeInstanceOf(OperationNotExistException);
  });

  test('what cannot be sent is not', async () => {
    const memory = new SharedArrayBuffer(8);
    const failure = await failureOf(e, 'echo', memory);
    expect(failure).toBeInstanceOf(MarshalException);
    expect((failure as Error).cause).toBeInstanceOf(TypeError);
    expect(await failureOf(e, 'echo', () => {})).toBeInstanceOf(MarshalException);
    expect(e.echo(1)).toBe(1);
  });

  test('a result that cannot be had here', async () => {
    const failure = await failureOf(e, 'fail', 'handle');
    expect(failure).toBeInstanceOf(MarshalException);
    expect(failure).toMatchObject({ message: expect.stringContaining('Nobody') as string });
    expect(e.echo(1)).toBe(1);
  });

  test('the servant could not be made', async () => {
    const vacant = communicator.startServant(module, 'Vacant');
    expect(await failureOf(vacant, 'ice_ping')).toBeInstanceOf(NoSuchEmployee);
    const broken = communicator.startServant(module, 'Broken');
    expect(await failureOf(broken, 'ice_ping')).toMatchObject({ unknown: 'Error: out of order' });
  });
});

describe('a result', () => {
  test('is no promise, and has one of its completion', async () => {
    const release = hold(e);
    const results = [e.begin_getName(7), e.begin_note('x')];
    expect(results[0]).not.toHaveProperty('then');
    const promises = results.map((result) => result.completed);
    release();
    expect(await Promise.all(promises)).toEqual([undefined, undefined]);
    await results[0]!.completed;
    expect(results.map((result) => result.isCompleted())).toEqual([true, true]);
  });

  test('is ended once, by the proxy and the operation that began it', () => {
    const ended = e.begin_getName(0);
    e.end_getName(ended);
    expect(() => e.end_getName(ended)).toThrow(IllegalArgumentException);
    const failed = e.begin_getName(7);
    expect(() => e.end_getName(failed)).toThrow(NoSuchEmployee);
    expect(() => e.end_getName(failed)).toThrow(IllegalArgumentException);
    const result = e.begin_getName(0);
    const other = EmployeesPrx.uncheckedCast(e.ice_oneway().ice_twoway());
    expect(other.equals(e)).toBe(true);
    expect(() => other.end_getName(result)).toThrow(IllegalArgumentException);
    expect(() => e.end_getName(null as never)).toThrow(IllegalArgumentException);
    expect(EmployeesPrx.uncheckedCast(result.getProxy()).end_getName(result)).toBe('Ann');
  });
});

describe('a proxy class', () => {
  test('is refused where two operations would have a method in common, or one that all have', () => {
    const getAsync = (): unknown =>
      defineProxy<{ get(): number; getAsync(): number }>()('::Test::Twice', {
        get: 'returns',
        getAsync: 'returns',
      });
    expect(getAsync).toThrow('getAsync cannot be an operation: another operation has getAsync');
    const equals = (): unknown =>
      defineProxy<{ equals(): boolean }>()('::Test::Equals', { equals: 'returns' });
    expect(equals).toThrow('equals cannot be an operation: all proxies have equals');
  });
});

describe('a proxy', () => {
  test('knows whom it calls, and how', () => {
    expect(e.ice_getIdentity()).toBe('EmployeesI');
    expect(String(e)).toBe('EmployeesI -t @ EmployeesI');
    expect(e.ice_getCommunicator()).toBe(communicator);
    const oneway = e.ice_oneway();
    expect([oneway.ice_isOneway(), oneway.ice_isTwoway(), e.ice_isTwoway()]).toEqual([
      true,
      false,
      true,
    ]);
    expect(e.ice_batchOneway().ice_isBatchOneway()).toBe(true);
    expect(oneway.ice_oneway()).toBe(oneway);
    expect(oneway.equals(e.ice_oneway())).toBe(true);
    expect(oneway.equals(e)).toBe(false);
    const direct = e.ice_collocationOptimized(false);
    expect([e, direct].map((prx) => prx.ice_isCollocationOptimized())).toEqual([true, false]);
  });

  test('carries a context of its own, which a call may replace', () => {
    const context = new Context([['user', 'ann']]);
    const withContext = EmployeesPrx.uncheckedCast(e.ice_context(context));
    expect(withContext.ice_getContext()).toEqual(context);
    expect(e.ice_getContext().size).toBe(0);
    withContext.note('own');
    withContext.note('given', new Context([['user', 'bob']]));
    expect(e.called()).toEqual([
      'EmployeesI.note own user=ann true',
      'EmployeesI.note given user=bob true',
    ]);
  });

  test('asks the servant what it is', async () => {
    const ids = ['::Ice::Object', '::Test::Employees'];
    expect(e.ice_ping()).toBeUndefined();
    expect([e.ice_id(), await e.ice_idAsync()]).toEqual([ids[1], ids[1]]);
    expect([e.ice_ids(), e.end_ice_ids(e.begin_ice_ids())]).toEqual([ids, ids]);
    expect(e.ice_isA('::Test::Employees')).toBe(true);
    expect(await e.ice_isAAsync('::Test::Others')).toBe(false);
    const prx = e.ice_identity('EmployeesI').ice_oneway().ice_twoway();
    expect(EmployeesPrx.checkedCast(prx)?.getName(0)).toBe('Ann');
    expect(await EmployeesPrx.checkedCastAsync(prx)).toBeInstanceOf(EmployeesPrx as never);
    expect(OthersPrx.checkedCast(prx)).toBeNull();
    expect(await OthersPrx.checkedCastAsync(prx)).toBeNull();
    expect([EmployeesPrx, ObjectPrx].map((type) => type.ice_staticId())).toEqual(ids.toReversed());
  });

  test('clones to its handle, and arrives as what it was', () => {
    const context = new Context([['user', 'ann']]);
    const prx = attach<EmployeesPrx>(structuredClone(e.ice_context(context)));
    expect(prx).not.toBeInstanceOf(EmployeesPrx as never); // ice_context makes any proxy
    expect(prx.equals(e.ice_context(context))).toBe(true);
    const same = attach<EmployeesPrx>(structuredClone(EmployeesPrx.uncheckedCast(prx)));
    expect(same.getName(1)).toBe('Bob');
    expect(JSON.stringify(e)).not.toContain('words');
  });
});

describe('a oneway request', () => {
  const oneway = EmployeesPrx.uncheckedCast(e.ice_oneway());

  test('is over when it is sent', async () => {
    const release = hold(e);
    oneway.note('1');
    await oneway.noteAsync('2');
    const result = oneway.begin_note('3');
    expect([result.isSent(), result.isCompleted()]).toEqual([true, true]);
    oneway.end_note(result);
    release();
    expect(e.called()).toEqual([1, 2, 3].map((n) => `EmployeesI.note ${n}  false`));
  });

  test('has no result: it is refused for operations that have one or raise something', async () => {
    expect(() => oneway.getName(0)).toThrow(TwowayOnlyException);
    expect(await thrownBy(() => oneway.checkAsync(0))).toBeInstanceOf(TwowayOnlyException);
    expect(() => oneway.begin_ice_id()).toThrow(IllegalArgumentException);
    oneway.end_ice_ping(oneway.begin_ice_ping());
  });
});

describe('the end', () => {
  test('a servant that dies: all that was called fails, blocking or not', async () => {
    const dying = startEmployees(communicator);
    const release = hold(dying);
    const connection = dying.ice_getConnection();
    const results = [dying.begin_fail('exit'), dying.begin_getName(0)];
    const promise = thrownBy(() => dying.getNameAsync(0));
    release();
    expect(await thrownBy(() => dying.getName(0))).toBeInstanceOf(ConnectionLostException);
    expect(() => results[0]!.throwLocalException()).toThrow(ConnectionLostException);
    expect(() => dying.end_getName(results[1]!)).toThrow(ConnectionLostException);
    expect(await promise).toBeInstanceOf(ConnectionLostException);
    expect(() => dying.getName(0)).toThrow(ConnectFailedException);
    expect(() => dying.end_getName(dying.begin_getName(0))).toThrow(ConnectFailedException);
    expect(() => connection!.flushBatchRequests()).not.toThrow();
  });

  test('a servant that was missed before: the next call fails, and was not carried out', () => {
    const dying = startEmployees(communicator);
    expect(dying.getName(0)).toBe('Ann'); // blocked, so that nobody listens
    expect(Thread.start(callers, 'kill', dying).join()).toBe('ConnectionLostException');
    expect(() => dying.getName(0)).toThrow(ConnectFailedException);
  });

  test('an adapter that is destroyed answers what has begun, also where there is no room for it', async () => {
    const stopping = [startEmployees(communicator), startEmployees(communicator)] as const;
    expect(stopping[0].stop(2 ** 20)).toHaveLength(2 ** 20);
    expect(await stopping[1].stopAsync(2 ** 20)).toHaveLength(2 ** 20);
  });

  test('a communicator that is destroyed: what was called fails, and what is called throws', async () => {
    const own = initialize();
    const servant = startEmployees(own);
    const release = hold(servant);
    const result = servant.begin_getName(0);
    const promise = thrownBy(() => servant.getNameAsync(0));
    own.destroy();
    own.destroy();
    expect(own.isDestroyed()).toBe(true);
    expect(() => result.throwLocalException()).toThrow(CommunicatorDestroyedException);
    expect(() => servant.end_getName(result)).toThrow(CommunicatorDestroyedException);
    expect(await promise).toBeInstanceOf(CommunicatorDestroyedException);
    expect(() => servant.begin_getName(0)).toThrow(CommunicatorDestroyedException);
    expect(() => servant.getName(0)).toThrow(CommunicatorDestroyedException);
    expect(await thrownBy(() => servant.getNameAsync(0))).toBeInstanceOf(
      CommunicatorDestroyedException,
    );
    expect(() => own.flushBatchRequests()).toThrow(CommunicatorDestroyedException);
    expect(() => own.createObjectAdapter('late')).toThrow(CommunicatorDestroyedException);
    release();
  });

  test('no free connection: the cause says so', async () => {
    const other = initialize(); // not the first of this thread, to which proxies that arrive belong
    const small = other.createObjectAdapter('small', { connections: 1 });
    const prx = small.add({}, 'x').ice_collocationOptimized(false);
    expect(prx.ice_getConnection()).not.toBeNull();
    const same = attach<ObjectPrx>(structuredClone(prx));
    expect(same.ice_getCommunicator()).not.toBe(other);
    const result = same.ice_collocationOptimized(false).begin_ice_ping();
    expect(await thrownBy(() => result.throwLocalException())).toMatchObject({
      name: 'ConnectFailedException',
      cause: { code: 'resource_unavailable_try_again' },
    });
    other.destroy();
  });
});
