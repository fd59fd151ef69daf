/** How much memory a thread takes that does nothing. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spreadOf } from './spread.ts';

export interface MemoryRow {
  readonly name: string;
  /** Of worker/idle-memory.mjs. */
  readonly kind: 'bare' | 'pool';
}

export interface Memory {
  readonly row: MemoryRow;
  readonly bytes: number;
}

export const MEMORY_ROWS: readonly MemoryRow[] = [
  { name: 'memory / an idle Worker', kind: 'bare' },
  { name: 'memory / an idle thread of a pool', kind: 'pool' },
];

/** Median over processes. */
export function memoryOf(row: MemoryRow, processes: number): Memory {
  const script = fileURLToPath(new URL('./worker/idle-memory.mjs', import.meta.url));
  const found = Array.from({ length: processes }, () =>
    Number(execFileSync(process.execPath, [script, row.kind], { encoding: 'utf8' })),
  );
  return { row, bytes: spreadOf(found).median };
}

export const MEMORY_HEAD: readonly string[] = ['an idle thread', 'takes'];

export const memoryCellsOf = ({ row, bytes }: Memory): string[] => [
  row.name,
  `${(bytes / 2 ** 20).toFixed(1)} MB`,
];
