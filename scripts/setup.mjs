/**
 * Brings a checkout to where tests and examples run: `node_modules` as package-lock.json has it,
 * `dist/` as `src/` has it: a module for each, and what is shipped in dist/bundle. What is already so is left
 * alone. Needs nothing but Node and npm.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LOCK = '.setup-lock';
const BEAT = 1000; // ms: how often the holder touches the lock
const STALE = 10 * BEAT; // ms: a lock untouched for so long was left by a setup that was killed
const NEXT = '.dist-next';
const STAMP = 'dist/.source-hash';
const BUNDLES = 'rolldown.config.mjs';
const CONFIGS = ['package-lock.json', 'package.json', 'tsconfig.json', BUNDLES];

process.chdir(path.dirname(import.meta.dirname));
try {
  await alone(setUp);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function setUp() {
  if (!isInstalled()) await install();
  const hash = hashSources(); // before tsc reads: an edit while it runs is built the next time
  if (!fs.existsSync(STAMP) || fs.readFileSync(STAMP, 'utf8') !== hash) await build(hash);
}

/**
 * Compares what npm last finished installing with the lock file, rather than times, which a
 * checkout sets in any order. An `npm ci` that was interrupted has left no record of itself.
 */
function isInstalled() {
  const record = 'node_modules/.package-lock.json';
  if (!fs.existsSync(record)) return false;
  const installed = readJson(record).packages;
  const { '': _root, ...wanted } = readJson('package-lock.json').packages;
  const names = new Set([...Object.keys(wanted), ...Object.keys(installed)]);
  return [...names].every((name) =>
    installed[name] === undefined
      ? wanted[name].optional // as a rule, made for another platform
      : installed[name].integrity === wanted[name]?.integrity,
  );
}

async function install() {
  say('installing dependencies (npm ci)');
  const shell = process.platform === 'win32'; // npm is a .cmd there
  await run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { shell });
}

/** Builds beside `dist` and then takes its place, so that a failed build leaves the last good one. */
async function build(/** @type {string} */ hash) {
  say('building dist');
  fs.rmSync(NEXT, { recursive: true, force: true });
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '--outDir', NEXT]);
  const bundle = ['--config', BUNDLES, '--dir', path.join(NEXT, 'bundle')];
  await run(process.execPath, ['node_modules/rolldown/bin/cli.mjs', ...bundle]);
  fs.writeFileSync(path.join(NEXT, path.basename(STAMP)), hash);
  fs.rmSync('dist', { recursive: true, force: true });
  fs.renameSync(NEXT, 'dist');
}

function hashSources() {
  const sources = fs
    .readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of [...CONFIGS, ...sources]) {
    hash.update(`${file}\0`).update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Runs `fn` while no other setup runs in this checkout. */
async function alone(/** @type {() => Promise<void>} */ fn) {
  let waiting = false;
  while (!create(LOCK)) {
    const held = fs.statSync(LOCK, { throwIfNoEntry: false });
    if (held && Date.now() - held.mtimeMs > STALE) {
      fs.rmSync(LOCK, { force: true });
    } else {
      if (!waiting) say('waiting for another setup in this checkout');
      waiting = true;
      await sleep(BEAT / 5);
    }
  }
  const touch = () => fs.utimes(LOCK, new Date(), new Date(), () => {});
  const heart = setInterval(touch, BEAT);
  try {
    await fn();
  } finally {
    clearInterval(heart);
    fs.rmSync(LOCK, { force: true });
  }
}

function create(/** @type {string} */ file) {
  try {
    fs.closeSync(fs.openSync(file, 'wx'));
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** Silent when it goes well. */
function run(
  /** @type {string} */ command,
  /** @type {string[]} */ args,
  /** @type {import('node:child_process').ExecFileOptions} */ options = {},
) {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { ...options, encoding: 'utf8', maxBuffer: Infinity },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`));
        else resolve(undefined);
      },
    );
  });
}

function readJson(/** @type {string} */ file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function say(/** @type {string} */ text) {
  process.stderr.write(`setup: ${text}\n`);
}
