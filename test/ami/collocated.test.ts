/** Servants of the very thread that calls, and proxies in other threads than their own. */
import { Thread } from 'crossthread';
import {
  CollocationOptimizationException,
  type Current,
  initialize,
  ObjectAdapterDeactivatedException,
  ObjectNotExistException,
  OperationNotExistException,
  UnknownException,
} from 'crossthread/ami';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { runProcess } from '../support/child.ts';
import { callers, EmployeesPrx, startEmployees } from './proxies.ts';
import { NoSuchEmployee } from './no-such-employee.mjs';

const communicator = initialize();
afterAll(() => communicator.destroy());

class Here {
  static ids = ['::Test::Employees'];
  readonly got: unknown[] = [];

  getName(number: number, current: Current): string {
    if (number < 0) throw NoSuchEmployee.of(number);
    this.got.push(number, current.operation, current.adapter.getName());
    return `here ${number}`;
  }

  async getNumber(name: string): Promise<number> {
    await Promise.resolve();
    return name.length;
  }

  echo(value: unknown): unknown {
    this.got.push(value);
    return value;
  }

  fail(): never {
    throw new Error('unregistered');
  }
}

describe('a servant of this thread', () => {
  const servant = new Here();
  const adapter = communicator.createObjectAdapter('here');
  const here = EmployeesPrx.uncheckedCast(adapter.add(servant, 'one'));

  test('is called as it is by blocking calls, before the adapter is active too', () => {
    expect(here.getName(7)).toBe('here 7');
    expect(servant.got.splice(0)).toEqual([7, 'getName', 'here']);
    expect(here.ice_getConnection()).toBeNull();
    expect(EmployeesPrx.checkedCast(here.ice_oneway().ice_twoway())?.getName(8)).toBe('here 8');
  });

  test('may be without a class, as a module is', () => {
    const bare = Object.assign(Object.create(null) as object, { getName: () => 'bare' });
    const prx = EmployeesPrx.uncheckedCast(adapter.add(bare, 'bare'));
    expect([prx.getName(1), prx.ice_id()]).toEqual(['bare', '::Ice::Object']);
  });

  test('has its arguments as they are', () => {
    const value = { list: [() => 1] };
    expect(here.echo(value)).toBe(value);
    expect(servant.got.pop()).toBe(value);
  });

  test('what it throws arrives as it is, or as it would from another thread', () => {
    expect(() => here.getName(-1)).toThrow(NoSuchEmployee);
    expect(() => here.fail('string')).toThrow(UnknownException);
    expect(() => here.ice_identity('two').ice_ping()).toThrow(ObjectNotExistException);
    expect(() => here.retire(1)).toThrow(OperationNotExistException);
    expect(() => here.getNumber('Ann')).toThrow(CollocationOptimizationException);
  });

  test('asynchronous calls are refused, unless they are to go through the transport', async () => {
    const result = here.begin_getName(7);
    expect(() => result.throwLocalException()).toThrow(CollocationOptimizationException);
    expect(() => here.end_getName(result)).toThrow(CollocationOptimizationException);
    await expect(here.getNameAsync(7)).rejects.toThrow(CollocationOptimizationException);
    servant.got.splice(0);
    const direct = EmployeesPrx.uncheckedCast(here.ice_collocationOptimized(false));
    adapter.activate();
    expect(await direct.getNameAsync(7)).toBe('here 7');
    expect(await direct.getNumberAsync('Ann')).toBe(3);
    await expect(direct.getNameAsync(-1)).rejects.toThrow(NoSuchEmployee);
    const value = { list: [1] };
    expect(await direct.echoAsync(value)).not.toBe(value);
    expect(() => direct.getName(7)).toThrow('own thread');
    const early = direct.begin_getName(7);
    expect(() => direct.end_getName(early)).toThrow('own thread');
    await early.completed;
    expect(servant.got.filter((each) => each === 'getName')).toHaveLength(2); // not what was refused
    expect(direct.end_getName(early)).toBe('here 7');
    adapter.deactivate();
    expect(() => here.getName(7)).toThrow(ObjectAdapterDeactivatedException);
    await expect(direct.getNameAsync(7)).rejects.toThrow(ObjectAdapterDeactivatedException);
  });
});

test('a communicator forgets an adapter that has ended', async () => {
  const own = initialize();
  const [ended, kept] = ['ended', 'kept'].map((name) => own.createObjectAdapter(name));
  ended!.destroy();
  await ended!.closed;
  const destroys = [ended, kept].map((adapter) => vi.spyOn(adapter!, 'destroy'));
  own.destroy();
  expect(destroys.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
});

test('a proxy works in other threads, with connections of their own', async () => {
  const e = startEmployees(communicator);
  expect(Thread.start(callers, 'nameOf', e, 1).join()).toBe('Bob');
  const threads = [1, 2, 3].map((n) => Thread.start(callers, 'noteMany', e, `${n}`, 50));
  await Promise.all(threads.map((thread) => thread.joinAsync()));
  const called = e.called().map((call) => call.split(' ')[1]!.split(':'));
  expect(called).toHaveLength(150);
  for (const n of ['1', '2', '3']) {
    const own = called.filter(([thread]) => thread === n).map(([, i]) => Number(i));
    expect(own).toEqual(Array.from({ length: 50 }, (_, i) => i));
  }
});

test('outstanding calls keep the process alive; servants and connections do not', async () => {
  expect(await runProcess('./outstanding.mjs', import.meta.url)).toEqual({
    code: 0,
    signal: null,
    stdout: 'callback Ann\n',
    stderr: '',
  });
});
