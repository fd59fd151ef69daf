/**
 * The operating system's threads, as Linux shows them in /proc: readable by any thread, whatever the
 * event loops of the others do. Elsewhere there is nothing to see and every number is 0.
 */
import { fileSystem, operatingSystem } from './runtime.ts';

const GONE = 0;
const ENDED: readonly unknown[] = ['ENOENT', 'ESRCH'];

/** The number of the thread that asks. */
export function ownTid(): number {
  try {
    return Number(fileSystem?.readlinkSync('/proc/thread-self').split('/').at(-1) ?? 0);
  } catch {
    return 0; // no Linux, or no /proc
  }
}

/**
 * Whether the system has a thread `tid`: in doubt none. Tells nothing of which one. To ask for its priority costs
 * a third of a look into /proc.
 */
export function hasThread(tid: number): boolean {
  try {
    return operatingSystem?.getPriority(tid) !== undefined;
  } catch {
    return false;
  }
}

/**
 * When thread `tid` of this process started, in the kernel's ticks; 0 if it has ended, `undefined` if
 * that cannot be read now, as without a file descriptor left.
 */
export function startedAt(tid: number): number | undefined {
  try {
    const stat = fileSystem?.readFileSync(`/proc/self/task/${tid}/stat`, 'latin1') ?? '';
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // a name may hold blanks
    return Number(fields[19]) | 0;
  } catch (error) {
    return ENDED.includes((error as NodeJS.ErrnoException).code) ? GONE : undefined;
  }
}

/** Whether that is when a thread has started. */
export function isStarted(started: number | undefined): boolean {
  return started !== undefined && started !== GONE;
}

/** The numbers of all threads of this process; none where that cannot be seen. */
export function runningTids(): readonly number[] {
  try {
    return (fileSystem?.readdirSync('/proc/self/task') ?? []).map(Number);
  } catch {
    return [];
  }
}
