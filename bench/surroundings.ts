/** What the figures of a run depend on, as it was when the run began. */
import os from 'node:os';
import { readFileSync } from 'node:fs';

export interface Surroundings {
  readonly crossthread: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  /** Runnable threads in the last minute. More than a few tenths, and the figures are not to be used. */
  readonly load: number;
}

export function surroundings(): Surroundings {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return {
    crossthread: (JSON.parse(manifest) as { version: string }).version,
    node: process.version,
    v8: process.versions.v8,
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    processor: os.cpus()[0]?.model ?? 'unknown processor',
    cores: os.availableParallelism(),
    load: os.loadavg()[0] ?? NaN,
  };
}

export function describe(where: Surroundings): string {
  return [
    `crossthread ${where.crossthread}`,
    `Node ${where.node} (V8 ${where.v8})`,
    where.platform,
    `${where.cores} cores, ${where.processor}`,
    `load average at start ${where.load.toFixed(2)}`,
  ].join(', ');
}
