/** The thread that does the uploads and calls the response handlers. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3Client } from './create-s3-client.ts';
import { finish } from './finish.ts';
import {
  type Message,
  type Operation,
  PutObjectOutcome,
  type PutObjectRequest,
  type S3ClientConfiguration,
  SHUT_DOWN,
} from './s3-client.ts';

const s3Client = createS3Client(workerData as S3ClientConfiguration);
const guard = parentPort!;

guard.on('message', (message: Message) => {
  // An unreferenced port lets the thread end, but not before the uploads that are still running.
  if (message === SHUT_DOWN) guard.unref();
  else void run(message);
});

async function run(operation: Operation): Promise<void> {
  await finish(operation, s3Client, await putObject(operation.request));
  guard.postMessage(operation.id);
}

async function putObject({ bodyFile, ...input }: PutObjectRequest): Promise<PutObjectOutcome> {
  try {
    // The whole file: the SDK sends the checksum of a stream behind the body, in a framing of its own
    // (`aws-chunked`) that not every S3 server understands. That of a buffer is a plain header.
    const command = new PutObjectCommand({ ...input, Body: await readFile(bodyFile) });
    return PutObjectOutcome.success(await s3Client.send(command));
  } catch (error) {
    return PutObjectOutcome.failure(error);
  }
}
