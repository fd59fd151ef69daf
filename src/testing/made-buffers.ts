/** The shared memory that `setup` or a thread makes, wherever it keeps it: nobody finds a private field or a closure. */

/** Runs `fn`, and tells `made` of each shared buffer that it makes. */
export function whileNoting<T>(made: (buffer: SharedArrayBuffer) => void, fn: () => T): T {
  const before = globalThis.SharedArrayBuffer;
  globalThis.SharedArrayBuffer = noting(made);
  try {
    return fn();
  } finally {
    globalThis.SharedArrayBuffer = before;
  }
}

/** The constructor of shared buffers, if it tells `made` of each. */
export function noting(made: (buffer: SharedArrayBuffer) => void): typeof SharedArrayBuffer {
  return new Proxy(globalThis.SharedArrayBuffer, {
    construct(target, args, newTarget) {
      const buffer = Reflect.construct(target, args, newTarget) as SharedArrayBuffer;
      made(buffer);
      return buffer;
    },
  });
}
