/** A failing schedule for Perfetto: what a viewer needs to draw it, and that it says what happened. */
import { describe, expect, it } from 'vitest';
import type { ChromeTraceEvent, ExplorationError } from 'crossthread/testing';
import { failureOf } from '../models.ts';
import { halfAnswered, longOne, lostWakeup, timedOutAndKilled } from '../failing.ts';

/** What is in the file. */
const eventsOf = (error: ExplorationError): ChromeTraceEvent[] => {
  const { traceEvents } = JSON.parse(JSON.stringify(error.toTrace()));
  return traceEvents;
};
const only = (events: readonly ChromeTraceEvent[], ph: string): ChromeTraceEvent[] =>
  events.filter((event) => event.ph === ph);
/** As `a 3+1 name`: track, time, length. */
const textOf = ({ tid, ts, dur, name }: ChromeTraceEvent): string =>
  `${'-abc'[tid]} ${ts}${dur === undefined ? '' : `+${dur}`} ${name}`;

describe('toTrace', () => {
  it('has a track for each thread, by letter and function', async () => {
    const events = eventsOf(await lostWakeup());
    const names = only(events, 'M').map(({ name, tid, args }) => [
      name,
      tid,
      Object.values(args!)[0],
    ]);
    expect(names).toEqual([
      ['process_name', 0, 'lost-wakeup (a step is 1 µs)'],
      ['thread_name', 1, 'a pass'],
      ['thread_sort_index', 1, 0],
      ['thread_name', 2, 'b open'],
      ['thread_sort_index', 2, 1],
    ]);
  });

  it('has a span for each operation; a sleep lasts until it is over', async () => {
    const spans = only(eventsOf(await lostWakeup()), 'X');
    expect(spans.map(textOf)).toEqual([
      'a 0+1 load(gate[0]) = 0',
      'a 1+2 wait(gate[0], 0, Infinity) = pending',
      'b 2+1 notify(gate[0], Infinity) = 1',
      'a 3+1 load(gate[0]) = 0',
      'a 4+2 wait(gate[0], 0, Infinity) = pending',
      'b 5+1 store(gate[0], 1)',
    ]);
    expect(spans[1]!.cat).toBe('sleep');
    expect(spans[5]!.args).toMatchObject({ step: 6, word: 'gate[0]', before: 0, after: 1 });
    expect(spans[5]!.args!.source).toMatch(/failing\.ts:\d+:\d+$/);
  });

  it('has an arrow from a notify to what the woken thread does next', async () => {
    const events = eventsOf(await lostWakeup());
    const [start, end] = [only(events, 's'), only(events, 'f')];
    expect(start.map(textOf)).toEqual(['b 2 wakes']);
    expect(end.map(textOf)).toEqual(['a 3 wakes']);
    expect(end[0]).toMatchObject({ id: start[0]!.id, cat: start[0]!.cat, bp: 'e' });
  });

  it('says who is stuck on what', async () => {
    const moments = only(eventsOf(await lostWakeup()), 'i');
    expect(moments.map(textOf)).toEqual(['a 6 stuck on gate[0], which was 0 and is 1']);
  });

  it('awaits are beside the track, and an arrow leads to the answer', async () => {
    const events = eventsOf(await halfAnswered());
    expect(only(events, 'b').map(textOf)).toEqual(['a 0 awaits gate[0]', 'a 1 awaits gate[1]']);
    expect(only(events, 'e').map(textOf)).toEqual(['a 4 awaits gate[0]', 'a 4 awaits gate[1]']);
    expect(only(events, 'X').map(textOf)).toContain('a 3+1 answer arrives 1');
    expect(only(events, 'f').map(textOf)).toEqual(['a 3 wakes']);
  });

  it('timeouts and kills are moments, and end a sleep', async () => {
    const events = eventsOf(await timedOutAndKilled());
    expect(only(events, 'i').map(textOf)).toEqual(['a 2 sleep times out', 'b 4 killed']);
    expect(only(events, 'X').map(textOf)).toEqual([
      'a 0+3 wait(shared[0], 0, 10) = pending',
      'b 1+4 wait(shared[0], 0, Infinity) = pending',
      'a 3+1 store(shared[1], 1)',
    ]);
    expect(only(events, 's')).toEqual([]);
  });

  it('the spans of a track do not overlap, however many there are', async () => {
    const error = await longOne(50);
    const spans = only(eventsOf(error), 'X');
    expect(spans).toHaveLength(error.trace.length);
    const until = [0, 0, 0];
    for (const { tid, ts, dur } of spans) {
      expect(ts).toBeGreaterThanOrEqual(until[tid]!);
      until[tid] = ts! + dur!;
    }
    expect(Math.max(...until)).toBe(error.trace.length);
  });

  it('every arrow starts and ends in a span of its track', async () => {
    const events = eventsOf(await longOne(5));
    const arrows = events.filter(({ ph }) => ph === 's' || ph === 'f');
    expect(arrows.length).toBeGreaterThan(10);
    for (const arrow of arrows) {
      const around = only(events, 'X').filter(
        ({ tid, ts, dur }) => tid === arrow.tid && ts! <= arrow.ts! && arrow.ts! < ts! + dur!,
      );
      expect(around, textOf(arrow)).toHaveLength(1);
    }
  });

  it('values that JSON does not have are text', async () => {
    const error = await failureOf({
      setup: () => new BigInt64Array(new SharedArrayBuffer(8)),
      threads: [(shared) => void Atomics.wait(shared, 0, Atomics.add(shared, 0, 2n ** 60n))],
      check: (shared) => {
        if (shared[0] !== 0n) throw new Error('as it had to come');
      },
    });
    const [span] = only(eventsOf(error), 'X');
    expect(span!.args).toMatchObject({ result: '0', before: '0', after: '1152921504606846976' });
  });

  it('says what it is', async () => {
    const { otherData, displayTimeUnit } = (await lostWakeup()).toTrace();
    expect(displayTimeUnit).toBe('ns');
    expect(otherData).toMatchObject({ verdict: 'lost-wakeup', schedule: 'a2ba2b' });
    expect(otherData!.time).toBe('a step is 1 µs');
  });
});
