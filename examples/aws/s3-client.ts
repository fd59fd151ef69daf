/**
 * `Aws::S3::S3Client`.
 *
 * Port another call of the SDK
 *   A call is an operation of s3-service.ts, which the executor's thread runs with the SDK's own client:
 *
 *     export async function deleteObject(s3Client: S3Client, request: DeleteObjectCommandInput) {
 *       return s3Client.send(new DeleteObjectCommand(request));
 *     }
 *
 *   and here its two forms, whose types follow from that:
 *
 *     readonly deleteObjectAsync = this.asyncCall('deleteObject');
 *     readonly deleteObjectCallable = this.callable('deleteObject');
 *
 *   Requests, and results of callables, are copied from thread to thread, so a stream in them is to be
 *   replaced by data, as the bodies of `putObject` and `getObject` are. Another service of AWS is another
 *   pair of such files.
 */
import { moduleRef } from 'crossthread';
import { AsyncClient } from './async-client.ts';
import type { Outcome } from './outcome.ts';
import type { S3ClientConfiguration } from './s3-service.ts';
import type { OperationName, Result } from './service.ts';

type S3 = typeof import('./s3-service.ts');
type S3Outcome<K extends OperationName<S3>> = Outcome<Result<S3, K>>;

export type PutObjectOutcome = S3Outcome<'putObject'>;
export type GetObjectOutcome = S3Outcome<'getObject'>;
export type ListObjectsOutcome = S3Outcome<'listObjects'>;

const service = moduleRef<S3>('./s3-service.ts', import.meta.url);

/** It must exist until its operations have finished. */
export class AsyncS3Client extends AsyncClient<S3> {
  readonly putObjectAsync = this.asyncCall('putObject');
  readonly putObjectCallable = this.callable('putObject');
  readonly getObjectAsync = this.asyncCall('getObject');
  readonly getObjectCallable = this.callable('getObject');
  readonly listObjectsAsync = this.asyncCall('listObjects');
  readonly listObjectsCallable = this.callable('listObjects');

  constructor(configuration: S3ClientConfiguration) {
    super(service, configuration);
  }
}
