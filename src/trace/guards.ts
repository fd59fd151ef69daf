/**
 * Guards that were lost: garbage-collected while what they held goes on. C++ style ignores guards and
 * unlocks the mutex itself, so a hold has a moment more to end.
 */
import { currentAgent } from '../agent/home.ts';
import type { Hold } from './hold.ts';
import { warn } from './say.ts';

const MOMENT = 1000; // ms: any that is longer than most sections

export class Guards {
  readonly #holds = new WeakMap<object, Hold>();
  readonly #collected = new FinalizationRegistry<Hold>((hold) => {
    if (isLost(hold)) currentAgent().host.after(MOMENT, () => isLost(hold) && report(hold));
  });

  /** `guard` was handed out for `hold`. */
  add(guard: object, hold: Hold): void {
    this.#holds.set(guard, hold);
    this.#collected.register(guard, hold);
  }

  /** What `guard` was to end, somebody else is to end now. */
  adopt(guard: object): void {
    const hold = this.#holds.get(guard);
    if (hold) hold.isAdopted = true;
  }
}

function isLost(hold: Hold): boolean {
  return hold.isCurrent && !hold.isAdopted;
}

function report({ label, stack }: Hold): void {
  const message = `a guard of ${label} is garbage, and its hold goes on: nobody has disposed of it, and nobody has called unlock(). It was made`;
  warn('GuardWarning', 'GUARD', message + stack.text);
}
