/** What runs sides in processes of their own, and how it comes to this machine. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Host, Side } from './crew.ts';

const FOLDER = fileURLToPath(new URL('../node_modules/.cache/crossthread-bench', import.meta.url));
const HOST = fileURLToPath(new URL('./host.ts', import.meta.url));
const SOURCE = fileURLToPath(new URL('./worker/peers/std.cpp', import.meta.url));
/** Node 24 runs TypeScript, has Web Locks, and with this flag what is proposed for shared structs. */
const NODE_FLAGS = ['--harmony-struct', '--no-warnings'];
const CXX_FLAGS = ['-O2', '-std=c++20', '-pthread'];

/** A program, and which version of what it is; or why there is none. */
export type Found =
  { readonly path: string; readonly version: string } | { readonly missing: string };

const run = promisify(execFile);
const found = new Map<Host, Promise<Found>>();

/** Looks for it, and installs or builds it when it is first asked for. */
export function find(host: Host): Promise<Found> {
  let promise = found.get(host);
  if (!promise) found.set(host, (promise = host === 'C++' ? buildProgram() : findNode()));
  return promise;
}

/** What starts a side: it reads amounts and writes samples, a line each. */
export async function commandOf(side: Side, threads: number): Promise<[string, ...string[]]> {
  const host = await find(side.host!);
  if ('missing' in host) throw new Error(host.missing);
  if (side.host === 'C++') return [host.path, side.load, String(threads)];
  return [host.path, ...NODE_FLAGS, HOST, JSON.stringify(side), String(threads)];
}

async function findNode(): Promise<Found> {
  if (Number.parseInt(process.versions.node) >= 24) return nodeAt(process.execPath);
  const isWindows = process.platform === 'win32';
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`; // the packages that npm's `node` consists of
  const path = `${FOLDER}/node_modules/${name}/bin/node${isWindows ? '.exe' : ''}`;
  try {
    if (!existsSync(path)) await install(`${name}@24`, isWindows);
    return await nodeAt(path);
  } catch (error) {
    return { missing: `no Node 24: ${firstLine(error)}` };
  }
}

async function nodeAt(path: string): Promise<Found> {
  const { stdout } = await run(path, [
    '-p',
    '`Node ${process.version} (V8 ${process.versions.v8})`',
  ]);
  return { path, version: stdout.trim() };
}

async function install(what: string, shell: boolean): Promise<void> {
  console.error(`installing ${what}`);
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  mkdirSync(FOLDER, { recursive: true });
  await run('npm', ['install', ...flags, '--prefix', FOLDER, what], { shell });
}

async function buildProgram(): Promise<Found> {
  const compiler = process.env['CXX'] ?? 'g++';
  const path = `${FOLDER}/std`;
  try {
    const { stdout } = await run(compiler, ['--version']);
    mkdirSync(FOLDER, { recursive: true });
    await run(compiler, [...CXX_FLAGS, SOURCE, '-o', path]);
    return { path, version: `${stdout.split('\n')[0]}, ${CXX_FLAGS.join(' ')}` };
  } catch (error) {
    return { missing: `no C++ compiler: ${firstLine(error)}` };
  }
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n')[0] ?? '';
