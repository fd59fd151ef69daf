/** What is shown of a step, in tables and pictures, and of how many steps. */
import type { Step } from './failure.ts';
import { letterOf } from './schedule.ts';

/** Rows that are shown; the last ones, since the failure is there. */
export const MOST_ROWS = 80;

const MOST_WIDTH = 46; // letters

/** As `a pass`: the letter of a thread and the name of its function. */
export function headOf(name: string, thread: number): string {
  return `${letterOf(thread)} ${name}`.trimEnd();
}

/** As `compareExchange(words[0], 0, 1) = 0`. */
export function callOf({ operation, word, operands = [], result }: Step): string {
  if (word === undefined) return result === undefined ? operation : `${operation} ${result}`;
  const call = `${operation}(${[word, ...operands].join(', ')})`;
  return operation === 'store' || operation === 'write' ? call : `${call} = ${result}`;
}

/** As `0→1`; empty if the step changed nothing. */
export function changeOf({ before, after }: Step): string {
  return Object.is(before, after) ? '' : `${before}→${after}`;
}

/** As `compareExchange(words[0], 0, 1) = 0  0→1`. */
export function textOf(step: Step): string {
  return `${callOf(step)}  ${changeOf(step)}`.trimEnd();
}

export function shorten(text: string, most: number = MOST_WIDTH): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
