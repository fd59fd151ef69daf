/** What may happen in a schedule, and how far the search goes. */
import type { Ages } from './host.ts';

const STRATEGIES = ['all', 'dpor', 'random', 'pct'] as const;

/** What may happen in a schedule, and how far the search goes. */
export interface ExploreOptions {
  /**
   * How often a schedule may take the turn from a thread that could go on. Most bugs need one or
   * two. Default: any number.
   */
  preemptions?: number;
  /** Look for schedules with 0, 1, 2 … preemptions in turn: what is found first has the fewest. */
  iterative?: boolean;
  /** How many finite waits and timers may end at any moment. When nothing else can run they end anyhow. */
  timeouts?: number;
  /** How many signals of `anyTimeSignal` may be aborted. */
  aborts?: number;
  /**
   * How many waits, blocked or awaited, may end with `'ok'` although nobody has notified, as those of
   * wrappers may and C++'s do. None ends so where nothing else can run: it saves nobody from a deadlock.
   */
  spurious?: number;
  /**
   * How many threads may be killed, after any of their steps. With kills, sleeps of 250 ms are slices,
   * which end only after a kill: let waits of the model time out sooner.
   */
  kills?: number;
  /**
   * Whether sleeps of 250 ms are slices without a kill as well: they end as other finite waits do. Such
   * schedules hide lost wake-ups, and show what a thread does that looks round: it finds deadlocks.
   */
  slices?: boolean;
  /** Which threads; default: all. */
  killable?: readonly number[];
  /** Whether a crossthread object finds others old, young, or either. Default: `'both'`. */
  ages?: Ages;
  /** A schedule as long as this goes on with everybody in turn; what does not end then is a livelock. */
  maxSteps?: number;
  /** How many schedules are run at most. Default: any number. */
  maxSchedules?: number;
  /** Default: a minute. The result says whether that was enough. */
  maxMilliseconds?: number;
  /**
   * `'all'`, depth first, without states that were searched before; `'dpor'`, depth first, one of all
   * schedules that differ only in the order of steps that commute (without a state cache, a bound on
   * preemptions or an `invariant`); or, where these take too long, schedules at random, until
   * `maxSchedules` or `maxMilliseconds`: `'random'` with any move as likely as any other, `'pct'` with
   * priorities that change at a few random steps, which finds bugs that need few switches. Default:
   * `'all'`.
   */
  strategy?: 'all' | 'dpor' | 'random' | 'pct';
  /** Of what is random: the same seed, the same schedules. Default: 1. */
  seed?: number;
  /** With `'pct'`, how often a schedule changes a priority. Default: 2. */
  falls?: number;
  /** Leave out states that were searched before. Default: true. */
  stateCache?: boolean;
  /**
   * Show on stderr how far the search is, once it has taken a second. Default: `'auto'`, on a terminal and
   * not in CI, that is with the environment variable `CI`. `true`: wherever it is, a line now and then
   * where there is no terminal.
   */
  progress?: boolean | 'auto';
}

export interface Options {
  readonly preemptions: number;
  readonly iterative: boolean;
  readonly timeouts: number;
  readonly aborts: number;
  readonly spurious: number;
  readonly kills: number;
  readonly slices: boolean;
  readonly killable: readonly number[] | undefined;
  readonly ages: Ages;
  readonly maxSteps: number;
  readonly maxSchedules: number;
  readonly maxMilliseconds: number;
  readonly strategy: (typeof STRATEGIES)[number];
  readonly seed: number;
  readonly falls: number;
  readonly stateCache: boolean;
  readonly progress: boolean | 'auto';
}

const DEFAULTS: Options = {
  preemptions: Infinity,
  iterative: false,
  timeouts: 0,
  aborts: 0,
  spurious: 0,
  kills: 0,
  slices: false,
  killable: undefined,
  ages: 'both',
  maxSteps: 2000,
  maxSchedules: Infinity,
  maxMilliseconds: 60_000,
  strategy: 'all',
  seed: 1,
  falls: 2,
  stateCache: true,
  progress: 'auto',
};

export function complete(options: ExploreOptions): Options {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const full: Options = { ...DEFAULTS, ...Object.fromEntries(given) };
  for (const [name, value] of given) check(name, value);
  if (!STRATEGIES.includes(full.strategy)) {
    throw new RangeError(
      `\`strategy\` must be one of ${STRATEGIES.join(', ')}, got '${full.strategy}'`,
    );
  }
  if (full.strategy === 'dpor' && (full.iterative || full.preemptions < Infinity)) {
    throw new RangeError("`strategy: 'dpor'` takes no bound on preemptions");
  }
  if (![true, false, 'auto'].includes(full.progress)) {
    throw new RangeError(`\`progress\` must be true, false or 'auto', got '${full.progress}'`);
  }
  return full;
}

function check(name: string, value: unknown): void {
  if (!Object.hasOwn(DEFAULTS, name)) throw new TypeError(`explore has no option \`${name}\``);
  const kind = typeof DEFAULTS[name as keyof Options];
  if (kind === 'number' && !(typeof value === 'number' && value >= 0)) {
    throw new RangeError(`\`${name}\` must be a count, got ${String(value)}`);
  }
  if (kind === 'boolean' && typeof value !== 'boolean') {
    throw new TypeError(`\`${name}\` must be true or false, got ${String(value)}`);
  }
}
