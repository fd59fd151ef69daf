/**
 * What an agent asks of the world around it. Production has `agent/node-host.ts`; the explorer of
 * `testing/` brings its own, with a clock that stands still until a timeout is played.
 */
export interface Host {
  /** ms: the longest sleep without a look round. `Infinity`: none, every wake-up must arrive. */
  readonly slice: number;
  /** Processor cores: spinning before a sleep pays only while threads and cores are matched. */
  readonly cores: number;
  /** Whether the agent may block in `Atomics.wait`. */
  readonly canBlock: boolean;
  /** Monotonic milliseconds, one clock for all agents of the process. */
  now(): number;
  /** Whether something of that `age` is older than `ms`: the explorer tries both answers. */
  isOlder(age: number, ms: number): boolean;
  /**
   * Runs `fn` once from the event loop, not before `ms` have passed, which is for ever where they are infinite. Returns
   * what calls it off. `keepAlive`: whether it keeps the process alive; default: no, for async waits have a slice timer
   * for that.
   */
  after(ms: number, fn: () => void, keepAlive?: boolean): () => void;
  /** Runs `fn` from the event loop once a slice, until stopped. */
  everySlice(fn: () => void): SliceTimer;
  /** Has `fn` run whenever the event loop has nothing left to do, before the thread ends for it. */
  onIdle(fn: () => void): void;
  /** What tells who lives no longer; nothing when somebody has just looked. */
  nextLook(): Look | undefined;
  /** Reports an error that nobody is there to catch. */
  uncaught(error: unknown): void;
}

/** Whether agent `id` lives no longer, which has `slot`. */
export type Look = (id: number, slot: number) => boolean;

export interface SliceTimer {
  /** Whether the timer keeps the process alive. */
  keepAlive(on: boolean): void;
  stop(): void;
}
