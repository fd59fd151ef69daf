/**
 * The executor: one thread that works, and this one, which survives it. Main is blocked and cannot
 * see a worker die: the news would come through main's event loop. The event loop of this thread is
 * always free, so it takes the operations that a dead thread leaves behind and gives them to their
 * response handlers, as failed. Thus whoever waits for them is woken, however the thread died.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { finish } from './finish.ts';
import { print } from './print.ts';
import {
  type Message,
  type Operation,
  PutObjectOutcome,
  type S3ClientConfiguration,
  SHUT_DOWN,
} from './s3-client.ts';
import { startThread } from './start.ts';

// If this thread fails too, a handler that throws here for example, nobody is left who could wake
// main: end as `std::terminate` does.
process.on('uncaughtException', (error) => {
  print(`Error: executor: ${error.stack}`);
  process.kill(process.pid, 'SIGABRT');
});

const inFlight = new Map<Operation['id'], Operation>();
const client = parentPort!;
const thread = startThread('executor-thread.ts', workerData);
let lastWords = '';
let obituary: string | undefined;

client.on('message', (message: Message) => {
  thread.postMessage(message);
  if (message === SHUT_DOWN)
    client.unref(); // and this thread ends with the other one
  else if (obituary === undefined) inFlight.set(message.id, message);
  else void abandon(message, obituary);
});

thread.on('message', (id: Operation['id']) => inFlight.delete(id));
thread.on('error', (error) => (lastWords = `: ${error.message}`));
thread.on('exit', (code) => {
  obituary = `The executor thread died with exit code ${code}${lastWords}`;
  for (const operation of inFlight.values()) void abandon(operation, obituary);
});

async function abandon(operation: Operation, reason: string): Promise<void> {
  const { createS3Client } = await import('./create-s3-client.ts'); // with the SDK, seldom needed here
  const s3Client = createS3Client(workerData as S3ClientConfiguration); // the thread's own died with it
  await finish(operation, s3Client, PutObjectOutcome.failure(new Error(reason)));
}

client.postMessage('running');
