import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../aws/outcome.ts';
import { createClient, getObject, type S3ClientConfiguration } from '../aws/s3-service.ts';
import { print } from '../support/print.ts';

/** Reads the object back and compares it with the file, on the event loop of the calling thread. */
export async function verify(
  config: S3ClientConfiguration,
  bucketName: string,
  objectName: string,
  fileName: string,
): Promise<boolean> {
  const client = createClient(config);
  try {
    const file = sha256(await readFile(fileName));
    print(`main: SHA-256 of the file:   ${file}`);

    const { Body } = await getObject(client, { Bucket: bucketName, Key: objectName });
    const object = sha256(Body);
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
