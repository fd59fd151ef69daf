import { S3Client } from '@aws-sdk/client-s3';
import type { S3ClientConfiguration } from './s3-client.ts';

const CONNECT_TIMEOUT = 5_000; // ms
const IDLE_TIMEOUT = 30_000; // ms: the SDK would wait for ever for a server that has gone silent

// Node 20 is good enough for this example, and the SDK's warning that its versions of 2027 will need
// 22 would stand in the middle of the output. This is the switch that the SDK has for it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** The SDK's own client. It works in the thread that made it, and needs that thread's event loop. */
export function createS3Client(configuration: S3ClientConfiguration): S3Client {
  return new S3Client({
    ...configuration,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT, socketTimeout: IDLE_TIMEOUT },
  });
}
