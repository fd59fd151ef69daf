import { nodeProcess } from '../agent/runtime.ts';

/** Resolves when the parent has what this worker has printed, which passes through its event loop. */
export async function flushed(): Promise<void> {
  for (const stream of [nodeProcess?.stdout, nodeProcess?.stderr]) {
    if (!stream?.writableLength) continue;
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
}
