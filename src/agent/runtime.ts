/**
 * What the runtime offers, found by looking: Node, bun, deno and browsers load the same file.
 * Timers and the clock are kept from load time on, so that a test's fake ones neither stop nor
 * advance a wait.
 */
type WorkerThreads = typeof import('node:worker_threads');
type DiagnosticsChannel = typeof import('node:diagnostics_channel');
type FileSystem = typeof import('node:fs');
type OperatingSystem = typeof import('node:os');
type V8 = typeof import('node:v8');

const proc = (globalThis as { process?: NodeJS.Process }).process;

export const nodeProcess: NodeJS.Process | undefined = proc?.versions?.node ? proc : undefined;
/** Whether a thread has ended only when all are that it had started: of bun and deno nobody says so. */
export const endsItsThreads: boolean =
  nodeProcess !== undefined && !nodeProcess.versions['bun'] && !nodeProcess.versions['deno'];
export const workerThreads: WorkerThreads | undefined = builtin('node:worker_threads');
export const diagnosticsChannel: DiagnosticsChannel | undefined = builtin(
  'node:diagnostics_channel',
);
export const operatingSystem: OperatingSystem | undefined = builtin('node:os');
export const coreCount: number =
  operatingSystem?.availableParallelism() ??
  (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ??
  1;
export const fileSystem: FileSystem | undefined = builtin('node:fs');
export const v8: V8 | undefined = builtin('node:v8');

// Called by these names: a browser's timers want no other `this`.
type Global = typeof globalThis;
export const startTimeout: Global['setTimeout'] = globalThis.setTimeout;
export const stopTimeout: Global['clearTimeout'] = globalThis.clearTimeout;
export const startInterval: Global['setInterval'] = globalThis.setInterval;
export const LONGEST_TIMER: number = 2 ** 31 - 1; // ms: timers wrap beyond
export const stopInterval: Global['clearInterval'] = globalThis.clearInterval;

const performanceNow = performance.now.bind(performance);
const { timeOrigin } = performance;

/** Monotonic milliseconds on the clock that all threads of the process share. */
export function monotonicNow(): number {
  return timeOrigin + performanceNow();
}

/** The same for a word of shared memory: modulo 2^32, an age is a difference. */
export function wholeMilliseconds(): number {
  return Math.floor(monotonicNow()) | 0;
}

function builtin<T>(name: string): T | undefined {
  return nodeProcess?.getBuiltinModule?.(name) as T | undefined;
}

/** Tells of the error that ends this thread: nobody has caught it, and the program has no handler for such. */
export function onFatalError(fn: (error: unknown) => void): void {
  nodeProcess?.on('uncaughtExceptionMonitor', (error) => {
    if (nodeProcess.listenerCount('uncaughtException') > 0) return;
    if (!nodeProcess.hasUncaughtExceptionCaptureCallback()) fn(error);
  });
}
