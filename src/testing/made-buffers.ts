/** The shared memory that `setup` makes, wherever it keeps it: nobody finds a private field or a closure. */

/** Runs `fn`, and tells `made` of each shared buffer that it makes. */
export function whileNoting<T>(made: (buffer: SharedArrayBuffer) => void, fn: () => T): T {
  const before = globalThis.SharedArrayBuffer;
  globalThis.SharedArrayBuffer = new Proxy(before, {
    construct(target, args, newTarget) {
      const buffer = Reflect.construct(target, args, newTarget) as SharedArrayBuffer;
      made(buffer);
      return buffer;
    },
  });
  try {
    return fn();
  } finally {
    globalThis.SharedArrayBuffer = before;
  }
}
