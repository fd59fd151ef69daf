/** Child processes for tests: what keeps a process alive, and how it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundled } from './fixtures.ts';
import { LONG } from './time.ts';

export interface Outcome {
  readonly code: number | null;
  /** `SIGKILL`: it did not end within {@link LONG}. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a module in a process of its own, until that ends. */
export function runProcess(
  module: string,
  base: string,
  ...args: readonly string[]
): Promise<Outcome> {
  return runNode(fileURLToPath(new URL(module, base)), ...args);
}

/** As {@link runProcess}, bundled: where many processes run the same module. */
export function runBundled(
  module: string,
  base: string,
  ...args: readonly string[]
): Promise<Outcome> {
  return runNode(fileURLToPath(bundled(module, base)), ...args);
}

/** Runs `node` with these arguments, until it ends. */
export async function runNode(...args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const hangs = setTimeout(() => child.kill('SIGKILL'), LONG);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(hangs);
  return { code, signal, stdout, stderr };
}
