/** The thread that makes the requests and calls the response handlers. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type AsyncCall,
  type Employment,
  type Order,
  respond,
  type Service,
  SHUT_DOWN,
} from './call.ts';
import { failure, type OutcomeData } from './outcome.ts';
import type { Message, Reply } from './working-thread.ts';

const { address, configuration } = workerData as Employment;
const service = (await import(address)) as Service;
const client = service.createClient(configuration);
const executor = parentPort!;

executor.on('message', (message: Message) => {
  // An unreferenced port lets the thread end, but not before the calls that are still running.
  if (message === SHUT_DOWN) executor.unref();
  else void execute(message.id, message.order);
});

async function execute(id: number, order: Order | AsyncCall): Promise<void> {
  const outcome = await perform(order);
  if ('handler' in order) {
    await respond(order, client, outcome);
    reply({ id });
  } else {
    reply({ id, outcome });
  }
}

async function perform({ operation, request }: Order): Promise<OutcomeData<unknown>> {
  try {
    return { result: await service[operation]!(client, request) };
  } catch (error) {
    return failure(error);
  }
}

function reply(message: Reply): void {
  try {
    executor.postMessage(message);
  } catch (error) {
    executor.postMessage({ ...message, outcome: failure(error) } satisfies Reply); // a result with a stream, say
  }
}
