/** Child processes for tests: what keeps a process alive, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
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
export function runNode(...args: readonly string[]): Promise<Outcome> {
  return startNode(...args).ended;
}

/** A process that something is to happen to while it runs. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves once that is in what it has printed; rejects when it ends before. */
  hasPrinted(text: string): Promise<void>;
  readonly ended: Promise<Outcome>;
}

export function startNode(...args: readonly string[]): Child {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const hangs = setTimeout(() => child.kill('SIGKILL'), LONG);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then((end) => {
    clearTimeout(hangs);
    const [code, signal] = end as [number | null, string | null];
    return { code, signal, stdout, stderr };
  });
  return {
    process: child,
    ended,
    async hasPrinted(text) {
      let hasEnded = false;
      const end = ended.then(() => (hasEnded = true));
      while (!stdout.includes(text)) {
        if (hasEnded) throw new Error(`has never printed '${text}', but ${stdout}${stderr}`);
        await Promise.race([end, once(child.stdout, 'data')]);
      }
    },
  };
}
