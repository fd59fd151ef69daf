/** The threads of a side that runs in a process of its own: another Node, or a program in C++. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { LIMIT, type Sample, type Side, SideFailed, STARTING, within } from './crew.ts';
import { commandOf } from './hosts.ts';
import { Histogram } from './worker/histogram.mjs';

/** A line of what the process writes. */
type Line = { readonly error: string } | (Omit<Sample, 'latencies'> & { latencies?: Counts });
type Counts = Pick<Histogram, 'counts' | 'max'>;

export class ProcessCrew {
  readonly #side: Side;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #limit: number;

  private constructor(side: Side, child: ChildProcess, limit: number) {
    this.#side = side;
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    this.#limit = limit;
  }

  static async start(side: Side, threads: number, limit: number = LIMIT): Promise<ProcessCrew> {
    const [command, ...args] = await commandOf(side, threads);
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child, 'spawn');
    const crew = new ProcessCrew(side, child, limit);
    try {
      await crew.#answer(STARTING);
    } catch (error) {
      await crew.dismiss();
      throw error;
    }
    return crew;
  }

  /** One round. Throws a {@link SideFailed} as `Crew` does. */
  async run(amount: number): Promise<Sample> {
    this.#process.stdin!.write(`${amount}\n`);
    const { latencies, ...sample } = await this.#answer(this.#limit);
    if (!latencies) return sample;
    const histogram = new Histogram();
    histogram.merge(latencies);
    return { ...sample, latencies: histogram };
  }

  async dismiss(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  async #answer(limit: number): Promise<Exclude<Line, { error: string }>> {
    try {
      const { value, done } = await within(limit, this.#lines.next());
      if (done) throw new Error('its process has ended');
      const line = JSON.parse(value) as Line;
      if ('error' in line) throw new Error(line.error);
      return line;
    } catch (error) {
      throw new SideFailed(this.#side, error);
    }
  }
}
