/** The calls of S3 that have an asynchronous form, as the executor makes them: see service.ts. */
import { readFile } from 'node:fs/promises';
import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  ListObjectsCommand,
  type ListObjectsCommandInput,
  type ListObjectsCommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';

/** `Aws::Client::ClientConfiguration`: plain data, because it travels to the executor. */
export interface S3ClientConfiguration {
  readonly region: string;
  readonly endpoint?: string;
  readonly forcePathStyle?: boolean;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The body by its file name: an open stream, which C++ has here, cannot be sent to a thread. */
export type PutObjectRequest = Omit<PutObjectCommandInput, 'Body'> & { readonly bodyFile: string };

/** The body as bytes, for the same reason. */
export type GetObjectResult = Omit<GetObjectCommandOutput, 'Body'> & { readonly Body: Uint8Array };

const CONNECT_TIMEOUT = 5_000; // ms
const IDLE_TIMEOUT = 30_000; // ms: the SDK would wait for ever for a server that has gone silent

// Node 20 is good enough for this example, and the SDK's warning that its versions of 2027 will need
// 22 would stand in the middle of the output. This is the switch that the SDK has for it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** The SDK's own client. It works in the thread that made it, and needs that thread's event loop. */
export function createClient(configuration: S3ClientConfiguration): S3Client {
  return new S3Client({
    ...configuration,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT, socketTimeout: IDLE_TIMEOUT },
  });
}

export async function putObject(
  s3Client: S3Client,
  { bodyFile, ...input }: PutObjectRequest,
): Promise<PutObjectCommandOutput> {
  // The whole file: the SDK sends the checksum of a stream behind the body, in a framing of its own
  // (`aws-chunked`) that not every S3 server understands. That of a buffer is a plain header.
  return s3Client.send(new PutObjectCommand({ ...input, Body: await readFile(bodyFile) }));
}

export async function getObject(
  s3Client: S3Client,
  request: GetObjectCommandInput,
): Promise<GetObjectResult> {
  const { Body, ...output } = await s3Client.send(new GetObjectCommand(request));
  return { ...output, Body: (await Body?.transformToByteArray()) ?? new Uint8Array() };
}

export async function listObjects(
  s3Client: S3Client,
  request: ListObjectsCommandInput,
): Promise<ListObjectsCommandOutput> {
  return s3Client.send(new ListObjectsCommand(request));
}
