/**
 * Tests of what threads do: all interleavings of a model, linearizability, fairness.
 *
 * @module crossthread/testing
 */
export type { ThreadEnd, ThreadState, WordWait } from './ends.ts';
export { ExplorationError, type Step, type Verdict, type Wake } from './failure.ts';
export { explore, replay } from './explore.ts';
export type { ExplorationResult, Model, ScheduleEnd } from './model.ts';
export type { Ages } from './host.ts';
export type { ExploreOptions } from './options.ts';
export type { PictureOptions } from './picture/draw.ts';
export { anyTimeSignal } from './signal.ts';
export { nearWrap } from './near-wrap.ts';
export { tracked, type TrackedView } from './tracked.ts';
export { isAsleep, unrest } from './at-rest.ts';
export type { ChromeTrace, ChromeTraceEvent } from './chrome-trace.ts';
export type { LockEvent, LockEventKind, Recording } from './fairness/events.ts';
export { recorded, RecordedLock } from './fairness/recorded.ts';
export { LockRecorder, type LockRecorderOptions } from './fairness/recorder.ts';
export { fairnessReport, FairnessReport } from './fairness/report.ts';
export type { LockHold, LockWait } from './fairness/spans.ts';
export type { FairnessBar } from './fairness/statistics.ts';
export type { Fairness, ThreadFairness } from './fairness/summary.ts';
export type { TimelineOptions } from './fairness/timeline.ts';
export * from './linearizable/index.ts';
