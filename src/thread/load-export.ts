/**
 * Loading modules for what they export. Where the runtime does not strip the types of
 * TypeScript, tsx does, if it is installed.
 */
import { currentAgent } from '../agent/home.ts';
import { nodeProcess } from '../agent/runtime.ts';
import { SyncError } from '../errors.ts';
import { describe } from '../memory/checks.ts';

type Exports = Readonly<Record<string, unknown>>;
type Action = (...args: unknown[]) => unknown;

const TYPESCRIPT = /\.[cm]?tsx?$/;
const TSX: string = 'tsx/esm/api'; // no literal: it is optional

/** @throws SyncError `invalid_argument` for a TypeScript module where nothing strips the types. */
export function checkLoadable(url: URL): void {
  if (needsTsx(url) && !hasTsx()) {
    throw new SyncError(
      'invalid_argument',
      `${url.href} is TypeScript, which this runtime does not load: install tsx, or compile it`,
    );
  }
}

/** @throws SyncError `operation_not_permitted` while this thread loads the module that it is to run. */
export function checkNotLoading(): void {
  if (!currentAgent().life.isLoading) return;
  throw new SyncError(
    'operation_not_permitted',
    'a thread was started while a module is being loaded by a thread, which would start threads ' +
      'without end: `if (thisThread.isMain) main();`',
  );
}

/** As {@link loadExport}, of what this thread is to run: until that is there, it starts no others. */
export async function loadOwnExport(module: string, name: string): Promise<Action> {
  const { life } = currentAgent();
  life.isLoading = true;
  try {
    return await loadExport(module, name);
  } finally {
    life.isLoading = false;
  }
}

/** The function that `module` exports as `name`. */
export async function loadExport(module: string, name: string): Promise<Action> {
  const exports = await load(new URL(module));
  const found = exports[name] ?? (exports.default as Exports | undefined)?.[name]; // of CommonJS
  if (typeof found === 'function') return found as Action;
  throw new TypeError(`${module} exports no function '${name}' but ${describe(found)}`);
}

async function load(url: URL): Promise<Exports> {
  if (needsTsx(url)) {
    const { register } = (await import(TSX)) as { register: () => void };
    register(); // what `--import tsx` does, but it does nothing in a worker of Node 20
  }
  return (await import(url.href)) as Exports;
}

function needsTsx(url: URL): boolean {
  const strips = (nodeProcess?.features as { typescript?: unknown } | undefined)?.typescript;
  return !strips && TYPESCRIPT.test(url.pathname);
}

function hasTsx(): boolean {
  try {
    import.meta.resolve(TSX);
    return true;
  } catch {
    return false;
  }
}
