/**
 * Uploads a file to an S3 bucket asynchronously: the sample `put_object_async.cpp` of the AWS SDK for
 * C++, line by line where TypeScript allows. The main thread blocks on a condition variable; the
 * upload and its response handler run in an executor thread, which wakes it.
 *
 *   npx tsx examples/put-object-async.ts [file] [--bucket <name>] [--key <object name>]
 *
 * uploads `file` (the README of this repository) under its own name to an S3 server that it brings
 * along. The environment leads elsewhere:
 *
 *   S3_BUCKET     to this bucket, in AWS unless there is an S3_ENDPOINT
 *   S3_ENDPOINT   to this server, `http://127.0.0.1:9000` for example
 *   AWS_REGION    the region of the bucket (us-east-1)
 *   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE and so on: the credentials, which are looked
 *                 for in the places where every tool of AWS does
 *
 * Exit code: 0 when the object is uploaded and equals the file, 1 when not, 2 for a command line that
 * makes no sense. The sample ends with 0 after a failed upload too; a script would take it for done.
 */
import { existsSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { ConditionVariable, defineTask, Mutex, thisThread, UniqueLock } from 'crossthread';
import { AsyncCallerContext } from './aws/async-caller-context.ts';
import { AsyncS3Client, type PutObjectOutcome } from './aws/s3-client.ts';
import { LocalS3Server } from './aws/s3-server.ts';
import type { PutObjectRequest, S3ClientConfiguration } from './aws/s3-service.ts';
import { type Options, readOptions } from './put-object-async/options.ts';
import { run } from './support/command-line.ts';
import { GlobalInt } from './support/memory.ts';
import { print } from './support/print.ts';

const USAGE =
  'Usage: npx tsx examples/put-object-async.ts [file] [--bucket <name>] [--key <object name>]';

// A mutex is a synchronization primitive that can be used to protect shared
// data from being simultaneously accessed by multiple threads.
// Every thread loads this module and so has variables of its own; `global` finds the same object.
const uploadMutex = Mutex.global('upload_mutex');

// A condition_variable is a synchronization primitive that can be used to
// block a thread, or multiple threads at the same time, until another
// thread both modifies a shared variable (the condition) and
// notifies the condition_variable.
const uploadVariable = ConditionVariable.global('upload_variable');

// That shared variable, guarded by the mutex. The sample has none: it waits without a condition and
// notifies without the mutex, so that an upload which ends before main waits would never wake it
// (SharedArrayBuffer-notes.md tells the whole story).
const uploadState = new GlobalInt('upload_state');
const PENDING = 0;
const SUCCEEDED = 1;
const FAILED = 2;

function putObjectAsync(
  s3Client: AsyncS3Client,
  bucketName: string,
  objectName: string,
  _region: string, // unused, as in the sample
  fileName = objectName, // one name for both in the sample
): boolean {
  // Verify that the file exists.
  if (!existsSync(fileName)) {
    print(`Error: PutObjectAsync: File '${fileName}' does not exist.`);

    return false;
  }

  // Create and configure the asynchronous put object request.
  const request: PutObjectRequest = { Bucket: bucketName, Key: objectName, bodyFile: fileName };

  // Create and configure the context for the asynchronous put object request.
  const context = new AsyncCallerContext();
  context.setUUID(objectName);

  // Make the asynchronous put object call. Queue the request into a
  // thread executor and call the putObjectAsyncFinished function when the
  // operation has finished.
  s3Client.putObjectAsync(request, putObjectAsyncFinished, context);

  return true;
}

// Called in the executor thread, which loads this module and finds it there by its name.
export const putObjectAsyncFinished = defineTask(
  import.meta.url,
  'putObjectAsyncFinished',
  (
    _s3Client: S3Client,
    _request: PutObjectRequest,
    outcome: PutObjectOutcome,
    context: AsyncCallerContext,
  ): void => {
    if (outcome.isSuccess()) {
      print(`Success: PutObjectAsyncFinished: Finished uploading '${context.getUUID()}'.`);
    } else {
      print(`Error: PutObjectAsyncFinished: ${outcome.getError().getMessage()}`);
    }

    // Unblock the thread that is waiting for this function to complete.
    using _lock = new UniqueLock(uploadMutex);
    uploadState.value = outcome.isSuccess() ? SUCCEEDED : FAILED;
    uploadVariable.notifyOne();
  },
);

async function main({ fileName, bucketName, objectName, remote }: Options): Promise<number> {
  // The SDK for JavaScript needs no InitAPI.
  await using server = remote ? undefined : await LocalS3Server.start();

  const config: S3ClientConfiguration = remote ?? server!.configuration;

  {
    // A unique_lock is a general-purpose mutex ownership wrapper allowing
    // deferred locking, time-constrained attempts at locking, recursive
    // locking, transfer of lock ownership, and use with
    // condition variables.
    using lock = new UniqueLock(uploadMutex);

    // Create and configure the Amazon S3 client.
    // This client must be declared here, as this client must exist
    // until the put object operation finishes.
    using s3Client = new AsyncS3Client(config);

    if (putObjectAsync(s3Client, bucketName, objectName, config.region, fileName)) {
      print('main: Waiting for file upload attempt...\n');

      // While the put object operation attempt is in progress,
      // you can perform other tasks.
      // This example simply blocks until the put object operation
      // attempt finishes.
      uploadVariable.wait(lock, () => uploadState.value !== PENDING);

      print('\nmain: File upload attempt completed.');
    } else {
      return 1;
    }
    if (uploadState.value === FAILED) return 1;
  }

  // Beyond the sample: was it uploaded as it is? (The SDK loads slowly, and this thread needs it only now.)
  const { verify } = await import('./put-object-async/verify.ts');
  return (await verify(config, bucketName, objectName, fileName)) ? 0 : 1;
}

if (thisThread.isMain) await run(USAGE, readOptions, main);
