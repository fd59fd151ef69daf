/** Batch oneway requests: collected by proxies, flushed by proxies, connections and communicators. */
import {
  type AsyncResult,
  type Connection,
  ConnectFailedException,
  Context,
  IllegalArgumentException,
  initialize,
  newCallback,
  ObjectPrx,
} from 'crossthread/ami';
import { afterAll, describe, expect, test } from 'vitest';
import { EmployeesPrx, hold, startEmployees } from './proxies.ts';

const communicator = initialize({ properties: { 'Ice.BatchAutoFlushSize': '1' } });
const e = startEmployees(communicator);

afterAll(() => communicator.destroy());

const batchOf = (prx: ObjectPrx = e): EmployeesPrx =>
  EmployeesPrx.uncheckedCast(prx.ice_batchOneway());

/** The texts of the notes that have come. */
const notes = (prx = e): string[] => prx.called().map((call) => call.split(' ')[1]!);

test('requests wait for the flush, in their order, as they were', () => {
  const batch = batchOf();
  const text = ['1'];
  batch.note(text as never);
  text[0] = '2';
  batch.note('3', new Context([['user', 'ann']]));
  expect(e.called()).toEqual([]);
  batch.ice_flushBatchRequests();
  expect(e.called()).toEqual(['EmployeesI.note 1  false', 'EmployeesI.note 3 user=ann false']);
  batch.ice_flushBatchRequests();
  expect(e.called()).toEqual([]);
});

test('a request is over when it is collected, in all forms', async () => {
  const batch = batchOf();
  const log: unknown[] = [];
  const callback = newCallback(
    log,
    () => log.push('finished'),
    (result) => log.push(result.isSent()),
  );
  const result = batch.begin_note('1', callback);
  expect([result.isCompleted(), result.isSent(), result.sentSynchronously()]).toEqual([
    true,
    true,
    true,
  ]);
  expect(result.getConnection()).toBeNull();
  await result.completed;
  batch.end_note(result);
  await batch.noteAsync('2');
  expect(log).toEqual([true]);
  expect(e.called()).toEqual([]);
  await batch.ice_flushBatchRequestsAsync();
  expect(notes()).toEqual(['1', '2']);
  expect(() => batch.begin_getName(1)).toThrow(IllegalArgumentException);
});

test('a proxy has its batch also under another type, and no other has it', () => {
  const base = e.ice_batchOneway();
  const [first, second] = [EmployeesPrx.uncheckedCast(base), EmployeesPrx.uncheckedCast(base)];
  first.note('1');
  second.note('2');
  batchOf().ice_flushBatchRequests();
  expect(notes()).toEqual([]);
  base.ice_flushBatchRequests();
  expect(notes()).toEqual(['1', '2']);
});

describe('a flush', () => {
  const owners: [string, () => Connection | typeof communicator][] = [
    ['a connection', () => e.ice_getConnection()!],
    ['a communicator', () => communicator],
  ];

  test.each(owners)(
    'of %s sends what all its proxies have collected, in four forms',
    async (_, of) => {
      const owner = of();
      const flushes = [
        async () => owner.flushBatchRequests(),
        () => owner.flushBatchRequestsAsync(),
        async () => owner.end_flushBatchRequests(owner.begin_flushBatchRequests()),
      ];
      for (const flush of flushes) {
        batchOf().note('1');
        batchOf().note('2');
        await flush();
        expect(notes()).toEqual(['1', '2']);
      }
      expect(owner.begin_flushBatchRequests().sentSynchronously()).toBe(true);
    },
  );

  test('of a proxy, a connection or a communicator: the result says whose it is', () => {
    const batch = batchOf();
    const connection = e.ice_getConnection()!;
    batch.note('1');
    const ofProxy = batch.begin_ice_flushBatchRequests();
    expect(ofProxy.getProxy()).toBe(batch);
    expect(ofProxy.getOperation()).toBe('ice_flushBatchRequests');
    const ofConnection = connection.begin_flushBatchRequests();
    expect(ofConnection.getProxy()).toBeNull();
    expect(ofConnection.getConnection()).toBe(connection);
    expect(ofConnection.getCommunicator()).toBe(communicator);
    expect(ofConnection.getOperation()).toBe('flushBatchRequests');
    const ofAll = communicator.begin_flushBatchRequests();
    expect([ofAll.getProxy(), ofAll.getConnection()]).toEqual([null, null]);
    expect(() => connection.end_flushBatchRequests(ofAll)).toThrow(IllegalArgumentException);
    expect(() => e.end_ice_flushBatchRequests(ofProxy)).toThrow(IllegalArgumentException);
    batch.end_ice_flushBatchRequests(ofProxy);
    connection.end_flushBatchRequests(ofConnection);
    communicator.end_flushBatchRequests(ofAll);
    expect(notes()).toEqual(['1']);
  });

  test('with a callback of another operation is refused, and takes nothing', () => {
    const batch = batchOf();
    batch.note('1');
    const wrong = EmployeesPrx.newCallback_getName({}, () => {}, null) as never;
    for (const owner of [e.ice_getConnection()!, communicator]) {
      expect(() => owner.begin_flushBatchRequests(wrong)).toThrow(IllegalArgumentException);
    }
    expect(() => batch.begin_ice_flushBatchRequests(wrong)).toThrow(IllegalArgumentException);
    batch.ice_flushBatchRequests();
    expect(notes()).toEqual(['1']);
  });

  test('is told to callbacks when it is sent, once all of it is', async () => {
    const other = startEmployees(communicator);
    const log: unknown[] = [];
    const to = {
      finished: () => log.push('finished'),
      sent: (result: AsyncResult) => log.push(result.getCookie()),
      failure: () => log.push('failure'),
      typed: (isSynchronous: boolean, cookie: string) => log.push(isSynchronous, cookie),
    };
    for (const prx of [e, other]) batchOf(prx).note('1');
    communicator.begin_flushBatchRequests(newCallback(to, to.finished, to.sent), 'a');
    batchOf().begin_ice_flushBatchRequests(newCallback(to, to.finished, to.sent), 'b');
    const typed = ObjectPrx.newCallback_ice_flushBatchRequests(to, to.failure, to.typed);
    e.ice_getConnection()!.begin_flushBatchRequests(typed, 'c');
    expect(log).toEqual(['a', 'b', true, 'c']);
    expect([notes(e), notes(other)]).toEqual([['1'], ['1']]);

    const release = hold(other);
    while (
      EmployeesPrx.uncheckedCast(other.ice_oneway())
        .begin_put(new Uint8Array(9e4))
        .sentSynchronously()
    );
    for (const prx of [e, other]) batchOf(prx).note('2');
    const queued = communicator.begin_flushBatchRequests(typed, 'd');
    expect([queued.isSent(), queued.isCompleted()]).toEqual([false, false]);
    release();
    queued.waitForSent();
    expect([queued.isSent(), queued.sentSynchronously()]).toEqual([true, false]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.splice(0)).toEqual(['a', 'b', true, 'c', false, 'd']);
    expect([notes(e), notes(other).at(-1)]).toEqual([['2'], '2']);
  });

  test('fails where there is nobody; that of a communicator says nothing, and sends the rest', async () => {
    const dying = startEmployees(communicator);
    const connection = dying.ice_getConnection()!;
    await dying.failAsync('exit').catch(() => {});
    const fill = (): EmployeesPrx => {
      const batch = batchOf(dying);
      batch.note('lost');
      batchOf().note('sent');
      return batch;
    };
    const batch = fill();
    communicator.flushBatchRequests();
    expect(notes()).toEqual(['sent']);
    batch.ice_flushBatchRequests(); // there is nothing left to be sent
    const failed = fill().begin_ice_flushBatchRequests();
    expect(() => failed.throwLocalException()).toThrow(ConnectFailedException);
    expect(failed.isSent()).toBe(false);
    fill();
    expect(() => connection.flushBatchRequests()).toThrow('died');
    communicator.flushBatchRequests();
    expect(notes()).toEqual(['sent', 'sent']);
  });
});

test('L4 a batch is sent by itself before it is too large, and what comes later stays behind it', () => {
  const batch = batchOf();
  const text = 'x'.repeat(400);
  for (const n of [1, 2, 3]) batch.note(`${n}${text}`);
  expect(notes().map((note) => note[0])).toEqual(['1', '2']);
  batch.note('4');
  batch.ice_flushBatchRequests();
  expect(notes().map((note) => note[0])).toEqual(['3', '4']);
  communicator.getProperties().setProperty('Ice.BatchAutoFlushSize', '0');
  for (const n of [1, 2, 3]) batch.note(`${n}${text}`);
  expect(notes()).toEqual([]);
  batch.ice_flushBatchRequests();
  expect(notes()).toHaveLength(3);
});
