/** `crossthread/testing`. */
export { ExplorationError, type Step, type Verdict } from './failure.ts';
export { explore, replay } from './explore.ts';
export type { ExplorationResult, Model, ScheduleEnd } from './model.ts';
export type { ExploreOptions } from './options.ts';
export { anyTimeSignal } from './signal.ts';
export { isAsleep, unrest } from './at-rest.ts';
