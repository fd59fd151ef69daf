const never = new Int32Array(new SharedArrayBuffer(4));

/** `std::this_thread::sleep_for`: blocks, with whatever is locked. */
export function sleepFor(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
