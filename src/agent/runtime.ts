/**
 * What the runtime offers, found by looking: Node, bun, deno and browsers load the same file.
 * Timers and the clock are kept from load time on, so that a test's fake ones neither stop nor
 * advance a wait.
 */
type WorkerThreads = typeof import('node:worker_threads');
type DiagnosticsChannel = typeof import('node:diagnostics_channel');
type FileSystem = typeof import('node:fs');

const proc = (globalThis as { process?: NodeJS.Process }).process;

export const nodeProcess: NodeJS.Process | undefined = proc?.versions?.node ? proc : undefined;
export const workerThreads: WorkerThreads | undefined = builtin('node:worker_threads');
export const diagnosticsChannel: DiagnosticsChannel | undefined = builtin(
  'node:diagnostics_channel',
);
export const coreCount: number =
  builtin<typeof import('node:os')>('node:os')?.availableParallelism() ??
  (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ??
  1;
export const fileSystem: FileSystem | undefined = builtin('node:fs');

type Timers = Pick<
  typeof globalThis,
  'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'
>;
const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
export const timers: Timers = { setTimeout, clearTimeout, setInterval, clearInterval };

const performanceNow = performance.now.bind(performance);

/** Monotonic milliseconds on the clock that all threads of the process share. */
export const monotonicNow: () => number = offsetClock();

function builtin<T>(name: string): T | undefined {
  return nodeProcess?.getBuiltinModule?.(name) as T | undefined;
}

function offsetClock(): () => number {
  // Each thread's performance.now() starts with the thread; hrtime does not.
  const common = nodeProcess
    ? Number(nodeProcess.hrtime.bigint()) / 1e6
    : performance.timeOrigin + performanceNow();
  const offset = common - performanceNow();
  return () => performanceNow() + offset;
}
