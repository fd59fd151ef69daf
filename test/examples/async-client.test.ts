/** The layer below the examples of the AWS SDK: calls, their handlers and futures, and a thread that dies. */
import { type Future, moduleRef, Thread, thisThread } from 'crossthread';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AsyncCallerContext } from '../../examples/aws/async-caller-context.ts';
import { Outcome } from '../../examples/aws/outcome.ts';
import { LONG } from '../support/time.ts';
import { EchoClient, echoAsyncFinished, heard } from './echo-service.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const here = moduleRef<typeof import('./echo-service.ts')>('./echo-service.ts', import.meta.url);

describe('AsyncClient', { timeout: 2 * LONG }, () => {
  let client: EchoClient;
  beforeAll(() => {
    client = new EchoClient('hello');
  });
  afterAll(() => client[Symbol.asyncDispose]());

  it('a callable is a future: to block for, to await, for another thread', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((text) => client.echoCallable(text));
    expect(new Outcome(get(one!)).getResult()).toBe('hello, one');
    expect(new Outcome(await two!.getAsync()).getResult()).toBe('hello, two');
    expect(Thread.start(here, 'got', three!).join()).toBe('hello, three');
  });

  it('a handler is called in one other thread, with client, request, outcome and context', () => {
    client.echoAsync('one', echoAsyncFinished, new AsyncCallerContext('first'));
    client.echoAsync('two', echoAsyncFinished);
    const [one, two] = [heard.receiveFor(LONG), heard.receiveFor(LONG)];
    const { thread } = one!;
    expect(thread).not.toBe(thisThread.id);
    expect([one, two]).toEqual([
      { thread, greeting: 'hello', request: 'one', said: 'hello, one', uuid: 'first' },
      {
        thread,
        greeting: 'hello',
        request: 'two',
        said: 'hello, two',
        uuid: expect.stringMatching(UUID),
      },
    ]);
  });

  it('an outcome keeps name, message and status of what went wrong', () => {
    const outcome = new Outcome(get(client.refuseCallable(404)));
    expect(outcome.isSuccess()).toBe(false);
    const error = outcome.getError();
    expect(error.getExceptionName()).toBe('NoSuchEcho');
    expect(error.getMessage()).toBe('not that one');
    expect(error.getResponseCode()).toBe(404);
    expect(() => outcome.getResult()).toThrow('The operation failed: not that one');
  });

  it('a result that cannot be sent is an error', () => {
    const error = new Outcome(get(client.openCallable(undefined))).getError();
    expect(error.getExceptionName()).toBe('DataCloneError');
    expect(error.getResponseCode()).toBe(-1);
  });

  it('disposing of it waits for what is queued, and nothing is queued any more', () => {
    const other = new EchoClient('bye');
    other.echoAsync('now', echoAsyncFinished);
    other[Symbol.dispose]();
    expect(heard.tryReceive()).toMatchObject({ said: 'bye, now' });
    expect(() => other.echoCallable('late')).toThrow('echo: the client is disposed of');
  });

  it('a thread that dies breaks futures, and handlers get an error', async () => {
    await using mortal = new EchoClient('alas');
    const death = 'The executor thread died with exit code 7';
    const futures = [mortal.dieCallable(7), mortal.echoCallable('too late')];
    for (const future of futures) {
      const broken = expect.objectContaining({ code: 'broken_promise', message: death });
      expect(() => get<unknown>(future)).toThrow(broken);
    }
    mortal.echoAsync('gone', echoAsyncFinished, new AsyncCallerContext('last'));
    expect(heard.receiveFor(LONG)).toMatchObject({ said: death, greeting: 'alas', uuid: 'last' });
  });
});

/** As `get()`, which would wait for ever. */
function get<T>(future: Future<T>): T {
  expect(future.waitFor(LONG)).toBe('ready');
  return future.get();
}
