/**
 * Uploads files to an S3 bucket, lists them and downloads them again, all at once and from a thread that
 * blocks: the asynchronous calls of the AWS SDK for C++, each in both of its forms.
 *
 *   npx tsx examples/s3-get-and-list.ts
 *
 * `…Callable` gives back a future of the outcome. `…Async` calls a response handler with it, in the
 * executor's thread, from where a channel leads back. The bucket is that of an S3 server which the example
 * brings along. How another call of the SDK gets these forms stands in aws/s3-client.ts.
 *
 * Prints what is in the bucket. If an object is not what its file is, the exit code is 1.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GetObjectRequest, ListObjectsRequest, S3Client } from '@aws-sdk/client-s3';
import { Channel, defineTask, thisThread } from 'crossthread';
import { AsyncCallerContext } from './aws/async-caller-context.ts';
import { Outcome } from './aws/outcome.ts';
import { AsyncS3Client, type GetObjectOutcome, type ListObjectsOutcome } from './aws/s3-client.ts';
import { LOCAL_BUCKET, LocalS3Server } from './aws/s3-server.ts';
import { print } from './support/print.ts';

const FILES = ['CHANGELOG.md', 'LICENSE', 'package.json', 'README.md'].map((name) =>
  fileURLToPath(new URL(`../${name}`, import.meta.url)),
);
const Bucket = LOCAL_BUCKET;

// By these the handlers, in the executor's thread, tell main.
const listed = Channel.global<string[]>('s3-get-and-list/listed', 1);
const got = Channel.global<{ key: string; sha256: string }>('s3-get-and-list/got', 16);

export const listObjectsAsyncFinished = defineTask(
  import.meta.url,
  'listObjectsAsyncFinished',
  (_s3Client: S3Client, _request: ListObjectsRequest, outcome: ListObjectsOutcome): void => {
    if (outcome.isSuccess()) {
      listed.send((outcome.getResult().Contents ?? []).map(({ Key }) => Key!));
    } else {
      print(`Error: ListObjectsAsyncFinished: ${outcome.getError().getMessage()}`);
      listed.send([]);
    }
  },
);

export const getObjectAsyncFinished = defineTask(
  import.meta.url,
  'getObjectAsyncFinished',
  (
    _s3Client: S3Client,
    _request: GetObjectRequest,
    outcome: GetObjectOutcome,
    context: AsyncCallerContext,
  ): void => {
    const key = context.getUUID();
    if (outcome.isSuccess()) {
      got.send({ key, sha256: sha256Of(outcome.getResult().Body) });
    } else {
      print(`Error: GetObjectAsyncFinished: ${outcome.getError().getMessage()}`);
      got.send({ key, sha256: '' });
    }
  },
);

function sha256Of(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Blocks wherever it waits, as the C++ program would. */
function work(s3Client: AsyncS3Client): void {
  const uploads = FILES.map((file) =>
    s3Client.putObjectCallable({ Bucket, Key: basename(file), bodyFile: file }),
  );
  for (const upload of uploads) new Outcome(upload.get()).getResult(); // throws if there is none
  print(`${uploads.length} files are uploaded.`);

  s3Client.listObjectsAsync({ Bucket }, listObjectsAsyncFinished);
  const keys = listed.receive()!;
  print(`The bucket has ${keys.join(', ')}.`);
  assert.deepEqual(keys.toSorted(), FILES.map((file) => basename(file)).toSorted());

  for (const Key of keys) {
    s3Client.getObjectAsync({ Bucket, Key }, getObjectAsyncFinished, new AsyncCallerContext(Key));
  }
  const hashes = new Map(keys.map(() => got.receive()!).map(({ key, sha256 }) => [key, sha256]));
  for (const file of FILES) assert.equal(hashes.get(basename(file)), sha256Of(readFileSync(file)));
  print(`Each of the ${hashes.size} objects has the SHA-256 of its file.`);

  const missing = new Outcome(s3Client.getObjectCallable({ Bucket, Key: 'my-file.txt' }).get());
  const error = missing.getError();
  print(`my-file.txt: ${error.getExceptionName()} (${error.getResponseCode()}), as it should be.`);
}

async function main(): Promise<void> {
  await using server = await LocalS3Server.start();
  using s3Client = new AsyncS3Client(server.configuration);
  work(s3Client);
}

if (thisThread.isMain) await main(); // the executor's thread loads this file, too
