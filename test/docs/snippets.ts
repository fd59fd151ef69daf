/** The snippets of the pages, run in one process: a test for each, but no process for each. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What it printed, and how it failed. */
export interface Outcome {
  readonly error: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const RUNNER = fileURLToPath(new URL('run-snippets.mjs', import.meta.url));

/**
 * How each file went, in their order, and at the end how the process did that had run the last. Who takes
 * longer than `limit` milliseconds, or ends the process, has failed; the rest runs in another process.
 */
export async function runSnippets(
  files: readonly string[],
  cwd: string,
  limit: number,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length <= files.length) {
    const error = await runOn(files.slice(outcomes.length), cwd, limit, (outcome) =>
      outcomes.push(outcome),
    );
    outcomes.push({ error, stdout: '', stderr: '' }); // of the one that ran when the process ended
  }
  return outcomes;
}

/** Runs until the process ends. Returns why it did, unless it was done. */
async function runOn(
  files: readonly string[],
  cwd: string,
  limit: number,
  tell: (outcome: Outcome) => void,
): Promise<string | null> {
  const child = fork(RUNNER, files, { cwd });
  let left = files.length;
  const kill = (): boolean => child.kill('SIGKILL');
  let timer = setTimeout(kill, limit);
  child.on('message', (outcome: Outcome) => {
    clearTimeout(timer);
    timer = setTimeout(kill, limit);
    left--;
    tell(outcome);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  if (signal !== null) return `${signal}, after ${limit} ms`;
  return code === 0 && left === 0 ? null : `exit code ${code}`;
}
