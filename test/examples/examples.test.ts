/** The examples run as their heads say, print what they should and find that all is well. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runNode } from '../support/child.ts';

describe('bounded-buffer', () => {
  it('passes every item on, once', async () => {
    expect(await printedBy('bounded-buffer.ts')).toBe(
      '3 producers put 1500 items into a buffer of 4.\n' +
        '2 consumers took 1500 of them, each once.\n',
    );
  });
});

/** What an example prints when it ends well. */
async function printedBy(example: string, ...args: readonly string[]): Promise<string> {
  const { stdout, ...end } = await run(example, ...args);
  expect(end, stdout).toEqual({ code: 0, signal: null, stderr: '' });
  return stdout;
}

function run(example: string, ...args: readonly string[]): ReturnType<typeof runNode> {
  const module = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
  return runNode('--import', 'tsx', module, ...args);
}
