/** C++ idioms, line by line: this file is right when it compiles. Nothing runs it. */
import * as std from 'crossthread';

const uploadMutex = std.Mutex.global('upload_mutex');
const uploadVariable = std.ConditionVariable.global('upload_variable');
let uploaded = false as boolean;

export function main(): number {
  using lk = new std.UniqueLock(uploadMutex);
  uploadVariable.wait(lk, () => uploaded);
  return 0;
}

export function finished(): void {
  using _lk = new std.UniqueLock(uploadMutex);
  uploaded = true;
  const released: 0 | 1 = uploadVariable.notifyOne();
  void released;
}

export function timed(m: std.Mutex): void {
  const t = new std.UniqueLock(m, 100);
  const u = new std.UniqueLock(m, new Date());
  if (t.ownsLock && u.ownsLock) t.unlock();
  const cv = new std.ConditionVariable();
  using lk = m.lock();
  if (cv.waitFor(lk, 5) === std.CvStatus.timeout) return;
  const held: boolean = cv.waitFor(lk, 5, () => true);
  void held;
  if (m.tryLock()) m.unlock();
}

export function tags(m: std.Mutex): void {
  using deferred = new std.UniqueLock(m, std.deferLock);
  using tried = new std.UniqueLock(m, std.tryToLock);
  using adopted = new std.UniqueLock(m, std.adoptLock);
  const released: std.Mutex | null = adopted.release();
  void [deferred, tried, released];
}

export const value: number = new std.Mutex().withLock(() => 1);

export function wrong(m: std.Mutex): void {
  // @ts-expect-error an async function must use withLockAsync
  void m.withLock(async () => 1);
  // @ts-expect-error getter
  m.isLocked();
}

export function sharing(m: std.Mutex, workerData: unknown): void {
  const live = std.attach(std.share({ m, n: 1 }));
  const mm: std.Mutex = live.m;
  const other = std.attach<{ m: std.Mutex }>(workerData);
  const guard: std.UniqueLock = other.m.lock();
  void [mm, guard];
}

export function counts(): void {
  using p = new std.Semaphore(2).acquire();
  const binary: std.Semaphore = new std.BinarySemaphore(1);
  const latch = std.Latch.init(new SharedArrayBuffer(16), 0, 3);
  latch.countDown();
  void [p, binary];
}

/** The interfaces fit the classes. */
export function interfaces(m: std.Mutex, lk: std.UniqueLock): void {
  const timedLockable: std.TimedLockable = m;
  const asyncLockable: std.AsyncLockable = m;
  const lockable: std.Lockable = lk;
  const owning: std.AsyncOwningLock = lk;
  void [timedLockable, asyncLockable, lockable, owning];
}
