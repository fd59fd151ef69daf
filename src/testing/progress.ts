/**
 * What a long search shows on a terminal while it runs: a bar of the time it may take, and how far it is.
 *
 * The bar is cli-progress's, an optional dependency that is loaded when there is something to show, and so
 * never in a browser. Where it is not installed nothing is shown.
 */
import type { WriteStream } from 'node:tty';

const SHOWN_AFTER = 1000; // ms: most searches are over by then
const BAR = 14; // letters; the whole line fits in 80

/** How far a search is. */
export interface Figures {
  readonly schedules: number;
  /** 0, if they are not counted. */
  readonly states: number;
  readonly steps: number;
  readonly milliseconds: number;
  /** Preemptions per schedule. */
  readonly bound: number;
}

export interface Budget {
  readonly maxMilliseconds: number;
  readonly maxSchedules: number;
}

/** What is written to; of a `tty.WriteStream` no more is needed. */
export type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean };

interface Bar {
  update(value: number, payload: { readonly text: string }): void;
  stop(): void;
}

/** The part of Node's `process` that says where to write, and whether. */
interface Process {
  readonly stderr?: Output;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Where to show progress, if at all. `'auto'`: on a terminal that somebody looks at. */
export function outputOf(
  setting: boolean | 'auto',
  { stderr, env = {} }: Process = (globalThis as { process?: Process }).process ?? {},
): Output | undefined {
  if (setting !== 'auto') return setting ? stderr : undefined;
  const isCi = !['', '0', 'false'].includes(env.CI ?? '');
  return stderr?.isTTY && !isCi && env.TERM !== 'dumb' ? stderr : undefined;
}

export class Progress {
  readonly #budget: Budget;
  readonly #output: Output | undefined;
  #bar: Bar | undefined;
  /** Whether there can be no bar. */
  #isOff: boolean;

  /** Without an `output` nothing is shown. */
  constructor(budget: Budget, output: Output | undefined) {
    this.#budget = budget;
    this.#output = output;
    this.#isOff = output === undefined;
  }

  async show(figures: Figures): Promise<void> {
    if (this.#isOff || figures.milliseconds < SHOWN_AFTER) return;
    const { maxMilliseconds, maxSchedules } = this.#budget;
    const share = Math.max(
      figures.milliseconds / maxMilliseconds,
      figures.schedules / maxSchedules,
    );
    const payload = { text: textOf(figures, maxMilliseconds) };
    if (this.#bar) this.#bar.update(share, payload);
    else this.#bar = await startBar(this.#output!, share, payload);
    this.#isOff = !this.#bar;
  }

  /** Takes it off the terminal. */
  stop(): void {
    this.#bar?.stop();
    this.#isOff = true;
  }
}

async function startBar(
  stream: Output,
  share: number,
  payload: { readonly text: string },
): Promise<Bar | undefined> {
  // Not installed, or nothing that this runtime can load: a search does without.
  const library = await import('cli-progress').catch(() => undefined);
  if (!library) return undefined;
  const { SingleBar, Presets } = library.default;
  const bar = new SingleBar(
    {
      stream: stream as WriteStream,
      format: '{bar} {text}',
      barsize: BAR,
      clearOnComplete: true,
      linewrap: true, // cut the line: to switch wrapping off would outlast a Ctrl-C
      noTTYOutput: true, // a line now and then, if it is asked for
    },
    Presets.shades_classic,
  );
  bar.start(1, share, payload);
  return bar;
}

/** As `12/60 s  1.2K schedules  45K states  340K steps/s  bound 2`. */
function textOf(
  { schedules, states, steps, milliseconds, bound }: Figures,
  maxMilliseconds: number,
): string {
  const seconds = (ms: number): string => String(Math.round(ms / 1000));
  const limit = maxMilliseconds < Infinity ? `/${seconds(maxMilliseconds)}` : '';
  return [
    `${seconds(milliseconds)}${limit} s`,
    `${short(schedules)} schedules`,
    ...(states > 0 ? [`${short(states)} states`] : []),
    `${short((steps / milliseconds) * 1000)} steps/s`,
    bound < Infinity ? `bound ${bound}` : 'no bound',
  ].join('  ');
}

const COMPACT = new Intl.NumberFormat('en', {
  notation: 'compact',
  maximumSignificantDigits: 3,
});

/** As `12.3K`. */
function short(count: number): string {
  return COMPACT.format(count);
}
