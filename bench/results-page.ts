/** RESULTS.md: a run, as it is published. */
import { readdirSync } from 'node:fs';
import { cellsOf, FAIRNESS_HEAD, fairnessCellsOf, HEAD, number } from './cells.ts';
import { EXPLORER_HEAD, explorerCellsOf, type Search } from './explorer.ts';
import { type Flow, FLOW_HEAD, flowCellsOf } from './flow.ts';
import type { Plan, Size } from './measure.ts';
import { markdown } from './markdown.ts';
import { type Memory, MEMORY_HEAD, memoryCellsOf } from './memory.ts';
import type { Comparison } from './others/compare.ts';
import { othersSection } from './others/section.ts';
import {
  type Cost,
  COST_HEAD,
  costCellsOf,
  type Recovery,
  RECOVERY_HEAD,
  recoveryCellsOf,
} from './recovery.ts';
import { describe, type Surroundings } from './surroundings.ts';
import type { Fairness, Result } from './verdict.ts';

export interface Run {
  readonly where: Surroundings;
  readonly size: Size;
  readonly results: readonly Result[];
  readonly comparisons: readonly Comparison[];
  readonly fairness: readonly Fairness[];
  readonly searches: readonly Search[];
  readonly recoveries: readonly Recovery[];
  readonly costs: readonly Cost[];
  readonly memories: readonly Memory[];
  readonly flows: readonly Flow[];
}

export async function resultsPage(run: Run): Promise<string> {
  const {
    where,
    size,
    results,
    comparisons,
    fairness,
    searches,
    recoveries,
    costs,
    memories,
    flows,
  } = run;
  return `# Bench

Written by \`npm run bench -- --write\`; not edited by hand.

${describe(where)}.

Every figure is a ratio of two sides that ran in turn, in worker threads of their own, with the same
loop around them. *raw* is the least that can be written by hand on bare \`Atomics\`
([worker/raw](worker/raw)): a three-state futex mutex, a sequence condition variable, a counted
semaphore, without owner, order, cancellation or recovery. A ratio belongs to one round; shown are
the median, the least and the greatest. The median is held against the target. Rows with a number of
operations: ${planOf(size.operations)};
contests: ${planOf(size.milliseconds)}. Where threads or tasks
meet one by one (increments, hand-offs, messages, phases, calls) each crew runs ${settlingOf(size)}
before, for so long the compiler takes; the first thousand take several times as long. The last column, nanoseconds per operation of this library and of the other side, is for orientation.

${markdown(HEAD, results.map(cellsOf))}

## Targets missed

${missed(results)}

${await othersSection(comparisons)}
## Fairness

The same increments with every wait looked at, apart from the throughput above because the clock costs
more than the lock. Medians of the rounds; a wait counts once per acquisition, so the few that slept
show in the tail alone. Bypass is how many times others had the mutex between asking and getting, those
that had asked before included, and so is what happened while the asking thread itself was preempted:
the greatest says more of the machine than p99.9 does.

${markdown(FAIRNESS_HEAD, fairness.map(fairnessCellsOf))}

## Explorer

One thread, one core. Threads take a mutex once, look at what it guards, and let it go. A step is one
operation on shared memory together with all that the thread does up to its next one. To fall asleep is a
step, to wake up is none: whoever is woken goes on with its next operation. Of the three-state mutex and
three threads there are 226,980 interleavings by this definition, the same number as of hand-written state
machines, which look ahead to their next operation too. Interleavings are counted without the cache of
states, each run to its end; states with it, and then most interleavings need not be run. A search ends
early where there are too many. Medians of the rounds.

${markdown(EXPLORER_HEAD, searches.map(explorerCellsOf))}

## Recovery

A thread takes a mutex and dies. How long until others return from their waits for it, with an
\`OwnerDiedError\`: a thread that was blocked, and the main thread, whose event loop was free, so that it was
told of the exit, or which was blocked itself, so that the others had to look. Counted from the call of
\`terminate()\` or the last thing that the dying thread did; so the time that the runtime needs to end a
thread is in it, and is most of it. Medians and maxima of 20 deaths each.

${markdown(RECOVERY_HEAD, recoveries.map(recoveryCellsOf))}

Who waits looks round four times a second; what that costs, as Linux counts it, beside as many bare sleeps.

${markdown(COST_HEAD, costs.map(costCellsOf))}

## Memory

What eight threads add to the resident memory of a process that had one already, divided by eight; for a pool
with the thread that hands out its tasks. Medians of the processes.

${markdown(MEMORY_HEAD, memories.map(memoryCellsOf))}

What oneway requests take that a servant lets wait, as it sleeps most of the time. With flow control the client
counts those that are queued, and waits while they are 100; without it they pile up. The most of what was found
on the way, beyond what was there before: of the client's heap, after a collection, and of resident memory, which
has the rings of the connection and what the servant takes as well. In a process that lets little garbage wait
(\`--max-semi-space-size=1\`).

${markdown(FLOW_HEAD, flows.map(flowCellsOf))}

${charts()}## How to reproduce

\`\`\`sh
npm run bench             # ten minutes, on a machine that does nothing else
npm run bench -- --quick  # only shows that every row runs
npm run bench -- --only semaphore
npm run bench -- --only others  # beside others; so does the name of one
npm run bench -- --only explorer
npm run bench -- --only recovery
npm run bench -- --write  # writes this file, and the table in the README
npm run bench -- --charts # measures and draws the curves
\`\`\`
`;
}

/** Those that are drawn: `--charts` measures them by itself. */
function charts(): string {
  const drawn = readdirSync(new URL('./charts/', import.meta.url)).filter((name) =>
    name.endsWith('.svg'),
  );
  if (drawn.length === 0) return '';
  const pictures = drawn.map((name) => `![${name}](charts/${name})`).join('\n\n');
  return `## Curves

How time and memory grow, and how long waits are against how much gets done, with the mutexes of two packages
beside. One that hangs or loses something is named there. The figures are in [charts](charts), as JSON;
\`npm run bench -- --charts --redraw\` draws from them without measuring.

${pictures}

`;
}

function planOf({ crews, rounds, sample }: Plan): string {
  return `${crews * rounds} rounds of ${sample} ms a side, by ${crews} crews of threads in succession`;
}

function settlingOf({ operations, milliseconds }: Size): string {
  return `${number(operations.settling ?? 0)} operations, or ${milliseconds.settling ?? 0} ms,`;
}

function missed(results: readonly Result[]): string {
  const rows = results.filter(({ verdict }) => verdict === 'missed' || verdict === 'did not end');
  if (rows.length === 0) return 'None.';
  return rows
    .map(({ row, error }) => {
      const cause = error?.message ?? row.cause;
      return `- **${row.name}**: ${cause ?? 'cause not yet known.'}`;
    })
    .join('\n');
}
