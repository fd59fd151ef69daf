import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import {
  DeadlockError,
  Mutex,
  OwnerDiedError,
  registerErrors,
  SyncError,
  TimeoutError,
} from '../../dist/index.js';
import { describe, expect, test } from 'vitest';
import { packThrown, unpackThrown } from '../../dist/thread/error-transport.js';

/** What another thread makes of `thrown`. */
const sent = (thrown: unknown): unknown => unpackThrown(structuredClone(packThrown(thrown)));
const sentError = (thrown: Error): Error & Record<string, unknown> => sent(thrown) as never;

class Plain extends RangeError {}
class Known extends RangeError {
  readonly line: number;

  constructor(line: number, options?: ErrorOptions) {
    super('known', options);
    this.line = line;
  }
}
registerErrors(Known);

describe('an error keeps', () => {
  test.each<[Error, new (...args: never[]) => Error]>([
    [new Error('e'), Error],
    [new TypeError('e'), TypeError],
    [new AggregateError([new RangeError('one'), 'two'], 'e'), AggregateError],
    [new SyncError('invalid_argument', 'e'), SyncError],
    [new TimeoutError('e'), TimeoutError],
    [new OwnerDiedError('e', 7), OwnerDiedError],
    [new DeadlockError([{ agent: 1, thread: 'main', waitsFor: 'Mutex' }]), DeadlockError],
    [new DOMException('e', 'AbortError'), DOMException],
    [new Known(7), Known],
  ])('its class: %s', (error, type) => {
    const arrived = sentError(error);
    expect(arrived).not.toBe(error);
    expect(arrived).toBeInstanceOf(Error);
    expect(arrived.constructor).toBe(type);
    expect(Object.keys(arrived)).toEqual(Object.keys(error));
    for (const key of ['name', 'message', 'stack', 'code', 'owner', 'cycle', 'line', 'errors']) {
      expect(arrived[key]).toEqual((error as never)[key]);
    }
  });

  test('what it extends, if its class is not known; and its name', () => {
    const arrived = sentError(Object.assign(new Plain('e'), { name: 'Plain' }));
    expect(arrived.constructor).toBe(RangeError);
    expect(arrived.name).toBe('Plain');
  });

  test('the class of its cause, also when it is its own', () => {
    const error = new Known(1, { cause: new Known(2) });
    (error.cause as Error).cause = error;
    const arrived = sentError(error);
    expect(arrived.cause).toMatchObject({ line: 2 });
    expect((arrived.cause as Error).cause).toBe(arrived);
    expect(Object.keys(arrived)).toEqual(['line']);
  });

  test('what can travel of its properties, shared objects among them', () => {
    const mutex = new Mutex();
    const error = Object.assign(new Error('e'), { mutex, near: [mutex], call: () => 1, n: 1n });
    const arrived = sentError(error);
    expect(arrived).toMatchObject({ n: 1n });
    expect(arrived.mutex).toBe(mutex);
    expect(arrived.near).toEqual([mutex]);
    expect(arrived).not.toHaveProperty('call');
  });
});

test.each([undefined, null, 7, 'text', { a: [1] }])('what is no error: %j', (thrown) => {
  expect(sent(thrown)).toEqual(thrown);
});

test('what cannot travel: the reason why instead', () => {
  expect(sent(() => 1)).toEqual(new TypeError('a function stays in its thread'));
  const { port1, port2 } = new MessageChannel();
  expect(sent({ port1 })).toMatchObject({ name: 'TypeError' });
  port2.postMessage('still open');
  expect(receiveMessageOnPort(port1)).toEqual({ message: 'still open' });
  port1.close();
});

test('misuse: no class', () => {
  expect(() => registerErrors('Error' as never)).toThrow(TypeError);
});
