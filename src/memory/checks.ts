/** Arguments that are wrong by themselves: a `TypeError` or `RangeError` at once, before anything is touched. */

export function checkInteger(name: string, value: number, low: number, high: number): void {
  checkNumber(name, value);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`\`${name}\` must be an integer from ${low} to ${high}, got ${value}`);
  }
}

/** Milliseconds: fractions, negative ones and `Infinity` are fine, `NaN` is not. */
export function checkMilliseconds(name: string, value: number): void {
  checkNumber(name, value);
  if (Number.isNaN(value)) throw new RangeError(`\`${name}\` must be milliseconds, got NaN`);
}

export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(`\`${name}\` must be a function, got ${describe(value)}`);
  }
}

export function checkOptions(value: unknown): void {
  if (value === null || (typeof value !== 'object' && value !== undefined)) {
    throw new TypeError(`\`options\` must be an object, got ${describe(value)}`);
  }
}

/** Throws `error()` for a thenable. Nobody has that then: if it rejects, this error was told instead. */
export function refuseThenable(value: unknown, error: () => Error): void {
  if (!isThenable(value)) return;
  // Unhandled, it would end the process of who handles the error. Others than promises may begin with their `then`.
  if (value instanceof Promise) void Promise.prototype.then.call(value, undefined, () => {});
  throw error();
}

export function isThenable(value: unknown): boolean {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

export function describe(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

export function checkNumber(name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`\`${name}\` must be a number, got ${describe(value)}`);
  }
}
