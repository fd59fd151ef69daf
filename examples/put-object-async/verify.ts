import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createS3Client } from './create-s3-client.ts';
import { print } from './print.ts';
import { messageOf, type S3ClientConfiguration } from './s3-client.ts';

/** Reads the object back and compares it with the file, on the event loop of the calling thread. */
export async function verify(
  config: S3ClientConfiguration,
  bucketName: string,
  objectName: string,
  fileName: string,
): Promise<boolean> {
  const client = createS3Client(config);
  try {
    const file = sha256(await readFile(fileName));
    print(`main: SHA-256 of the file:   ${file}`);

    const request = new GetObjectCommand({ Bucket: bucketName, Key: objectName });
    const { Body } = await client.send(request);
    const object = sha256((await Body?.transformToByteArray()) ?? new Uint8Array());
    print(`main: SHA-256 of the object: ${object}`);

    if (file === object) print('Success: main: The object equals the file.');
    else print('Error: main: The object differs from the file.');
    return file === object;
  } catch (error) {
    print(`Error: main: The object cannot be compared with the file: ${messageOf(error)}`);
    return false;
  } finally {
    client.destroy();
  }
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
