/** What threads are started with and joined with: this file is right when it compiles. Nothing runs it. */
import * as std from 'crossthread';

interface Jobs {
  sum(values: Int32Array, from: number): number;
  load(name: string): Promise<{ readonly size: number }>;
  work(stop: std.StopToken, mutex: std.Mutex): boolean;
  rest(...names: string[]): void;
  readonly version: string;
}
const jobs = std.moduleRef<Jobs>('./jobs.js', import.meta.url);

export function threads(mutex: std.Mutex): void {
  const sum: std.Thread<number> = std.Thread.start(jobs, 'sum', new Int32Array(1), 0);
  const joined: number = sum.join();
  const later: Promise<{ readonly size: number }> = std.Thread.start(jobs, 'load', '').joinAsync();
  const worker: std.JThread<boolean> = std.JThread.start(jobs, 'work', std.ownStopToken, mutex);
  std.JThread.start(jobs, 'work', new std.StopSource().token, mutex);
  std.Thread.start(jobs, 'rest', 'a', 'b').detach();
  const anything: unknown = new std.Thread(new URL('file:///jobs.js'), 'f', 1).join();
  const asThread: std.Thread<boolean> = worker;
  void [joined, later, anything, asThread];
}

export async function disposed(): Promise<void> {
  using thread = std.Thread.start(jobs, 'rest');
  await using worker = std.JThread.start(jobs, 'rest');
  const stopped: boolean = worker.requestStop();
  const id: number = std.thisThread.id;
  await std.thisThread.sleepForAsync(1, { signal: std.thisThread.stopToken });
  void [thread, stopped, id, worker.stopSource, worker.stopToken, std.hardwareConcurrency()];
}

export function wrong(mutex: std.Mutex): void {
  // @ts-expect-error no such export
  std.Thread.start(jobs, 'product');
  // @ts-expect-error no function
  std.Thread.start(jobs, 'version');
  // @ts-expect-error an argument of another type
  std.Thread.start(jobs, 'load', 7);
  // @ts-expect-error an argument too few
  std.Thread.start(jobs, 'sum', new Int32Array(1));
  // @ts-expect-error no stop token goes there
  std.JThread.start(jobs, 'work', std.ownStopToken, std.ownStopToken);
  // @ts-expect-error only a JThread can be asked to stop
  std.Thread.start(jobs, 'work', std.ownStopToken, mutex).requestStop();
  // @ts-expect-error a promise is awaited before it arrives
  const size: Promise<unknown> = std.Thread.start(jobs, 'load', '').join();
  void size;
}
