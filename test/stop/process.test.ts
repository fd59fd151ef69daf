/** What stops do to a process, seen from outside. */
import { describe, expect, test } from 'vitest';
import { runProcess } from '../support/child.ts';

describe.concurrent('a stop and its process', () => {
  test.each([
    ['callbacks and signals', []],
    ['a wait that is stopped', ['operation_canceled']],
    [
      'callbacks that throw',
      [
        'three',
        'requested: true',
        'going on',
        'uncaught: one',
        'uncaught: two',
        'uncaught: too late',
      ],
    ],
  ])('P7 %s', async (story, said) => {
    const ended = await runProcess('./process.mjs', import.meta.url, story);
    const stdout = said.map((line) => `${line}\n`).join('');
    expect(ended).toEqual({ code: 0, signal: null, stdout, stderr: '' });
  });
});
