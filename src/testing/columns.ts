/** Rows of text in columns, each as wide as its widest cell. */
export function columnsOf(rows: readonly (readonly string[])[], align: 'left' | 'right'): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column]!;
      return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
    });
    return cells.join('  ').trimEnd();
  });
}
