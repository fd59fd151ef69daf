/** Tracked views and what is behind them. The engine's `Atomics` refuses a proxy. */
const targets = new WeakMap<object, object>();

export function rememberRaw(proxy: object, target: object): void {
  targets.set(proxy, target);
}

/** What `value` tracks; itself, if it tracks nothing. */
export function rawOf<T extends object>(value: T): T {
  return (targets.get(value) as T | undefined) ?? value;
}
