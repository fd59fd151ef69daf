/** A failure as text: what is wrong, how to see it again, and a table with a column per thread. */
import type { Failure, Step } from './failure.ts';
import { headOf, MOST_ROWS, shorten, textOf } from './rows.ts';

/** `names`: what the functions of the threads are called, if they are. */
export function report(
  failure: Failure,
  schedule: string,
  steps: readonly Step[],
  names: readonly string[],
): string {
  const shown = steps.slice(-MOST_ROWS);
  const omitted = steps.length - shown.length;
  return [
    `${failure.verdict}: ${failure.reason}`,
    '',
    `replay(model, '${schedule}', options) shows it again:`,
    ...(omitted > 0 ? [`  … ${omitted} steps before`] : []),
    ...table(shown, omitted, names),
  ].join('\n');
}

function table(steps: readonly Step[], first: number, names: readonly string[]): string[] {
  const columns = Math.max(0, ...steps.map(({ thread }) => thread)) + 1;
  const cells = steps.map((step) => shorten(textOf(step)));
  const heads = names.slice(0, columns).map(headOf);
  const widths = heads.map((head, thread) =>
    Math.max(
      head.length,
      ...cells.filter((_, i) => steps[i]!.thread === thread).map((cell) => cell.length),
    ),
  );
  const numberWidth = String(first + steps.length).length;
  const row = (number: string, thread: number, cell: string, at = ''): string => {
    const parts = widths.map((width, i) => (i === thread ? cell : '').padEnd(width));
    return `  ${number.padStart(numberWidth)}  ${parts.join('  ')}  ${at}`.trimEnd();
  };
  const head = `  ${' '.repeat(numberWidth)}  ${widths.map((width, i) => heads[i]!.padEnd(width)).join('  ')}`;
  return [
    head.trimEnd(),
    ...steps.map(({ thread, at }, i) => row(String(first + i + 1), thread, cells[i]!, at)),
  ];
}
