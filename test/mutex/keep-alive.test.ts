/** P7: what keeps a process alive, seen from outside. */
import { describe, expect, test } from 'vitest';
import { type Outcome, runBundled } from '../support/child.ts';

const run = (scenario: string): Promise<Outcome> =>
  runBundled('./process.mjs', import.meta.url, scenario);

const ended = (stdout: string, code = 0): Outcome => ({ code, signal: null, stdout, stderr: '' });

describe.concurrent('Mutex: a wait of a process with nothing else to do', () => {
  test.each([
    'lockAsync',
    'lockAsync awaited by the module',
    'lockAsync with a timeout',
    'lockAsync with a signal',
    'tryLockForAsync',
    'tryLockUntilAsync',
    'withLockAsync',
    'lockAsync in a worker',
  ])('X1 P7 %s: keeps it alive until granted, and lets it exit then', async (scenario) => {
    expect(await run(scenario)).toEqual(ended('taken\n'));
  });

  test.each([
    'keepAlive: false',
    'keepAlive: false, with a timeout',
    'keepAlive: false, tryLockForAsync',
    'keepAlive: false, tryLockUntilAsync',
    'keepAlive: false, withLockAsync',
  ])('X1 P7 %s: does not keep it alive', async (scenario) => {
    expect(await run(scenario)).toEqual(ended(''));
  });

  test.each([
    ['timeout', 'TimeoutError'],
    ['tryLockForAsync in vain', 'null'],
    ['abort', 'AbortError'],
    ['abort of the one that keeps', 'AbortError'],
  ])('X1 P7 %s: lets it exit', async (scenario, said) => {
    expect(await run(scenario)).toEqual(ended(`${said}\n`));
  });

  test('X1 P7 keepAlive: false: comes in while another wait keeps the process alive', async () => {
    expect(await run('keepAlive: false before one that keeps')).toEqual(ended('first\nsecond\n'));
  });

  test('X1 P7 the exit code is as it was set', async () => {
    expect(await run('an exit code')).toEqual(ended('taken\n', 7));
  });

  test('X1 P7 an error after the wait ends it as any', async () => {
    const { code, stderr } = await run('an error after it');
    expect(code).toBe(1);
    expect(stderr).toContain('Error: after it');
  });
});
