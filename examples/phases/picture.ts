/** Pictures of a field: for the terminal, and as SVG. */
import { HEIGHT, WIDTH } from './life.ts';

const PIXELS = 10; // a cell
const PAIRS = [' ', '▄', '▀', '█']; // of two cells, one above the other, in one character

export function textOf(cells: Uint8Array): string {
  return Array.from({ length: HEIGHT / 2 }, (_, i) => lineOf(cells, 2 * i)).join('\n');
}

/** Rows `y` and `y + 1`. */
function lineOf(cells: Uint8Array, y: number): string {
  const upper = cells.subarray(y * WIDTH, (y + 1) * WIDTH);
  const lower = cells.subarray((y + 1) * WIDTH, (y + 2) * WIDTH);
  return Array.from(upper, (cell, x) => PAIRS[2 * cell + lower[x]!])
    .join('')
    .trimEnd();
}

/** Shows the strips as well: every other one has a background. */
export function svgOf(cells: Uint8Array, rowsOfStrip: number): string {
  const strips: string[] = [];
  for (let y = 0; y < HEIGHT; y += 2 * rowsOfStrip)
    strips.push(`M0 ${y}h${WIDTH}v${rowsOfStrip}H0z`);
  const alive: string[] = [];
  for (const [i, cell] of cells.entries())
    if (cell === 1) alive.push(`M${i % WIDTH} ${Math.floor(i / WIDTH)}h1v1h-1z`);
  const size = `width="${WIDTH * PIXELS}" height="${HEIGHT * PIXELS}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${WIDTH} ${HEIGHT}">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<path fill="#eef3fa" d="${strips.join('')}"/>`,
    `<path fill="#1f4e8c" d="${alive.join('')}"/>`,
    '</svg>\n',
  ].join('\n');
}
