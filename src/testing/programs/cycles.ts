/** Circles of threads, each of which waits for the next. */

export interface Edge {
  readonly thread: number;
  readonly holder: number;
}

/** All that do not share an edge, each from its lowest thread on. A thread may wait for several. */
export function cyclesOf(edges: readonly Edge[]): readonly (readonly number[])[] {
  const cycles: (readonly number[])[] = [];
  const done = new Set<number>();
  const visit = (thread: number, path: readonly number[]): void => {
    const from = path.indexOf(thread);
    if (from >= 0) cycles.push(rotated(path.slice(from)));
    if (from >= 0 || done.has(thread)) return;
    for (const edge of edges) {
      if (edge.thread === thread) visit(edge.holder, [...path, thread]);
    }
    done.add(thread);
  };
  for (const { thread } of edges) visit(thread, []);
  return cycles;
}

function rotated(cycle: readonly number[]): readonly number[] {
  const first = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
