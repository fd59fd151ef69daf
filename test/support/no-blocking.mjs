/**
 * A thread that may not block, as that of a browser page: `Atomics.wait` throws there. To be imported
 * before crossthread, which looks once.
 */
Atomics.wait = () => {
  throw new TypeError('Atomics.wait cannot be called in this context');
};

/** What a call returns, or the name and code of what it throws. @param {() => unknown} fn */
export function outcome(fn) {
  try {
    return String(fn());
  } catch (error) {
    const { name, code } = /** @type {{ name: string, code?: string }} */ (error);
    return `${name} ${code}`;
  }
}

/** @param {Record<string, () => unknown>} calls */
export function outcomes(calls) {
  return Object.fromEntries(Object.entries(calls).map(([name, fn]) => [name, outcome(fn)]));
}
