/** The picture of a failing schedule: it is well-formed, nothing covers anything, it says what happened. */
import { describe, expect, it } from 'vitest';
import { ExplorationError, explore, type PictureOptions } from 'crossthread/testing';
import { halfAnswered, illTold, longOne, lostWakeup, timedOutAndKilled } from '../failing.ts';
import { collisionsIn, textsOf, unclosedIn } from '../xml.ts';

const wordsOf = (svg: string): string[] => textsOf(svg).map(({ what }) => what);
const boxesOf = (svg: string, kind: string): string[] =>
  [...svg.matchAll(new RegExp(`<rect [^>]*class="${kind}"[^>]*>`, 'g'))].map(String);
const ofSwatch = 1; // there is one of each kind in the legend

describe('toSvg', () => {
  it.each([
    ['a lost wake-up', lostWakeup],
    ['awaits', halfAnswered],
    ['a timeout and a kill', timedOutAndKilled],
    ['a message with what XML does not have', illTold],
    ['a long schedule', () => longOne(50)],
  ])('%s: is well-formed, and nothing lies on anything else', async (_, failing) => {
    const error = await failing();
    for (const options of [undefined, { steps: 1 }, { steps: Infinity }]) {
      const svg = error.toSvg(options);
      expect(unclosedIn(svg)).toEqual([]);
      expect(svg).not.toMatch(/NaN|undefined|="-/);
      expect(collisionsIn(svg)).toEqual([]);
    }
  });

  it('has a head, a lane for each thread, a row for each step', async () => {
    const error = await lostWakeup();
    const told = wordsOf(error.toSvg());
    expect(told.slice(0, 4)).toEqual([
      'lost-wakeup',
      'nothing is left to run',
      '  thread a sleeps on gate[0], which was 0 and is 1',
      "replay(model, 'a2ba2b', options)",
    ]);
    expect(told).toEqual(expect.arrayContaining(['a pass', 'b open', '0→1', '6']));
    expect(told.filter((word) => word === 'load(gate[0]) = 0')).toHaveLength(2);
    expect(told.filter((word) => /^testing\/failing\.ts:\d+:\d+$/.test(word))).toHaveLength(6);
  });

  it('tells who does not see it', async () => {
    const svg = (await lostWakeup()).toSvg();
    expect(svg).toContain('role="img"');
    expect(svg).toContain('<title>lost-wakeup: nothing is left to run</title>');
    const [, description = ''] = /<desc>([^<]*)<\/desc>/.exec(svg)!;
    expect(description).toContain('a row for each step of 6');
    expect(description).toContain(
      'a pass: stuck: sleeps on gate[0], which was 0 and is 1; b open: ended.',
    );
  });

  it('has colours for light and for dark ground, and none but those', async () => {
    const svg = (await lostWakeup()).toSvg();
    const [, light = '', dark = ''] =
      /<style>(.*)@media \(prefers-color-scheme: dark\) (.*)<\/style>/s.exec(svg)!;
    for (const [, name] of svg.matchAll(/class="([a-z]+)"/g)) {
      if (name === 'crossthread') continue;
      for (const rules of [light, dark]) expect(rules).toContain(`.crossthread .${name} {`);
    }
  });

  it('an arrow goes from a notify to the sleep that it ends', async () => {
    const svg = (await lostWakeup()).toSvg();
    expect(svg.match(/<polygon class="arrow"/g)).toHaveLength(1);
    const [, from, to] = /<line class="arrow" x1="([^"]*)" y1="[^"]*" x2="([^"]*)"/.exec(svg)!;
    expect(Number(to)).toBeLessThan(Number(from)); // thread a is left of b
  });

  it('a sleep is drawn to its end, one that has none to the foot', async () => {
    const svg = (await lostWakeup()).toSvg();
    const heights = ['sleeps', 'wrong'].map((kind) =>
      boxesOf(svg, kind)
        .filter((box) => box.includes('stroke-dasharray'))
        .map((box) => Number(/height="([^"]*)"/.exec(box)![1])),
    );
    expect(heights).toEqual([[25], [50]]); // a row, and to the foot of the last
    expect(boxesOf(svg, 'wrong')).toHaveLength(2 + ofSwatch); // the sleep, and its thread's end
  });

  it('awaits at the same time stand side by side', async () => {
    const svg = (await halfAnswered()).toSvg();
    const bars = [...svg.matchAll(/<rect x="([^"]*)"[^>]*><title>awaits (.*)<\/title>/g)];
    expect(bars.map(([, , word]) => word)).toEqual(['gate[0]', 'gate[1]']);
    expect(new Set(bars.map(([, x]) => x)).size).toBe(2);
  });

  it('at the foot stands how each thread ended', async () => {
    expect(wordsOf((await timedOutAndKilled()).toSvg())).toEqual(
      expect.arrayContaining(['ended', 'killed', 'sleep times out']),
    );
    expect(wordsOf((await illTold()).toSvg())).toEqual(expect.arrayContaining(['threw', 'ended']));
    expect(wordsOf((await halfAnswered()).toSvg())).toContain('stuck: awaits');
  });

  it('of a long schedule the end is drawn, and how much came before', async () => {
    const error = await longOne(50);
    const { length } = error.trace;
    const told = wordsOf(error.toSvg());
    expect(told).toContain(`… ${length - 80} steps before`);
    expect(told).not.toContain(String(length - 80));
    expect(told).toEqual(expect.arrayContaining([String(length - 79), String(length)]));
    expect(wordsOf(error.toSvg({ steps: Infinity })).join()).not.toContain('steps before');
    expect(wordsOf(error.toSvg({ steps: 3 }))).toContain(`… ${length - 3} steps before`);
  });

  it('a schedule without a step', async () => {
    const model = {
      setup: () => new Int32Array(new SharedArrayBuffer(4)),
      threads: [],
      check: () => {
        throw new Error('so it is');
      },
    };
    const error: unknown = await explore(model).catch((reason: unknown) => reason);
    if (!(error instanceof ExplorationError)) throw error;
    const svg = error.toSvg();
    expect(unclosedIn(svg)).toEqual([]);
    expect(wordsOf(svg)).toContain('Error: so it is');
    expect(svg).not.toMatch(/NaN|Infinity|="-/);
  });

  it.each<PictureOptions>([{ steps: 0 }, { steps: -1 }, { steps: NaN }])(
    '%o is refused',
    async (options) => {
      const error = await lostWakeup();
      expect(() => error.toSvg(options)).toThrow(RangeError);
    },
  );
});
