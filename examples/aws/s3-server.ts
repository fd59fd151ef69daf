import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { S3ClientConfiguration } from './s3-service.ts';
import { startProcess } from './start.ts';

/** The only bucket that the embedded server has. */
export const LOCAL_BUCKET = 'doc-example-bucket';

/**
 * An S3 server for trying things out, in a process of its own: this process's main thread is going
 * to block, and a server that must answer meanwhile needs an event loop that runs.
 */
export class LocalS3Server implements AsyncDisposable {
  /** How to reach it. */
  readonly configuration: S3ClientConfiguration;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.configuration = {
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true, // `bucket.127.0.0.1` is no host name
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }, // the only ones it knows
    };
  }

  static async start(): Promise<LocalS3Server> {
    const process = startProcess('s3-server-process.ts');
    const [port] = await Promise.race([once(process, 'message'), rejectOnExit(process)]);
    return new LocalS3Server(process, port as number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

async function rejectOnExit(process: ChildProcess): Promise<never> {
  const [code, signal] = await once(process, 'exit');
  throw new Error(
    `The embedded S3 server ended before it served: ${signal ?? `exit code ${code}`}.`,
  );
}
