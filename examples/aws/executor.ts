/**
 * The executor: one thread that works, and this one, which survives it. The caller may be blocked and
 * cannot see a worker die: the news would come through its event loop. The event loop of this thread is
 * always free, so it takes the calls that a dead thread leaves behind and gives them to their response
 * handlers, as failed, or breaks their promises, which therefore stay here. Thus whoever waits for them
 * is woken, however the thread died.
 */
import type { MessagePort } from 'node:worker_threads';
import { attach, FutureError, moduleRef } from 'crossthread';
import { print } from '../support/print.ts';
import {
  type AsyncCall,
  type Callable,
  type Employment,
  respond,
  type Service,
  SHUT_DOWN,
} from './call.ts';
import { failure, messageOf } from './outcome.ts';
import { WorkingThread } from './working-thread.ts';

export const executor = moduleRef<typeof import('./executor.ts')>(import.meta.url);

/** Executes the calls that come, until it is told to shut down and has done all. */
export async function execute(calls: MessagePort, employment: Employment): Promise<void> {
  // If this thread fails too, a handler that throws here for example, nobody is left who could wake
  // the caller: end as `std::terminate` does.
  process.on('uncaughtException', (error) => {
    print(`Error: executor: ${error.stack}`);
    process.kill(process.pid, 'SIGABRT');
  });

  const thread = new WorkingThread(employment);
  const unfinished = new Set<Promise<void>>();
  await new Promise<void>((resolve) => {
    calls.on('message', (message: typeof SHUT_DOWN | AsyncCall | Callable) => {
      if (message === SHUT_DOWN) return resolve();
      const call = attach<AsyncCall | Callable>(message);
      const finished = 'promise' in call ? fulfil(call, thread) : handle(call, thread, employment);
      unfinished.add(finished);
      void finished.then(() => unfinished.delete(finished));
    });
  });
  await Promise.all(unfinished);
  await thread.end();
}

async function fulfil({ promise, ...order }: Callable, thread: WorkingThread): Promise<void> {
  try {
    promise.setValue((await thread.perform(order))!);
  } catch (death) {
    promise.setException(new FutureError('broken_promise', messageOf(death)));
  }
}

/** In the thread, as long as it lives. */
async function handle(
  call: AsyncCall,
  thread: WorkingThread,
  { address, configuration }: Employment,
): Promise<void> {
  try {
    await thread.perform(call);
  } catch (death) {
    const { createClient } = (await import(address)) as Service; // with the SDK, seldom needed here
    await respond(call, createClient(configuration), failure(death)); // its own client died with it
  }
}
