/** What the colours of a schedule's picture stand for. */
import type { Step } from '../failure.ts';
import { KILL } from '../moves.ts';
import { COLOURS, type Paint } from '../svg.ts';
import { MOVE_NAMES } from '../trace.ts';

/** Kinds of boxes. */
export type Kind = 'reads' | 'writes' | 'sleeps' | 'notifies' | 'event' | 'wrong';

/** What the legend says of each, in its order. */
export const KINDS: Readonly<Record<Kind, string>> = {
  reads: 'reads',
  writes: 'writes',
  sleeps: 'sleeps',
  notifies: 'notifies',
  event: 'event',
  wrong: 'stuck, killed, failed',
};

const BOXES: Readonly<Record<Kind, Paint>> = {
  reads: box('#f3f5f7', '#c4ccd4', '#20252c', '#4a535e'),
  writes: box('#d8e9f7', COLOURS.blue, '#102c44', COLOURS.sky),
  sleeps: box('#fdf0d5', COLOURS.orange, '#3a2b0d', COLOURS.orange),
  notifies: box('#d5f0e7', COLOURS.green, '#0d3429', COLOURS.green),
  event: box('#f7e6ef', COLOURS.purple, '#3b2331', COLOURS.purple),
  wrong: box('#fbe0d3', COLOURS.vermilion, '#46230f', COLOURS.vermilion),
};

export const PAINTS: Readonly<Record<string, Paint>> = {
  ...BOXES,
  arrow: {
    light: `stroke: ${COLOURS.green}; fill: ${COLOURS.green}`,
    dark: `stroke: ${COLOURS.green}; fill: ${COLOURS.green}`,
  },
};

export function kindOf({ operation, word, before, after }: Step): Kind {
  if (word === undefined) return operation === MOVE_NAMES[KILL] ? 'wrong' : 'event';
  if (operation === 'notify') return 'notifies';
  if (operation === 'wait' || operation === 'waitAsync') return 'sleeps';
  return before === after ? 'reads' : 'writes';
}

function box(fill: string, stroke: string, darkFill: string, darkStroke: string): Paint {
  return {
    light: `fill: ${fill}; stroke: ${stroke}`,
    dark: `fill: ${darkFill}; stroke: ${darkStroke}`,
  };
}
