/**
 * Counts the words of many files at once: map and reduce.
 *
 *   npx tsx examples/word-count.ts [file or directory...]
 *
 * The mappers are `std::async`: tasks that run in threads, and whose results come by futures. What to read
 * comes by a channel, one file for whoever is free next, so that a long file holds up nobody else. The
 * reducer is whoever gets the futures: each mapper has counted for itself, and there is nothing to lock.
 *
 * Without arguments it reads the sources and documents of this repository. Prints the ten most frequent
 * words of five letters and more. If one thread alone counts otherwise, the exit code is 1.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { async, Channel, defineTask, hardwareConcurrency, thisThread } from 'crossthread';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USUAL = ['README.md', 'SharedArrayBuffer-notes.md', 'docs', 'src', 'examples'];
const WORD = /\p{L}{5,}/gu;
const TOP = 10;
const AHEAD = 8; // files: a mapper finds the next one there, and a name is not much

type Counts = Map<string, number>;

/** Counts the words of what comes by `files`, until there are no more. */
export const countWords = defineTask(
  import.meta.url,
  'countWords',
  (files: Channel<string>): Counts => countAll(files),
);

function countAll(files: Iterable<string>): Counts {
  const counts: Counts = new Map();
  for (const file of files) {
    for (const [word] of readFileSync(file, 'utf8').matchAll(WORD)) add(counts, word.toLowerCase());
  }
  return counts;
}

function add(counts: Counts, word: string, times = 1): void {
  counts.set(word, (counts.get(word) ?? 0) + times);
}

/** A file, or all text files in a directory and below. */
function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.(md|ts|txt)$/.test(name)).map((name) => join(path, name));
}

function main(paths: readonly string[]): void {
  const files = paths.flatMap(filesIn);
  const channel = new Channel<string>(AHEAD);
  const mappers = Array.from({ length: hardwareConcurrency() }, () => async(countWords, channel));
  for (const file of files) channel.send(file); // blocks while the mappers have enough
  channel.close();

  const counts: Counts = new Map();
  for (const mapper of mappers) {
    for (const [word, times] of mapper.get()) add(counts, word, times);
  }

  const byFrequency = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  for (const [word, times] of byFrequency.slice(0, TOP)) console.log(`${times} ${word}`);
  const total = byFrequency.reduce((sum, [, times]) => sum + times, 0);
  console.log(`${files.length} files have ${total} words, ${counts.size} different ones.`);
  assert.deepEqual(counts, countAll(files), 'one thread alone counts otherwise');
}

if (thisThread.isMain) {
  const paths = process.argv.slice(2);
  main(paths.length > 0 ? paths : USUAL.map((name) => join(ROOT, name)));
}
