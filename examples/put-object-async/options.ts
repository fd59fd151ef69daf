import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LOCAL_BUCKET } from '../aws/s3-server.ts';
import type { S3ClientConfiguration } from '../aws/s3-service.ts';

export interface Options {
  readonly fileName: string;
  readonly bucketName: string;
  readonly objectName: string;
  /** The S3 server to use; `undefined`: the example brings its own. */
  readonly remote: S3ClientConfiguration | undefined;
}

/** Reads the command line and the environment. @throws TypeError for a line that makes no sense. */
export function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { bucket: { type: 'string' }, key: { type: 'string' } },
  });
  if (positionals.length > 1) throw new TypeError(`One file at a time, not ${positionals.length}`);
  const [fileName = fileURLToPath(new URL('../../README.md', import.meta.url))] = positionals;
  return {
    fileName,
    bucketName: values.bucket ?? (process.env.S3_BUCKET || LOCAL_BUCKET),
    objectName: values.key ?? basename(fileName),
    remote: readRemote(),
  };
}

// In the environment an empty variable is as good as none.
function readRemote(): S3ClientConfiguration | undefined {
  const { S3_BUCKET, S3_ENDPOINT, AWS_REGION } = process.env;
  const region = AWS_REGION || 'us-east-1';
  // A server of one's own seldom has a host name for every bucket.
  if (S3_ENDPOINT) return { region, endpoint: S3_ENDPOINT, forcePathStyle: true };
  return S3_BUCKET ? { region } : undefined;
}
