/** Lines that appear one by one, in columns wide enough for what is to come. */
export type Print = (cells: readonly string[]) => void;

/** Prints `head` and returns what prints a line below it. */
export function columns(head: readonly string[], widths: readonly number[]): Print {
  const print: Print = (cells) => {
    const padded = cells.map((cell, i) => cell.padEnd(widths[i] ?? 0));
    console.log(padded.join('  ').trimEnd());
  };
  print(head);
  print(widths.map((width) => '-'.repeat(width)));
  return print;
}
