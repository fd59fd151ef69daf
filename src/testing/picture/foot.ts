/** What the picture says at the foot of a lane: how the thread stood when the schedule was over. */
import { textOfWait, type ThreadEnd } from '../ends.ts';
import type { Verdict } from '../failure.ts';

/** In lines. */
export function footOf(end: ThreadEnd, verdict: Verdict): string[] {
  const waits = end.waits.map((wait) => textOfWait(wait));
  if (end.state === 'awaiting' && waits.length === 0) waits.push('a promise nothing settles');
  return [stateOf(end, verdict), ...waits];
}

/** Whether it is what the verdict is about, or dead. */
export function isWrong({ state }: ThreadEnd, verdict: Verdict): boolean {
  if (state === 'asleep' || state === 'awaiting') return isHang(verdict);
  return state === 'failed' || state === 'killed';
}

function stateOf({ state }: ThreadEnd, verdict: Verdict): string {
  switch (state) {
    case 'asleep':
      return isHang(verdict) ? 'stuck: sleeps on' : 'sleeps on';
    case 'awaiting':
      return isHang(verdict) ? 'stuck: awaits' : 'awaits';
    case 'failed':
      return verdict === 'assertion' ? 'threw' : verdict;
    case 'ready':
      return 'could go on';
    default:
      return state;
  }
}

function isHang(verdict: Verdict): boolean {
  return verdict === 'deadlock' || verdict === 'lost-wakeup';
}
