/** How much memory requests take that a slow servant lets wait, where their number is limited and where it is not. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface FlowRow {
  readonly name: string;
  readonly requests: number;
  /** How many are queued at most. */
  readonly limit: number;
  /** Bytes of resident memory that it may take. */
  readonly bound?: number;
}

/** What worker/flow-memory.mjs prints, in bytes, and how many requests were queued at most. */
export interface Taken {
  readonly heap: number;
  readonly resident: number;
  readonly queued: number;
}

export interface Flow extends Taken {
  readonly row: FlowRow;
}

const MB = 2 ** 20;
/** Else what is garbage already would be most of it: the collector lets that wait. */
const FLAGS = ['--expose-gc', '--max-semi-space-size=1'];

export const MILLION: FlowRow = {
  name: 'memory / a million small requests',
  requests: 1e6,
  limit: 100,
  bound: 32 * MB,
};

export const FLOW_ROWS: readonly FlowRow[] = [
  MILLION,
  { name: 'memory / 100,000 without flow control', requests: 1e5, limit: Infinity },
];

/** Sends `most` of the requests, if they are more. */
export async function flowOf(row: FlowRow, most: number = Infinity): Promise<Flow> {
  const script = fileURLToPath(new URL('./worker/flow-memory.mjs', import.meta.url));
  const [requests, limit] = [Math.min(row.requests, most), row.limit].map(String);
  const { stdout } = await run(process.execPath, [...FLAGS, script, requests!, limit!]);
  return { row, ...(JSON.parse(stdout) as Taken) };
}

export const FLOW_HEAD: readonly string[] = [
  'requests to a slow servant',
  'heap',
  'resident',
  'bound',
  'queued at most',
];

export const flowCellsOf = ({ row, heap, resident, queued }: Flow): string[] => [
  row.name,
  megabytes(heap),
  megabytes(resident),
  row.bound === undefined ? '' : `≤ ${megabytes(row.bound)}`,
  queued.toLocaleString('en-US'),
];

const megabytes = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;
