import type { S3Client } from '@aws-sdk/client-s3';
import {
  AsyncCallerContext,
  type Operation,
  type PutObjectOutcome,
  type PutObjectResponseReceivedHandler,
} from './s3-client.ts';

/** Calls the operation's response handler with its outcome. */
export async function finish(
  { request, handler, uuid }: Operation,
  s3Client: S3Client,
  outcome: PutObjectOutcome,
): Promise<void> {
  const module = (await import(handler.module)) as Record<string, PutObjectResponseReceivedHandler>;
  const handle = module[handler.exportName];
  if (handle === undefined)
    throw new TypeError(`${handler.module} exports no ${handler.exportName}`);

  const context = new AsyncCallerContext();
  context.setUUID(uuid);
  handle(s3Client, request, outcome, context);
}
