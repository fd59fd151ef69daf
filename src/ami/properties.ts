/** The settings of a communicator, by Ice's names. */

/** Those that this library reads, and what they are when nothing is said. */
const DEFAULTS = {
  /** Whether what escapes from a callback is logged. */
  'Ice.Warn.AMICallback': 1,
  /** KB: when a batch is so large it is flushed by itself; below 1 it never is. */
  'Ice.BatchAutoFlushSize': 1024,
} as const;

/** A property that has a default. */
type Known = keyof typeof DEFAULTS;

/**
 * The settings of a communicator. Two are read here: `Ice.Warn.AMICallback`, `0` to have what escapes from
 * callbacks dropped in silence, and `Ice.BatchAutoFlushSize`, in KB.
 *
 * @example
 * ```ts
 * const quiet = initialize({ properties: { 'Ice.Warn.AMICallback': '0' } });
 * console.log(quiet.getProperties().getProperty('Ice.Warn.AMICallback')); // → 0
 * ```
 * C++: `Ice::Properties`.
 */
export class Properties {
  readonly #values: Map<string, string>;

  /** @internal */
  constructor(values: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(values));
  }

  /** The value of `key`; the empty string if there is none. */
  getProperty(key: string): string {
    return this.#values.get(key) ?? '';
  }

  /** The value of `key` as an integer; `byDefault` if there is none, or it is no number. */
  getPropertyAsIntWithDefault(key: string, byDefault: number): number {
    const value = Number.parseInt(this.getProperty(key), 10);
    return Number.isNaN(value) ? byDefault : value;
  }

  /** Sets `key`, for what is looked up from now on. */
  setProperty(key: string, value: string): void {
    this.#values.set(key, value);
  }

  /** @internal */
  numberOf(key: Known): number {
    return this.getPropertyAsIntWithDefault(key, DEFAULTS[key]);
  }
}
