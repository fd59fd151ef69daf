/**
 * P3: threads do things at random to one object of each class, and die while they do. Nobody who lives is
 * stuck, and all that is counted is there, but for what the dead had in hand.
 *
 * Each run has another seed. That of a round that failed is printed; with it in CROSSTHREAD_SEED, that round is
 * the first.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isDeep, isNightly } from '../explored/depth.ts';
import { loadLibrary } from '../explored/library.ts';
import { bundled } from '../support/fixtures.ts';
import { modelOf } from './model.ts';
import { PLANTED, withPlanted } from './planted.ts';

const ROUNDS = isNightly ? 10_000 : isDeep ? 200 : 30;
const PROCESSES = isNightly ? 4 : 1; // most of a round is waiting
const SEED = Number(process.env['CROSSTHREAD_SEED'] ?? Math.floor(Math.random() * 2 ** 30));
const LIMIT = isNightly ? 3 * 60 * 60_000 : 10 * 60_000; // ms
const SEARCH = 20_000; // ms

interface Outcome {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Rounds in a process of their own, which its watchdog ends when somebody is stuck. */
async function run(options: object, signal?: AbortSignal): Promise<Outcome> {
  const file = fileURLToPath(bundled('./process.mjs', import.meta.url));
  const child = spawn(process.execPath, [file, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { ok: code === 0, stdout, stderr };
}

/** What the explorer says of the programs of that seed. */
async function replay(stderr: string): Promise<string> {
  const seed = Number(/seed (\d+)/.exec(stderr)?.[1]);
  const library = await loadLibrary();
  const options = { strategy: 'pct', seed, kills: 2, timeouts: 4, maxSteps: 5000 } as const;
  const limits = { maxMilliseconds: SEARCH };
  try {
    const found = await library.explore(modelOf(library, seed, 2), { ...options, ...limits });
    return `the explorer finds nothing in ${found.schedules} orders of the beginnings of its programs`;
  } catch (error) {
    return String(error);
  }
}

/** What a process has seen whose rounds all went well. */
async function survive(options: object, signal: AbortSignal): Promise<unknown> {
  const { ok, stdout, stderr } = await run(options, signal);
  if (!ok) throw new Error(`${stderr}\n${await replay(stderr)}`);
  console.log(stdout.trim());
  return JSON.parse(stdout);
}

test(`P3 ${ROUNDS} rounds of chaos from seed ${SEED} on`, { timeout: LIMIT }, async () => {
  const rounds = ROUNDS / PROCESSES;
  const others = new AbortController();
  const runs = Array.from({ length: PROCESSES }, (_, i) =>
    survive({ rounds, seed: SEED + i * rounds }, others.signal),
  );
  try {
    for (const seen of await Promise.all(runs)) expect(seen).toMatchObject({ rounds });
  } finally {
    others.abort(); // of one that has failed
  }
});

// Each takes a watchdog's patience.
if (isDeep) {
  describe('a bug in what happens after a death is found', () => {
    test.each(Object.keys(PLANTED))('%s', { timeout: LIMIT }, async (name) => {
      const first = 1;
      const { ok, stderr } = await withPlanted(PLANTED[name]!, (url) =>
        run({ rounds: 300, seed: first, url, patience: 5000 }),
      );
      expect(ok).toBe(false);
      const seed = Number(/seed (\d+)/.exec(stderr)?.[1]);
      console.log(`${name}: found in round ${seed - first + 1}`);
    });
  });
}
